"""csa-search as its users meet it: the query language, every output, every error."""
import json
import os
import re
import shutil
import subprocess
import threading
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
        out, _ = self.search("--explain", '"power of siberia"')
        self.assertRegex(out, r'phrase "power of siberia": idf')  # how often it stands is not counted
        for term in self.search_json("--explain", "siberia", '"power of siberia"')["terms"]:
            self.assertEqual("passages" in term, term["kind"] != "phrase")
        for rank in ("bm25", "best"):
            for hit in self.search_json("--explain", "--rank", rank, "siberia gas")["hits"]:
                self.assertAlmostEqual(hit["explanation"][0]["value"], hit["score"], places=4)

    def test_an_empty_result_is_explained(self):
        result = self.search_json("+siberia +trade +contracts", status=1)
        self.assertEqual([clause["passages"] for clause in result["diagnosis"]["clauses"]], [2, 1, 1])
        self.assertEqual([clause["emptied"] for clause in result["diagnosis"]["clauses"]], [False, False, True])
        result = self.search_json("siberai", status=1)
        self.assertEqual(result["diagnosis"]["clauses"][0]["near"][0]["word"], "siberia")
        self.assertEqual(result["suggestion"], "siberia")
        self.assertIn("Did you mean: siberia", self.search("siberai", status=1)[0])

    def test_links_to_passages(self):
        passages = self.search_json("siberia")["hits"]
        fragments = {hit["article"]["id"]: [p["fragment"] for p in hit["passages"]] for hit in passages}
        self.assertEqual(fragments["a2"], [None])
        self.assertTrue(fragments["a1"][0].startswith("https://example.org/a1#:~:text=The%20Power%20of%20Siberia"), fragments)

    def test_pages_are_counted(self):
        for arguments, expected in ((("-n1",), (1, 2)), (("-n1", "--page", "2"), (2, 2)), (("-n", "10000"), (1, 1))):
            result = self.search_json(*arguments, "siberia")
            self.assertEqual((result["page"], result["pages"], result["sort"]), expected + ("relevance",))
        self.assertEqual(self.search_json("nothinglikethis", status=1)["pages"], 0)
        self.assertIn("no page 9: there is 1", self.search("--page", "9", "siberia", status=1)[0])

    def test_lines_for_scripts(self):
        self.assertEqual(self.search("-1", '"power of siberia"')[0], "a1\n")
        self.assertEqual(self.search('"power of siberia"', "-1")[0], "a1\n")
        self.assertEqual(self.search("-o", "ids", '"power of siberia"')[0], "a1\n")
        out, _ = self.search("--output=rank,id,title,url,date,source,author,language,passage,score", "pipelines")
        lines = [line.split("\t") for line in out.splitlines()]
        self.assertEqual([line[:2] for line in lines], [["1", "a1"], ["2", "a3"]] if lines[0][1] == "a1" else [["1", "a3"], ["2", "a1"]])
        line = next(line for line in lines if line[1] == "a1")
        self.assertEqual(line[2:9], ["Power of Siberia 2", "https://example.org/a1", "2023-08-11", "Test Wire", "A. Author", "en", "1"])
        self.assertGreater(float(line[9]), 0)
        self.assertEqual([line[2:8] for line in lines if line[1] == "a3"], [["", "", "", "", "", "en"]])
        self.assertEqual(self.search("-1", "nothinglikethis", status=1)[0], "")
        self.assertIn("planned through Mongolia", self.search("-o", "text", '"power of siberia"')[0])
        self.assertEqual(self.search("-o", "snippet", "kyrgyzstan")[0].count("\n"), 1)
        self.write("topics.tsv", "q1\tsiberia trade\nq2\tnothinglikethis\nq3\tcontracts\n")
        lines = [line.split("\t") for line in self.search("--topics", "topics.tsv", "-o", "id,rank")[0].splitlines()]
        self.assertEqual([(line[0], line[2]) for line in lines], [("q1", "1"), ("q1", "2"), ("q3", "1")])

    def test_nothing_of_a_terminal_in_a_pipe(self):
        self.environment.update(TERM="xterm-kitty", TERM_PROGRAM="vscode", VTE_VERSION="7000", COLUMNS="50")
        out, _ = self.search("--facets", "all", "--timeline", "siberia")
        self.assertNotIn("\033", out)
        self.assertTrue(all(len(line) <= 50 for line in out.splitlines()))
        out, _ = self.search("--color", "siberia")
        self.assertIn("\033[1mPower of", out)
        self.assertNotIn("\033]", out)
        self.assertNotIn("\033", self.search("--color", "--no-color", "siberia")[0])

    def test_on_a_terminal(self):
        def shown(**environment):
            self.environment = {k: v for k, v in self.environment.items() if k not in ("NO_COLOR", "TERM", "TMUX")} | environment
            command = f"'{SEARCHER}' -d my.index siberia"
            done = subprocess.run(["script", "-qec", command, os.devnull], cwd=self.folder, env=self.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
            return done.stdout.decode()
        if shutil.which("script") is None:
            self.skipTest("script(1) is not here")
        out = shown(TERM="xterm")
        self.assertIn("\033[1mPower of Siberia 2\033[0m", out)
        self.assertNotIn("\033]8", out)
        out = shown(TERM="xterm-kitty")
        self.assertIn("\033]8;;https://example.org/a1\033\\\033[1mPower of Siberia 2\033[0m\033]8;;\033\\", out)
        self.assertEqual(out.count("\033]8;;h"), out.count("\033]8;;\033"))
        for environment in ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", shown(**environment))
        self.assertNotIn("\033]8", shown(TERM="xterm-kitty", TMUX="x"))

    def test_suggestions_as_they_are_written(self):
        """The dictionary's words are folded; what is shown is the spelling of the passages, or else of the titles."""
        self.write_articles("written.jsonl", [
            {"id": f"w{i}", "language": "de", "title": "Überschrift",
             "text": "Sie müssen veröffentlichte Zahlen OR prüfen. Sie müssen gehen."} for i in range(5)])
        self.index("-d", "written.index", "--quiet", "written.jsonl")
        for query, suggestion in (("veroffentlchte", "veröffentlichte"), ("+mussn +zahlen", "+müssen +zahlen"),
                                  ('"veroffentlicte zahlen"', '"veröffentlichte zahlen"'),
                                  ("title:uberschrft", "title:überschrift"), ("prufen mussn", "prufen müssen")):
            self.assertEqual(self.search_json("-d", "written.index", query, status=None)["suggestion"], suggestion)

    def test_no_other_keyboard_for_patterns_and_fields(self):
        self.write_articles("keys.jsonl", [
            ("gas", "gas flows"), ("f", "ф ад а-16 ышиукшф"), ("ф", "шв ышиукшф"), ("а", "а-16 and f flows привет")])
        self.index("-d", "keys.index", "--quiet", "keys.jsonl")
        for query in ("g*", "a*", "*a*", "id:*", "F-16", "id:ad", "sibe*", "title:siberia", "F"):
            found = self.search_json("-d", "keys.index", query, status=None)
            self.assertIsNone(found["suggestion"], query)
        self.assertEqual(self.search_json("-d", "keys.index", "ghbdtn", status=None)["suggestion"], "привет")

    def test_lists_out_of_a_pipe(self):
        for option, text in (("--synonyms", "gazoprovod, pipeline\n"), ("--topics", "q1\tpipeline\n")):
            os.mkfifo(self.path(option))
            writer = threading.Thread(target=self.write, args=(option, text))
            writer.start()
            query = ("--trec",) if option == "--topics" else ("gazoprovod",)
            out, _ = self.search(option, option, *query)
            writer.join()
            self.assertIn("a1", out)

    def test_suggestions(self):
        for query, suggestion in (
                ("pipelne siberai", "pipeline siberia"),
                ('"power in siberia"', '"power of siberia"'),
                ('"power on siberia 2"', '"power of siberia 2"'),
                ("powerof siberia", "power of siberia"),
                ("rail way", "railway"),
                ("ufpjghjdjl", "газопровод"),
                ("газапровод", "газопровод"),
                ("siberia lang:en pipelne", "siberia lang:en pipeline"),
        ):
            found = self.search_json(query, status=None)
            self.assertEqual(found["suggestion"], suggestion, query)
            self.assertEqual(found["diagnosis"]["suggestion_passages"],
                             self.search_json(suggestion)["passages"], query)
        for query in ("siberia pipeline", "全球治理", "gas -gas", "xyzzyxyzzy", "lang:en"):
            self.assertIsNone(self.search_json(query, status=None)["suggestion"], query)

    def test_suggestions_for_filters(self):
        for query, suggestion in (
                ("siberia lang:englsh", "siberia lang:english"),
                ("lang:rusian", "lang:russian"),
                ("siberia source:tets", "siberia source:Test"),
                ('siberia source:"tst wire"', 'siberia source:"Test Wire"'),
                ("author:athor", "author:Author"),
                ("site:exmaple.org", "site:example.org"),
                ("siberai site:https://exmaple.org/x", "siberia site:example.org"),
        ):
            found = self.search_json(query, status=None)
            self.assertEqual(found["suggestion"], suggestion, query)
            self.assertEqual(found["diagnosis"]["suggestion_passages"],
                             self.search_json(suggestion)["passages"], query)
        for query in ("siberia -source:tets", "siberia lang:fr", "siberia source:tets lang:ru"):
            self.assertIsNone(self.search_json(query, status=None)["suggestion"], query)
        out, _ = self.search("gas author:athor", status=1)
        self.assertIn("author:athor: no article by that author; leaves nothing over; without it 1 passage", out)
        self.assertIn("    like it: Author (1)\nDid you mean: gas author:Author (1 passage)\n", out)
        clauses = self.search_json("gas +author:athor", status=1)["diagnosis"]["clauses"]
        self.assertEqual(clauses[1]["near"], [{"word": "Author", "passages": 1}])
        clauses = self.search_json("gas +lang:englsh", status=1)["diagnosis"]["clauses"]
        self.assertEqual(clauses[1]["near"][0]["word"], "english")

    def test_suggestions_are_counted_with_synonyms(self):
        self.write("names.txt", "siberia, mongolia, kyrgyzstan, contracts\n")
        found = self.search_json("--synonyms", "names.txt", "+siberai", status=1)
        self.assertEqual(found["suggestion"], "+siberia")
        self.assertEqual(found["diagnosis"]["suggestion_passages"],
                         self.search_json("--synonyms", "names.txt", "+siberia")["passages"])

    def test_an_empty_filter_is_named(self):
        out, _ = self.search("+siberia +date:2031", status=1)
        self.assertIn("date:2031: no article of that time; leaves nothing over; without it 2 passages", out)
        clauses = self.search_json("+siberia +date:2031", status=1)["diagnosis"]["clauses"]
        self.assertEqual([clause["kind"] for clause in clauses], ["word", "filter"])
        out, _ = self.search("+siberia +pipelin~1 +xqx*", status=1)
        self.assertIn("+xqx*: in 0 passages; leaves nothing over", out)

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


class Dates(support.Case):
    """Sorting, facets and the timeline, over several segments, with deletes and undated articles."""

    def setUp(self):
        super().setUp()
        self.environment["CSA_INDEX"] = "my.index"
        dates = ["2023-08-11", "2023-08-11", "2023-08-10", None, "2022", "2023-08", "1999-12-31", None, "2024-02-29", "2023-01-01"]
        self.articles = {}
        for part in range(4):
            records = []
            for i in range(part, 40, 4):
                record = {"id": f"n{i:02}", "text": "Gas " * (1 + i % 5) + "flows. " + "Other words here. " * (i % 7),
                          "language": "en" if i % 5 else "de"}
                if dates[i % 10]:
                    record["date"] = dates[i % 10]
                if i % 3:
                    record["source"] = f"Wire {i % 3}"
                if i % 2:
                    record["author"] = "O\u2019Brien"
                records.append(record)
                self.articles[record["id"]] = record
            self.write_articles("part.jsonl", records)
            self.index("-d", "my.index", "--quiet", "part.jsonl")
        for gone in ("n00", "n17", "n23"):
            self.index("-d", "my.index", "--quiet", "--delete", gone)
            del self.articles[gone]

    def order(self, *arguments):
        return [line.split("\t") for line in self.search("-o", "id,date,score", *arguments, "gas")[0].splitlines()]

    def test_sorting(self):
        scores = {article: float(score) for article, _, score in self.order("-n", "100", "--rank", "bm25")}
        self.assertEqual(set(scores), set(self.articles))
        for name, newest in (("newest", True), ("date", True), ("oldest", False)):
            lines = self.order("-n", "100", "--rank", "bm25", "--sort", name)
            def place(article):
                date = self.articles[article].get("date")
                number = int((date or "0").replace("-", "").ljust(8, "0"))
                return (date is None, -number if newest else number, -scores[article], article)
            ids = [line[0] for line in lines]
            self.assertEqual([place(a)[:3] for a in ids], [place(a)[:3] for a in sorted(ids, key=place)], name)
            self.assertEqual(set(ids), set(self.articles))
            paged = [line[0] for page in range(1, 8) for line in
                     self.order("-n", "6", "--page", str(page), "--rank", "bm25", "--sort", name)]
            self.assertEqual(paged, ids)
        self.assertIn(", newest first", self.search("--sort", "newest", "gas")[0])
        self.assertEqual(self.search_json("--sort", "oldest", "gas")["sort"], "oldest")

    def test_facets(self):
        result = self.search_json("-n1", "--facets", "month,source,year,author,language", "gas")
        facets = {facet["field"]: facet for facet in result["facets"]}
        self.assertEqual(list(facets), ["source", "language", "author", "year", "month"])
        def count(value):
            counts = {}
            for article in self.articles.values():
                counts[value(article)] = counts.get(value(article), 0) + 1
            return counts.pop(None, 0), counts
        for field, value in (("source", lambda a: a.get("source")), ("author", lambda a: a.get("author")),
                             ("language", lambda a: a["language"]), ("year", lambda a: a["date"][:4] if "date" in a else None),
                             ("month", lambda a: a["date"][:7] if len(a.get("date", "")) > 4 else None)):
            unknown, counts = count(value)
            self.assertEqual((facets[field]["unknown"], {v["value"]: v["articles"] for v in facets[field]["values"]}, facets[field]["more"]),
                             (unknown, counts, 0), field)
        self.assertEqual([v["value"] for v in facets["year"]["values"]], ["1999", "2022", "2023", "2024"])
        out, _ = self.search("-n1", "--facets", "year,source", "gas")
        self.assertRegex(out, r"(?m)^source    Wire \d \(1\d\) · Wire \d \(1\d\) · unknown \(1\d\)$")
        self.assertEqual(len(self.search_json("--facets", "all", "gas")["facets"]), 5)
        self.assertEqual(self.search_json("--by", "passage", "--facets", "year", "gas")["facets"],
                         self.search_json("--facets", "year", "gas")["facets"])

    def test_timeline(self):
        timeline = self.search_json("--timeline", "gas")["timeline"]
        dated = [a["date"] for a in self.articles.values() if "date" in a]
        self.assertEqual(timeline["unit"], "year")
        self.assertEqual(timeline["undated"], len(self.articles) - len(dated))
        self.assertEqual([(b["from"], b["to"]) for b in timeline["buckets"]], [(f"{y}-01-01", f"{y}-12-31") for y in range(1999, 2025)])
        self.assertEqual([b["articles"] for b in timeline["buckets"]], [sum(d[:4] == str(y) for d in dated) for y in range(1999, 2025)])
        self.assertEqual(timeline["vague"], [])
        out, _ = self.search("-n1", "--timeline", "gas")
        self.assertRegex(out, r"by year: \d+ articles, most in 2023 \(\d+\); \d+ undated\n")
        self.assertIn("█", out)
        self.environment["LC_ALL"] = "C"
        out, _ = self.search("-n1", "--timeline", "gas")
        self.assertIn("####", out)
        self.assertNotIn("█", out)
        self.assertNotIn("timeline", self.search_json("gas"))

    def test_nothing_found(self):
        result = self.search_json("--facets", "year", "--timeline", "--sort", "newest", "zzzz", status=1)
        self.assertEqual(result["facets"], [{"field": "year", "values": [], "unknown": 0, "more": 0}])
        self.assertEqual(result["timeline"], {"unit": "day", "undated": 0, "buckets": [], "vague": []})


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
    def test_options(self):
        self.assert_refused("--nonsense", "x", words=["--nonsense"])
        self.assert_refused("-z", "x", words=["-z"])
        self.assert_refused("-n", "0", "x", words=["--hits"])
        self.assert_refused("-n", "ten", "x", words=["--hits", "ten"])
        self.assert_refused("-n", "99999999999999999999", "x", words=["--hits"])
        self.assert_refused("--page", "-1", "x", words=["--page"])
        self.assert_refused("--page", "10000", "x", words=["--page"])
        self.assert_refused("--by", "author", "x", words=["--by"])
        self.assert_refused("--rank", "worst", "x", words=["--rank"])
        self.assert_refused("--sort", "size", "x", words=["--sort", "size"])
        self.assert_refused("--sort", "newest", "--by", "passage", "x", words=["--sort", "--by passage"])
        self.assert_refused("--sort", "newest", "--trec", "x", words=["--sort", "--trec"])
        self.assert_refused("--facets", "source,colour", "x", words=["--facets", "colour"])
        self.assert_refused("--facets", "", "x", words=["--facets"])
        self.assert_refused("--facets", "year", "--trec", "x", words=["--facets", "--trec"])
        self.assert_refused("--timeline", "--batch", words=["--timeline", "--batch"])
        self.assert_refused("-o", "id,colour", "x", words=["-o", "colour"])
        self.assert_refused("-1", "--json", "x", words=["-o", "--json"])
        self.assert_refused("-o", "id", "--timeline", "x", words=["-o", "--timeline"])
        self.assert_refused("--k1", "nan", "x", words=["--k1"])
        self.assert_refused("--b", "2", "x", words=["--b"])
        self.assert_refused("--batch", "x", words=["--batch"])
        self.assert_refused("--batch-hits", words=["--batch"])
        self.assert_refused("--json", "--trec", "x", words=["--json", "--trec"])
        self.assert_refused("--batch", "--json", words=["--batch", "--json"])
        self.assert_refused("--batch", "--topics", "none.tsv", words=["--batch", "--topics"])
        self.assert_refused("--topics", "none.tsv", words=["none.tsv"])
        self.assert_refused("-n", words=["-n"])
        self.assert_refused(words=["QUERY"])

    def test_indexes(self):
        self.assert_refused("-d", "missing", "x", words=["missing", "csa-index"])
        os.mkdir(self.path("foreign"))
        self.write("foreign/file", "x")
        self.assert_refused("-d", "foreign", "x", words=["foreign"])
        self.assert_refused("-d", "articles.jsonl", "x", words=["articles.jsonl"])
        self.write("junk/commit", os.urandom(300))
        self.assert_refused("-d", "junk", "x", words=["commit"])
        os.mkfifo(self.path("fifo"))
        self.assert_refused("-d", "fifo", "x", words=["fifo"])

    def test_a_damaged_segment(self):
        segment = next(name for name in os.listdir(self.path("my.index")) if name.startswith("segment"))
        with open(self.path("my.index", segment), "r+b") as file:
            file.truncate(100)
        self.assert_refused("siberia", words=[segment])

    def test_topics_lines(self):
        self.write("topics.tsv", "q1\tsiberia\nnothing here\n")
        self.assert_refused("--topics", "topics.tsv", words=["topics.tsv", "line 2"])
        self.write("topics.tsv", "q1\tsiberia\n\nq2\tgas\nq1\tgas\n")
        self.assert_refused("--topics", "topics.tsv", "--trec", words=["topics.tsv", "line 4", "q1", "line 1"])
        self.write("topics.jsonl", '{"_id": "q1"}\n')
        self.assert_refused("--topics", "topics.jsonl", words=["topics.jsonl", "line 1"])

    def test_help_and_version(self):
        out, _ = self.search("--help")
        self.assertLessEqual(out.count("\n"), 45)
        self.assertTrue(all(len(line) <= 80 for line in out.splitlines()))
        self.assertTrue(re.match(r"csa-search \d+\.\d+", self.search("--version")[0]))


if __name__ == "__main__":
    unittest.main()
