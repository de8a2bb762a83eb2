"""csa-search as its users meet it: the query language, every output, every error."""
import json
import os
import re
import subprocess
import unittest

import support
from support import SEARCHER

ARTICLES = [
    {"id": "a1", "title": "Power of Siberia 2", "date": "2023-08-11", "source": "Test Wire", "author": "A. Author",
     "url": "https://example.org/a1", "language": "en", "section": "energy",
     "text": "The Power of Siberia 2 pipeline is planned through Mongolia. Gas would flow to China."},
    {"id": "a2", "title": "Railways", "language": "en",
     "text": "A railway joins China and Kyrgyzstan. The power of trade grows; Siberia is far away."},
    {"id": "a3", "language": "en", "text": "State-owned companies signed <b>contracts</b> & deals. Pipelines were not among them."},
    {"id": "a4", "title": "全球治理倡议", "language": "zh", "text": "习近平提出全球治理倡议。中国和中亚国家合作。"},
    {"id": "a5", "language": "ru", "title": "Газопровод", "text": "Сила Сибири — крупный газопровод. Ёмкость трубы велика."},
    {"id": "a6", "language": "de", "text": "Die Straße nach Türkiye ist gesperrt. Müller’s Laden bleibt offen."},
]


class SearchCase(support.Case):
    def setUp(self):
        super().setUp()
        self.write_articles("articles.jsonl", ARTICLES)
        self.index("-d", "my.index", "--quiet", "articles.jsonl")
        self.environment["CSA_INDEX"] = "my.index"


class QueryLanguage(SearchCase):
    def check(self, query, *expected):
        self.assertEqual(sorted(self.found("--", query)), sorted(expected), query)

    def test_words_and_phrases(self):
        self.check("siberia", "a1", "a2")
        self.check('"power of siberia"', "a1")
        self.check("\"Power\u00a0of Siberia\"", "a1")
        self.check("\u201cpower of siberia\u201d", "a1")
        self.check('"of power"')
        self.check("pipeline", "a1", "a3")
        self.check('"pipeline"', "a1")
        self.check('"pipelines"', "a3")
        self.assertEqual(self.found("siberia pipeline")[0], "a1")

    def test_operators(self):
        self.check("+siberia -railway", "a1")
        self.check("siberia AND trade", "a2")
        self.check("siberia NOT trade", "a1")
        self.check("mongolia OR kyrgyzstan", "a1", "a2")
        self.check("siberia AND (mongolia OR nothing)", "a1")
        self.check('+china -"power of siberia"', "a2")
        self.check("-china")
        self.check("+china +mongolia -siberia")

    def test_prefixes_and_titles(self):
        self.check("kyrgyz*", "a2")
        self.check("pipe*", "a1", "a3")
        self.check("title:railways", "a2")
        self.check("title:railway", "a2")
        self.check('title:"power of siberia"', "a1")
        self.check('title:"siberia of power"')
        self.check("title:trade")

    def test_forms_of_words(self):
        self.check("state owned", "a3")
        self.check("+state-owned", "a3")
        self.check("china's", "a1", "a2")
        self.check("strasse", "a6")
        self.check("turkiye", "a6")
        self.check("müller", "a6")
        self.check("muller", "a6")
        self.check("емкость", "a5")
        self.check('"сила сибири"', "a5")

    def test_chinese(self):
        self.check("全球治理", "a4")
        self.check('"全球治理倡议"', "a4")
        self.check("中亚", "a4")
        self.check("球", "a4")
        self.check("议", "a4")
        self.check('"治全"')

    def test_nothing_is_an_error(self):
        for query in ["(", ")", '"', "+", "-", "AND", "((((", "*", "title:", "^", "~", "a AND", "\u0000x".replace("\0", ""),
                      "(" * 5000, "a " * 3000, "\"" * 999, "a*" * 100, "-" * 200]:
            out, error = self.search("--json", "--", query, status=None)
            json.loads(out)
            self.assertEqual(error, "", query[:40])

    def test_a_minus_behind_the_first_word_excludes(self):
        self.assertEqual(self.found("siberia", "-railway"), ["a1"])
        out, _ = self.search("siberia", "--json")
        self.assertEqual(json.loads(out)["articles"], 2)


class Outputs(SearchCase):
    def test_json_for_queries_without_a_word(self):
        for query in ("", " ", '"', "((((", "+", "*", "title:", "\u200b", "\\"):
            result = self.search_json("--", query, status=1)
            self.assertEqual((result["articles"], result["hits"]), (0, []), query)

    def test_json_keeps_its_contract(self):
        result = self.search_json('"power of siberia"')
        self.assertEqual(list(result)[:7], ["query", "parsed", "articles", "passages", "exact", "took_ms", "suggestion"])
        self.assertEqual((result["query"], result["articles"], result["passages"], result["exact"]),
                         ('"power of siberia"', 1, 1, True))
        self.assertIsNone(result["suggestion"])
        hit = result["hits"][0]
        self.assertEqual(list(hit), ["rank", "score", "article", "passages"])
        self.assertEqual(hit["rank"], 1)
        self.assertEqual({k: v for k, v in hit["article"].items() if k != "fields"},
                         {"id": "a1", "title": "Power of Siberia 2", "date": "2023-08-11", "url": "https://example.org/a1",
                          "author": "A. Author", "source": "Test Wire", "language": "en"})
        self.assertEqual(hit["article"]["fields"], {"section": "energy"})
        passage = hit["passages"][0]
        self.assertEqual(passage["number"], 1)
        self.assertIn("planned through Mongolia", passage["text"])
        self.assertIn("<mark>Power of Siberia</mark>", passage["snippet"])

    def test_missing_fields_are_null(self):
        article = self.search_json("contracts")["hits"][0]["article"]
        for name in ("title", "date", "url", "author", "source"):
            self.assertIsNone(article[name], name)

    def test_snippets_are_safe_in_html(self):
        snippet = self.search_json("contracts")["hits"][0]["passages"][0]["snippet"]
        self.assertIn("&lt;b&gt;<mark>contracts</mark>&lt;/b&gt; &amp; deals", snippet)

    def test_trec(self):
        out, _ = self.search("--trec", "siberia")
        lines = [line.split() for line in out.splitlines()]
        self.assertEqual([len(fields) for fields in lines], [6, 6])
        self.assertEqual([fields[3] for fields in lines], ["1", "2"])
        self.assertGreaterEqual(float(lines[0][4]), float(lines[1][4]))

    def test_topics_in_both_forms(self):
        self.write("topics.tsv", "q1\tsiberia\nq2\tnothinglikethis\n\nq3\t\"power of siberia\"\r\n")
        self.write("topics.jsonl", '{"_id": "q1", "text": "siberia"}\n{"text":"nothinglikethis","_id":"q2"}\n'
                                   '{"_id": "q3", "x": {"y": [1, "]"]}, "text": "\\"power of \\u0073iberia\\""}\n')
        expected = self.search("--topics", "topics.tsv", "--trec")[0]
        self.assertEqual([line.split()[0] for line in expected.splitlines()], ["q1", "q1", "q3"])
        self.assertEqual(self.search("--topics", "topics.jsonl", "--trec")[0], expected)
        with open(self.path("topics.tsv"), "rb") as topics:
            self.assertEqual(self.search("--topics", "-", "--trec", stdin=topics.read())[0], expected)
        out, _ = self.search("--topics", "topics.tsv", "--json")
        self.assertEqual([json.loads(line)["id"] for line in out.splitlines()], ["q1", "q2", "q3"])

    def test_text(self):
        out, _ = self.search('"power of siberia"')
        self.assertIn(" 1. Power of Siberia 2\n", out)
        self.assertIn("2023-08-11 · Test Wire · A. Author · a1", out)
        self.assertNotIn("\033", out)
        self.assertIn("Nothing found.", self.search("nothinglikethis", status=1)[0])

    def test_pages_and_hits(self):
        everything = self.found("-n", "10", "china OR siberia OR contracts")
        self.assertEqual(len(everything), 3)
        paged = [self.found("-n", "1", "--page", str(page), "china OR siberia OR contracts") for page in (1, 2, 3, 4)]
        self.assertEqual(paged, [[article] for article in everything] + [[]])
        result = self.search_json("-n1", "--page=2", "china OR siberia OR contracts")
        self.assertEqual(result["hits"][0]["rank"], 2)

    def test_rank_and_passages(self):
        for rank in ("best", "bm25"):
            self.assertEqual(self.found("--rank", rank, "siberia pipeline")[0], "a1")
        by_passage = self.search_json("--by", "passage", "siberia")
        self.assertTrue(all(len(hit["passages"]) == 1 for hit in by_passage["hits"]))

    def test_explain(self):
        out, _ = self.search("--explain", "--rank", "bm25", "siberia gas")
        self.assertRegex(out, r"siberia.*idf")
        for rank in ("bm25", "best"):
            for hit in self.search_json("--explain", "--rank", rank, "siberia gas")["hits"]:
                self.assertAlmostEqual(hit["explanation"][0]["value"], hit["score"], places=4)

    def test_an_empty_result_is_explained(self):
        result = self.search_json("+siberia +trade +contracts", status=1)
        self.assertEqual([clause["passages"] for clause in result["clauses"]], [2, 1, 1])
        self.assertEqual([clause["emptied"] for clause in result["clauses"]], [False, False, True])
        result = self.search_json("siberai", status=1)
        self.assertEqual(result["clauses"][0]["near"][0]["word"], "siberia")
        self.assertEqual(result["suggestion"], "siberia")
        self.assertIn("Did you mean: siberia", self.search("siberai", status=1)[0])

    def test_output_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([SEARCHER, "-d", "my.index", "siberia"], cwd=self.folder, stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"standard output", done.stderr)

    def test_a_pipe_that_closes_early(self):
        self.write("topics.tsv", "".join(f"q{i}\tsiberia china\n" for i in range(20000)))
        done = subprocess.run(f"'{SEARCHER}' -d my.index --topics topics.tsv | head -n 1", shell=True, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        self.assertEqual(done.stdout.count(b"\n"), 1)
        self.assertEqual(done.stderr, b"")


class Batch(SearchCase):
    def ask(self, lines, *options):
        out, _ = self.search("--batch", *options, stdin="".join(line + "\n" for line in lines).encode())
        return [line.split("\t") for line in out.splitlines()]

    def test_commands(self):
        answers = self.ask(["COUNT\tsiberia", "TOP_1\tsiberia", "TOP_1_COUNT\tsiberia", "COUNT\t+siberia +trade",
                            'COUNT\t"power of siberia"', "TOP_10\tzzz", "COUNT\tsiberia railway mongolia"])
        self.assertEqual([int(fields[0]) for fields in answers], [2, 1, 2, 1, 1, 0, 2])
        self.assertTrue(all(len(fields) == 2 and int(fields[1]) >= 0 for fields in answers))

    def test_hits(self):
        answers = self.ask(["TOP_10\tsiberia", "COUNT\tsiberia", "TOP_10\tzzz"], "--batch-hits")
        hits = answers[0][2].split(" ")
        self.assertEqual({hit.rsplit(":", 1)[0] for hit in hits}, {"a1", "a2"})
        scores = [float(hit.rsplit(":", 1)[1]) for hit in hits]
        self.assertEqual(scores, sorted(scores, reverse=True))

    def test_blanks_in_ids(self):
        """Hits are separated by blanks, so that an id must not have one."""
        self.write_articles("blank.jsonl", [("with a blank", "blankword")])
        self.index("-d", "my.index", "--quiet", "blank.jsonl")
        hits = self.ask(["TOP_10\tblankword"], "--batch-hits")[0][2]
        self.assertRegex(hits, r"\Awith%20a%20blank:[0-9.]+\Z")

    def test_unknown_commands(self):
        answers = self.ask(["NONSENSE\tsiberia", "COUNT", "", "TOP_0\tx", "TOP_x\tx", "COUNT\tsiberia"])
        self.assertEqual(len(answers), 6)
        self.assertTrue(all(fields[0] == "UNSUPPORTED" for fields in answers[:5]), answers)
        self.assertEqual(answers[5][0], "2")

    def test_each_line_is_answered_at_once(self):
        with subprocess.Popen([SEARCHER, "-d", "my.index", "--batch"], cwd=self.folder, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(b"COUNT\tsiberia\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline().split(b"\t")[0], b"2")
            process.stdin.close()
            self.assertEqual(process.wait(10), 0)


class Errors(SearchCase):
    def check(self, *arguments, words):
        out, error = self.search(*arguments, status=2)
        self.assertEqual(out, "")
        self.assertRegex(error, r"\Acsa-search: ")
        self.assertEqual(error.count("\n"), 1)
        for word in words:
            self.assertIn(word, error)

    def test_options(self):
        self.check("--nonsense", "x", words=["--nonsense"])
        self.check("-z", "x", words=["-z"])
        self.check("-n", "0", "x", words=["--hits"])
        self.check("-n", "ten", "x", words=["--hits", "ten"])
        self.check("-n", "99999999999999999999", "x", words=["--hits"])
        self.check("--page", "-1", "x", words=["--page"])
        self.check("--page", "10000", "x", words=["--page"])
        self.check("--by", "author", "x", words=["--by"])
        self.check("--rank", "worst", "x", words=["--rank"])
        self.check("--k1", "nan", "x", words=["--k1"])
        self.check("--b", "2", "x", words=["--b"])
        self.check("--batch", "x", words=["--batch"])
        self.check("--batch-hits", words=["--batch"])
        self.check("--json", "--trec", "x", words=["--json", "--trec"])
        self.check("--batch", "--json", words=["--batch", "--json"])
        self.check("--batch", "--topics", "none.tsv", words=["--batch", "--topics"])
        self.check("--topics", "none.tsv", words=["none.tsv"])
        self.check("-n", words=["-n"])
        self.check(words=["QUERY"])

    def test_indexes(self):
        self.check("-d", "missing", "x", words=["missing", "csa-index"])
        os.mkdir(self.path("foreign"))
        self.write("foreign/file", "x")
        self.check("-d", "foreign", "x", words=["foreign"])
        self.check("-d", "articles.jsonl", "x", words=["articles.jsonl"])
        self.write("junk/commit", os.urandom(300))
        self.check("-d", "junk", "x", words=["commit"])
        os.mkfifo(self.path("fifo"))
        self.check("-d", "fifo", "x", words=["fifo"])

    def test_a_damaged_segment(self):
        segment = next(name for name in os.listdir(self.path("my.index")) if name.startswith("segment"))
        with open(self.path("my.index", segment), "r+b") as file:
            file.truncate(100)
        self.check("siberia", words=[segment])

    def test_topics_lines(self):
        self.write("topics.tsv", "q1\tsiberia\nnothing here\n")
        self.check("--topics", "topics.tsv", words=["topics.tsv", "line 2"])
        self.write("topics.jsonl", '{"_id": "q1"}\n')
        self.check("--topics", "topics.jsonl", words=["topics.jsonl", "line 1"])

    def test_help_and_version(self):
        out, _ = self.search("--help")
        self.assertLessEqual(out.count("\n"), 40)
        self.assertTrue(all(len(line) <= 80 for line in out.splitlines()))
        self.assertTrue(re.match(r"csa-search \d+\.\d+", self.search("--version")[0]))


if __name__ == "__main__":
    unittest.main()
