"""What a query means, from the command line: --syntax, --synonyms, and filters beside words."""
import json
import unittest

import support

ARTICLES = [
    {"id": "en/1", "title": "Pipelines", "date": "2023-08-11", "source": "Test Wire", "author": "Li Wei",
     "url": "https://www.example.org/a1", "language": "en", "text": "The Belt and Road needs pipelines for gas."},
    {"id": "en/2", "date": "2023", "source": "Other Wire", "author": "Wei Chen", "url": "https://example.com/a2",
     "language": "en", "text": "The BRI pays for a pipeline of gas."},
    {"id": "de/1", "date": "2020-05", "language": "de", "text": "Die Pipeline bringt Gas, die OBOR zahlt."},
    {"id": "zh/1", "language": "zh", "text": "一带一路需要天然气。"},
]


class Case(support.Case):
    def setUp(self):
        super().setUp()
        self.environment.pop("CSA_SYNONYMS", None)
        self.write_articles("articles.jsonl", ARTICLES)
        self.index("-d", "my.index", "--quiet", "articles.jsonl")
        self.environment["CSA_INDEX"] = "my.index"


class Filters(Case):
    def check(self, query, *expected):
        self.assertEqual(sorted(self.found("--", query)), sorted(expected), query)

    def test_filters_restrict(self):
        self.check("gas", "en/1", "en/2", "de/1")
        self.check("gas lang:en", "en/1", "en/2")
        self.check("gas +lang:en", "en/1", "en/2")
        self.check("road lang:en", "en/1")
        self.check("road lang:de")
        self.check("gas -lang:english", "de/1")
        self.check("gas lang:(de zh)", "de/1")
        self.check("lang:zh OR road", "en/1", "zh/1")
        self.check('gas author:"li wei"', "en/1")
        self.check("gas author:wei", "en/1", "en/2")
        self.check("gas source:wire -source:other", "en/1")
        self.check("gas site:example.org", "en/1")
        self.check("gas id:en/*", "en/1", "en/2")
        self.check("gas id:de/1", "de/1")

    def test_side_by_side(self):
        self.check("gas lang:en lang:de", "en/1", "en/2", "de/1")
        self.check("gas +lang:en +lang:de")
        self.check("gas lang:en AND lang:de")
        self.check("gas lang:en -lang:de", "en/1", "en/2")
        self.check("gas site:example.org lang:de site:example.com lang:en", "en/1", "en/2")
        self.check("gas source:test source:other", "en/1", "en/2")
        self.check("gas id:en/1 id:de/1", "en/1", "de/1")
        self.check("gas date:2020 date:2023-08", "en/1", "de/1")
        self.check("gas date:2021.. date:..2023", "en/1", "en/2")
        self.check("gas author:li author:wei", "en/1")
        self.check("gas author:chen author:li")
        out, _ = self.search("--syntax", "gas lang:en lang:de", status=0)
        self.assertIn("must: any of these:\n    articles in the language english\n", out)
        out, _ = self.search("--syntax", "--json", "gas lang:en lang:de", status=0)
        self.assertEqual(json.loads(out)["parsed"], "gas +(lang:en OR lang:de)")

    def test_dates(self):
        self.check("gas date:2023", "en/1", "en/2")
        self.check("gas date:2023-08", "en/1")
        self.check("gas date:2023-08-11", "en/1")
        self.check("gas date:2020..2023", "en/1", "en/2", "de/1")
        self.check("gas date:..2020-05", "de/1")
        self.check("gas date:2023-01..", "en/1")
        self.check("gas -date:2023", "de/1")
        self.check("date:1000..", "en/1", "en/2", "de/1")


class ReadAgain(Case):
    def test_what_is_parsed_is_the_same_query(self):
        for query in "(+=gas the) needs", "(+pays the) pays", "+(+gas the +for) road", "+(l'oil gas) needs", "(the gas) lang:en", "gas lang:en lang:de", \
                "(the lang:en) lang:de gas", "gas date:2020 lang:en date:2023 -lang:de":
            once = self.search_json("--", query)
            again = self.search_json("--", once["parsed"])
            self.assertEqual(again["parsed"], once["parsed"], query)
            self.assertEqual([hit["article"]["id"] for hit in again["hits"]],
                             [hit["article"]["id"] for hit in once["hits"]], query)


class Synonyms(Case):
    def setUp(self):
        super().setUp()
        self.write("names.txt", "# names\nbelt and road, BRI, 一带一路\nobor => BRI\n")

    def check(self, query, *expected):
        self.assertEqual(sorted(self.found("--synonyms", "names.txt", "--", query)), sorted(expected), query)

    def test_found(self):
        for query in ("bri", '"belt and road"', "一带一路", '+"belt and road"', "+bri gas"):
            self.check(query, "en/1", "en/2", "zh/1")
        self.check('"the bri"', "en/1", "en/2")
        self.check("obor", "de/1", "en/2")
        self.check("=bri", "en/2")
        self.check("gas -bri", "de/1")

    def test_environment(self):
        self.environment["CSA_SYNONYMS"] = "names.txt"
        self.assertEqual(sorted(self.found("bri")), ["en/1", "en/2", "zh/1"])
        self.assertEqual(sorted(self.found("--synonyms", "", "bri")), ["en/2"])

    def test_errors(self):
        self.write("wrong.txt", "a, b\nalone\n")
        for name, words in (("wrong.txt", ["wrong.txt", "line 2"]), ("none.txt", ["none.txt"])):
            _, errors = self.search("--synonyms", name, "gas", status=2)
            for word in words:
                self.assertIn(word, errors)


class Syntax(Case):
    def test_text(self):
        out, _ = self.search("--syntax", "pipelines for the gas lang:en", status=0)
        self.assertIn('word "pipelines", by the stem', out)
        self.assertIn('word "the", by the stem', out)
        self.assertIn("left out as a stop word", out)
        self.assertIn("only articles in the language english", out)

    def test_without_an_index(self):
        out, _ = self.search("-d", "none.index", "--syntax", '"power of siberia"', status=0)
        self.assertIn('phrase "power of siberia"\n', out)
        self.assertIn("there is no index", out)

    def test_json(self):
        out, _ = self.search("--syntax", "--json", "gas (", status=0)
        result = json.loads(out)
        self.assertEqual(list(result), ["query", "parsed", "index", "tree", "notes"])
        self.assertEqual(result["parsed"], "gas")
        self.assertEqual(result["tree"]["clauses"][0]["text"], "gas")
        self.assertEqual(len(result["notes"]), 1)

    def test_synonyms_are_named(self):
        self.write("names.txt", "bri, obor\n")
        out, _ = self.search("--synonyms", "names.txt", "--syntax", "bri", status=0)
        self.assertIn("a synonym", out)

    def test_misuse(self):
        for arguments in (["--batch"], ["--topics", "x"], ["--trec", "x"], ["--interactive"]):
            self.search("--syntax", *arguments, status=2)
        self.search("--syntax", status=2)


if __name__ == "__main__":
    unittest.main()
