"""csa-search --qrels and --compare: measures beside formulas written anew here, comparison of two runs, errors."""
import json
import math
import os
import random
import re
import subprocess
import sys
import threading
import unittest

import support
from support import SHARED

NAMES = ("ndcg_cut_10", "map", "recip_rank", "recip_rank_10", "P_10", "recall_100", "recall_1000")
WORDS = "gas oil rail road port dam tariff treaty summit border lithium uranium wheat cotton".split()


def measures(judged, scored):
    """The measures of one query from {article: grade} and {article: score}, by their definitions."""
    ranked = sorted(scored, key=lambda article: (scored[article], article.encode()), reverse=True)
    grades = [max(judged.get(article, 0), 0) for article in ranked]
    relevant = sum(grade > 0 for grade in judged.values())
    ranks = [rank for rank, grade in enumerate(grades, 1) if grade > 0]
    ideal = sorted((grade for grade in judged.values() if grade > 0), reverse=True)

    def gain(values):
        return sum(value / math.log2(rank + 1) for rank, value in enumerate(values[:10], 1))

    return {
        "ndcg_cut_10": gain(grades) / gain(ideal),
        "map": sum((i + 1) / rank for i, rank in enumerate(ranks)) / relevant,
        "recip_rank": 1 / ranks[0] if ranks else 0,
        "recip_rank_10": 1 / ranks[0] if ranks and ranks[0] <= 10 else 0,
        "P_10": sum(rank <= 10 for rank in ranks) / 10,
        "recall_100": sum(rank <= 100 for rank in ranks) / relevant,
        "recall_1000": sum(rank <= 1000 for rank in ranks) / relevant,
    }


def means(qrels, run):
    """Over the judged queries that have a relevant article."""
    counted = [query for query, judged in qrels.items() if any(grade > 0 for grade in judged.values())]
    each = [measures(qrels[query], run.get(query, {})) for query in counted]
    return {name: sum(one[name] for one in each) / len(each) for name in NAMES}


def read_run(text):
    run = {}
    for line in text.splitlines():
        query, _, article, _, score, _ = line.split()
        run.setdefault(query, {})[article] = float(score)
    return run


class EvaluationCase(support.Case):
    def setUp(self):
        super().setUp()
        chance = random.Random(4)
        self.articles = [f"a{i}" for i in range(120)]
        self.write_articles("articles.jsonl", [
            {"id": article, "title": chance.choice(WORDS), "language": "en",
             "text": " ".join(chance.choice(WORDS) for _ in range(chance.randint(3, 30))) + "."}
            for article in self.articles])
        self.index("-d", "my.index", "--quiet", "articles.jsonl")
        self.environment["CSA_INDEX"] = "my.index"
        self.topics = {f"q{i}": " ".join(chance.sample(WORDS, 2)) for i in range(30)}
        self.write("topics.tsv", "".join(f"{query}\t{text}\n" for query, text in self.topics.items()))
        self.qrels = {query: {article: chance.choice((-1, 0, 0, 1, 1, 2, 3)) for article in chance.sample(self.articles, 12)}
                      for query in self.topics}
        self.write_qrels("qrels.tsv", self.qrels)

    def write_qrels(self, name, qrels):
        self.write(name, "query-id\tcorpus-id\tscore\n" + "".join(
            f"{query}\t{article}\t{grade}\n" for query, judged in qrels.items() for article, grade in judged.items()))

    def write_run(self, name, run):
        """The lines in any order and with a wrong rank: only scores count."""
        lines = [f"{query} Q0 {article} 0 {score!r} made\n" for query, scored in run.items() for article, score in scored.items()]
        random.Random(1).shuffle(lines)
        self.write(name, "".join(lines))

    def evaluate(self, *arguments, status=0):
        return self.search_json("--topics", "topics.tsv", *arguments, status=status)

    def check(self, actual, expected):
        for name in NAMES:
            self.assertAlmostEqual(actual[name], expected[name], places=8, msg=name)


class Measures(EvaluationCase):
    def test_own_run(self):
        for options in ((), ("--rank", "bm25"), ("-n", "3"), ("-n", "20", "--k1", "0.9", "--b", "0.4")):
            depth = () if "-n" in options else ("-n", "1000")
            run = read_run(self.search("--topics", "topics.tsv", "--trec", *depth, *options)[0])
            result = self.evaluate("--qrels", "qrels.tsv", *options)
            self.assertEqual(result["queries"], 30)
            self.assertEqual(result["depth"], int(options[1]) if "-n" in options else 1000)
            self.check(result["means"], means(self.qrels, run))
            self.assertEqual([topic["id"] for topic in result["topics"]], list(self.topics))
            for topic in result["topics"]:
                judged = self.qrels[topic["id"]]
                self.check(topic["measures"], measures(judged, run.get(topic["id"], {})))
                self.assertEqual(topic["relevant"], sum(grade > 0 for grade in judged.values()))
                self.assertEqual(topic["found"], len(run.get(topic["id"], {})))

    def test_random_runs(self):
        """Runs of other programs, with ties, unknown articles, missing and unknown queries."""
        chance = random.Random(9)
        for round_number in range(15):
            few = chance.choice((2, 5, 1000))
            ids = self.articles + [f"unknown{i}" for i in range(30)]
            run = {query: {article: chance.randrange(few) / 4 - 1 for article in chance.sample(ids, chance.randint(1, 150))}
                   for query in chance.sample(list(self.topics), chance.randint(1, 30))}
            run["other"] = {"a1": 1.0}
            self.write_run("other.run", run)
            result = self.evaluate("--qrels", "qrels.tsv", "--compare", "other.run")
            self.check(result["comparison"]["before"], means(self.qrels, run))
            self.assertEqual(result["comparison"]["missing"], 31 - len(run))
            for query in result["comparison"]["changed"]:
                self.check(query["before"], measures(self.qrels[query["id"]], run.get(query["id"], {})))
            for name in NAMES:
                test = result["comparison"]["tests"][name]
                self.assertAlmostEqual(test["difference"], result["means"][name] - result["comparison"]["before"][name], places=8)
                self.assertTrue(0 < test["p"] <= 1, round_number)

    def test_same_as_the_script(self):
        """The shared script, which agrees with trec_eval, on whole collections."""
        script = os.path.join(SHARED, "eval", "evaluate.py")
        for name in ("adi", "cranfield", "cisi"):
            folder = os.path.join(SHARED, "ir", name)
            if not (os.path.exists(script) and os.path.isdir(folder)):
                self.skipTest("../shared/ir is not here")
            self.index("-d", name, "--quiet", "-f", "jsonl", os.path.join(folder, "corpus.jsonl"))
            topics = ("-d", name, "--topics", os.path.join(folder, "queries.jsonl"), "--rank", "bm25")
            self.write("script.run", self.search(*topics, "--trec", "-n", "1000")[0])
            qrels = os.path.join(folder, "qrels.tsv")
            line = subprocess.run([sys.executable, script, qrels, self.path("script.run")], stdout=subprocess.PIPE,
                                  check=True).stdout.decode()
            result = self.search_json(*topics, "--qrels", qrels)
            for heading, own in (("nDCG@10", "ndcg_cut_10"), ("MAP", "map"), ("MRR@10", "recip_rank_10"),
                                 ("R@100", "recall_100"), ("R@1000", "recall_1000")):
                self.assertIn(f"{heading} {result['means'][own]:.4f}  ", line)
            self.assertIn(f"queries {result['queries']} ", line)

    def test_what_is_left_out(self):
        """Topics without judgements and judged queries without a relevant article are left out; judged queries that
        are not among the topics, and topics that find nothing, count 0."""
        qrels = dict(self.qrels)
        del qrels["q3"]
        qrels["q4"] = {"a1": 0, "a2": -1}
        qrels["extra"] = {"a1": 1}
        qrels["none"] = {"a1": 0}
        self.write_qrels("other.tsv", qrels)
        self.write("topics.tsv", "".join(f"{query}\t{'zzzz' if query == 'q5' else text}\n" for query, text in self.topics.items()))
        result = self.evaluate("--qrels", "other.tsv")
        self.assertEqual((result["queries"], result["topics_without_judgements"], result["judged_without_relevant"],
                          result["judged_without_topic"]), (29, 1, 2, 1))
        run = read_run(self.search("--topics", "topics.tsv", "--trec", "-n", "1000")[0])
        self.check(result["means"], means(qrels, run))
        found = {topic["id"]: topic for topic in result["topics"]}
        self.assertEqual(list(found)[-1], "extra")
        self.assertNotIn("q3", found)
        self.assertNotIn("q4", found)
        self.assertEqual(set(found["q5"]["measures"].values()), {0})
        out, _ = self.search("--topics", "topics.tsv", "--qrels", "other.tsv")
        for note in ("29 queries, up to 1000 articles each", "1 topic without judgements left out",
                     "2 judged queries without a relevant article left out", "1 judged query is not among the topics"):
            self.assertIn(note, out)

    def test_forms_of_judgements(self):
        expected = self.evaluate("--qrels", "qrels.tsv")["means"]
        rows = [(query, article, grade) for query, judged in self.qrels.items() for article, grade in judged.items()]
        forms = {
            "trec": "".join(f"{query} 0 {article} {grade}\n" for query, article, grade in rows),
            "padded": "".join(f"  {query}\t0   {article}  {grade} \r\n\r\n" for query, article, grade in rows),
            "no headings": "".join(f"{query}\t{article}\t{grade}\n" for query, article, grade in rows),
            "mark": "\ufeff" + "".join(f"{query} {article} {grade}.0\n" for query, article, grade in rows)}
        for name, text in forms.items():
            self.write(name, text)
            self.assertEqual(self.evaluate("--qrels", name)["means"], expected, name)

    def test_files_out_of_a_pipe(self):
        self.write("own.run", self.search("--topics", "topics.tsv", "--trec")[0])
        with open(self.path("own.run"), "rb") as file:
            run = file.read()
        with open(self.path("qrels.tsv"), "rb") as file:
            qrels = file.read()
        expected = self.evaluate("--qrels", "qrels.tsv", "--compare", "own.run")
        writers = []
        for name, content in (("qrels.pipe", qrels), ("run.pipe", run)):
            os.mkfifo(self.path(name))
            writers.append(threading.Thread(target=self.write, args=(name, content)))
            writers[-1].start()
        result = self.evaluate("--qrels", "qrels.pipe", "--compare", "run.pipe")
        for writer in writers:
            writer.join()
        self.assertEqual(result["means"], expected["means"])
        self.assertEqual(result["comparison"]["before"], expected["comparison"]["before"])

    def test_ids_with_blanks(self):
        self.write_articles("blank.jsonl", [("with a blank", "blankword")])
        self.index("-d", "my.index", "--quiet", "blank.jsonl")
        self.write("topics.tsv", "the topic\tblankword\n")
        self.write("blank.tsv", "the topic\twith a blank\t1\n")
        self.assertEqual(self.evaluate("--qrels", "blank.tsv")["means"]["map"], 1)
        self.write("own.run", self.search("--topics", "topics.tsv", "--trec")[0])
        result = self.evaluate("--qrels", "blank.tsv", "--compare", "own.run")
        self.assertEqual(result["comparison"]["before"]["map"], 1)

    def test_text(self):
        out, _ = self.search("--topics", "topics.tsv", "--qrels", "qrels.tsv")
        lines = out.splitlines()
        self.assertEqual(lines[0].split(), ["query", "nDCG@10", "MAP", "MRR", "MRR@10", "P@10", "R@100", "R@1000"])
        result = self.evaluate("--qrels", "qrels.tsv")
        for line, topic in zip(lines[1:31], result["topics"]):
            self.assertEqual(line.split(), [topic["id"]] + [f"{topic['measures'][name]:.4f}" for name in NAMES])
        self.assertEqual(lines[31].split(), ["mean"] + [f"{result['means'][name]:.4f}" for name in NAMES])
        self.assertTrue(all(len(line) <= 80 for line in lines))
        self.assertNotIn("\033", out)

    def test_nothing_found(self):
        self.write("topics.tsv", "q1\tzzzz\n")
        result = self.evaluate("--qrels", "qrels.tsv", status=1)
        self.assertEqual(set(result["means"].values()), {0})


class Comparison(EvaluationCase):
    def setUp(self):
        super().setUp()
        self.write("plain.run", self.search("--topics", "topics.tsv", "--trec", "-n", "1000", "--rank", "bm25", "--b", "0")[0])

    def read_run(self, name):
        with open(self.path(name), encoding="utf-8") as lines:
            return read_run(lines.read())

    def test_with_itself(self):
        self.write("own.run", self.search("--topics", "topics.tsv", "--trec", "-n", "1000")[0])
        result = self.evaluate("--qrels", "qrels.tsv", "--compare", "own.run")
        comparison = result["comparison"]
        self.assertEqual(comparison["before"], result["means"])
        self.assertEqual(comparison["changed"], [])
        self.assertAlmostEqual(comparison["overlap"], 1)
        for test in comparison["tests"].values():
            self.assertEqual((test["difference"], test["p"], test["better"], test["worse"]), (0, 1, 0, 0))
        out, _ = self.search("--topics", "topics.tsv", "--compare", "own.run")
        self.assertIn("the first 10 differ for 0 of 30 queries; rank-biased overlap 1.0000", out)

    def test_what_changed(self):
        comparison = self.evaluate("--qrels", "qrels.tsv", "--compare", "plain.run")["comparison"]
        self.assertEqual(comparison["file"], "plain.run")
        self.assertGreater(len(comparison["changed"]), 5)
        before = self.read_run("plain.run")
        now = read_run(self.search("--topics", "topics.tsv", "--trec", "-n", "1000")[0])

        def ranks(run, query):
            scored = run.get(query, {})
            return {article: rank for rank, article in enumerate(
                sorted(scored, key=lambda article: (scored[article], article), reverse=True), 1)}

        changes = []
        explained = 0
        for query in comparison["changed"]:
            name = query["id"]
            self.assertEqual(query["query"], self.topics[name])
            self.check(query["now"], measures(self.qrels[name], now.get(name, {})))
            changes.append(abs(query["now"]["ndcg_cut_10"] - query["before"]["ndcg_cut_10"]))
            old, new = ranks(before, name), ranks(now, name)
            tops = {article for article in set(old) | set(new) if old.get(article, 99) <= 10 or new.get(article, 99) <= 10}
            self.assertEqual({(moved["article"], moved["grade"], moved["before"], moved["now"]) for moved in query["judged"]},
                             {(article, self.qrels[name][article], old.get(article), new.get(article)) for article in tops
                              if article in self.qrels[name] and old.get(article) != new.get(article)})
            self.assertEqual([(moved["article"], moved["now"]) for moved in query["unjudged"]],
                             [(article, rank) for article, rank in new.items()
                              if rank <= 10 and old.get(article, 99) > 10 and article not in self.qrels[name]])
            self.assertEqual(query["shared"], sum(old.get(article, 99) <= 10 and new.get(article, 99) <= 10 for article in tops))
            first = (query["judged"] + query["unjudged"])[0]
            expected = [first["now"]] if first["now"] else []
            if first["before"] and (not first["now"] or first["now"] > first["before"]):
                expected.append(first["before"])  # and what stands in its place
            self.assertEqual([why["rank"] for why in query["why"]], expected)
            for why in query["why"]:
                explained += len(expected) == 2
                self.assertEqual(new[why["article"]], why["rank"])
                self.assertEqual(why["score"], now[name][why["article"]])
                values = [part["value"] for part in why["parts"]]
                self.assertEqual(values, sorted(values, reverse=True))
                self.assertTrue(1 <= len(values) <= 3 and sum(values) <= why["passage_score"] * 1.0001)
        self.assertEqual(changes, sorted(changes, reverse=True))
        self.assertGreater(explained, 0)
        tests = comparison["tests"]["ndcg_cut_10"]
        self.assertEqual(tests["better"] + tests["worse"], len(changes))

    def test_p(self):
        """Few differing queries: all patterns of signs, counted here one by one."""
        chance = random.Random(5)
        run = read_run(self.search("--topics", "topics.tsv", "--trec", "-n", "1000")[0])
        for query in chance.sample(list(run), 9):
            run[query] = {article: chance.random() for article in run[query]}
        self.write_run("other.run", run)
        result = self.evaluate("--qrels", "qrels.tsv", "--compare", "other.run")
        test = result["comparison"]["tests"]["map"]
        now = {topic["id"]: topic["measures"]["map"] for topic in result["topics"]}
        differences = [now[query] - measures(self.qrels[query], run.get(query, {}))["map"] for query in now]
        differences = [difference for difference in differences if abs(difference) > 1e-9]
        self.assertLessEqual(len(differences), 9)
        sums = [sum(value if pattern >> i & 1 else -value for i, value in enumerate(differences))
                for pattern in range(1 << len(differences))]
        extreme = sum(abs(total) >= abs(sum(differences)) - 1e-9 for total in sums)
        self.assertTrue(test["exact"])
        self.assertEqual(test["patterns"], len(sums))
        self.assertAlmostEqual(test["p"], extreme / len(sums), places=5)

    def test_text(self):
        out, _ = self.search("--topics", "topics.tsv", "--qrels", "qrels.tsv", "--compare", "plain.run")
        result = self.evaluate("--qrels", "qrels.tsv", "--compare", "plain.run")
        lines = [line.split() for line in out.splitlines()]
        self.assertEqual(lines[0], ["measure", "before", "now", "change", "p", "better", "worse"])
        before, now = result["comparison"]["before"]["map"], result["means"]["map"]
        self.assertEqual(lines[2][:4], ["MAP", f"{before:.4f}", f"{now:.4f}", f"{now - before:+.4f}"])
        self.assertIn("before: plain.run; now: this run", out)
        first = result["comparison"]["changed"][0]
        self.assertRegex(out, rf"\n{first['id']}  \d\.\d+ -> \d\.\d+ \([+-]\d\.\d+\)\n    {first['query']}\n")
        self.assertRegex(out, r"\n    grade [0-9-]+: a\d+ (from \d+ to \d+|came in at \d+|fell out from \d+)\n")
        self.assertRegex(out, r"\n    why a\d+ is at \d+: score \d+\.\d\d, its best passage \d+\.\d\d, most of it from\n +\d+\.\d\d ")
        self.assertEqual(out, self.search("--topics", "topics.tsv", "--qrels", "qrels.tsv", "--compare", "plain.run")[0])

    def test_without_judgements(self):
        result = self.evaluate("--compare", "plain.run")
        self.assertNotIn("means", result)
        changed = result["comparison"]["changed"]
        before = self.read_run("plain.run")
        now = read_run(self.search("--topics", "topics.tsv", "--trec", "-n", "1000")[0])

        def top(run, query):
            scored = run.get(query, {})
            return sorted(scored, key=lambda article: (scored[article], article), reverse=True)[:10]

        expected = [query for query in self.topics if top(before, query) != top(now, query)]
        self.assertEqual(sorted(query["id"] for query in changed), sorted(expected))
        for query in changed:
            old, new = top(before, query["id"]), top(now, query["id"])
            place = query["first_difference"] - 1
            self.assertEqual(old[:place], new[:place])
            self.assertEqual((query["before"], query["now"]),
                             (old[place] if place < len(old) else None, new[place] if place < len(new) else None))
            self.assertEqual(query["shared"], len(set(old) & set(new)))
        overlaps = [query["overlap"] for query in changed]
        self.assertEqual(overlaps, sorted(overlaps))
        out, _ = self.search("--topics", "topics.tsv", "--compare", "plain.run")
        self.assertEqual(len(re.findall(r"(?m)^q\d+ ", out)), len(changed))

    def test_an_empty_run(self):
        self.write("empty.run", "")
        result = self.evaluate("--qrels", "qrels.tsv", "--compare", "empty.run")
        self.assertEqual(result["comparison"]["missing"], 30)
        self.assertEqual(set(result["comparison"]["before"].values()), {0})
        self.assertEqual(result["comparison"]["overlap"], 0)

    def test_nothing_reaches_the_terminal_as_an_escape(self):
        self.write("topics.tsv", "q\x1b[31m\t\x1b[32mgas\u009b33m oil\n")
        self.write("own.qrels", "q\x1b[31m\ta\x1b[34m\t1\nq\x1b[31m\ta1\t1\n")
        self.write("own.run", "q%1B[31m Q0 a\u009b1m 1 5 x\nq%1B[31m Q0 a1 1 4 x\n")
        for options in (("--qrels", "own.qrels"), ("--qrels", "own.qrels", "--compare", "own.run"), ("--compare", "own.run")):
            out, _ = self.search("--topics", "topics.tsv", *options)
            self.assertIn("q%1B[31m", out)
            self.assertNotRegex(out, "[\x1b\u009b]")


class Errors(EvaluationCase):
    def test_options(self):
        self.assert_refused("--qrels", "qrels.tsv", "x", words=["--qrels", "--topics"])
        self.assert_refused("--compare", "x.run", "x", words=["--compare", "--topics"])
        self.assert_refused("--topics", "topics.tsv", "--qrels", words=["--qrels"])
        for other in (("--trec",), ("--explain",), ("--by", "passage"), ("--page", "2")):
            self.assert_refused("--topics", "topics.tsv", "--qrels", "qrels.tsv", *other, words=["--qrels", other[0]])

    def test_files(self):
        def check(qrels=b"q1\ta1\t1\n", run=b"q1 Q0 a1 1 5 x\n", topics=b"q1\tgas\n", words=()):
            self.write("t", topics)
            self.write("q", qrels)
            self.write("r", run)
            self.assert_refused("--topics", "t", "--qrels", "q", "--compare", "r", words=words)

        check(qrels=b"", words=["q: ", "no judgements"])
        check(qrels=b"q1\ta1\t1\nq1\ta2\n", words=["q: line 2", "three columns"])
        check(qrels=b"q1 0 a1 1\nq1 0 a2 many\n", words=["q: line 2", "grade"])
        check(qrels=b"q1 0 a1 9999999\n", words=["q: line 1", "grade"])
        check(qrels=b"q1 0 a1 1\r\n\r\nq1 0 a1 1\r\n", words=["q: line 3", "a1", "q1", "line 1"])
        check(qrels=b"q9\ta1\t1\n", words=["q: ", "topics in t"])
        check(qrels=b"q1\ta1\t0\n", words=["q: ", "topics in t"])
        check(run=b"q1 Q0 a1 1 5 x\nq1 Q0 a2 1 x\n", words=["r: line 2", "six columns"])
        check(run=b"q1 Q0 a1 1 5 x\nq1 Q0 a1 2 4 x\n", words=["r: line 2", "a1", "twice"])
        check(run=os.urandom(64) + b"\n", words=["r: line 1"])
        check(topics=b"q1\tgas\nq2\toil\nq1\tgas\n", words=["t: ", "q1", "twice"])
        check(topics=b"", words=["q: "])
        self.assert_refused("--topics", "topics.tsv", "--qrels", "missing", words=["missing"])
        self.assert_refused("--topics", "topics.tsv", "--compare", "missing", words=["missing"])
        self.assert_refused("--topics", "topics.tsv", "--qrels", ".", words=[".: "])
        self.write("no.topics", "\n")
        self.assert_refused("--topics", "no.topics", "--compare", "r", words=["no.topics", "no topics"])


if __name__ == "__main__":
    unittest.main()
