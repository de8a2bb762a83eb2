"""`--rank best`: each part of it decides where all else is the same, can be left out, and is explained.

docs/ranking.md says what the parts are.
"""
import json
import subprocess
import unittest

import support
from support import SEARCHER

FILLER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda my"


def passage(*words):
    """A sentence of its own number of words, always the same ones but for those given."""
    rest = FILLER.split()[:12 - len(words)]
    return " ".join([*words, *rest]) + "."


class RankingCase(support.Case):
    def make(self, articles, *options):
        self.write_articles("articles.jsonl", [{"language": "en", **a} for a in articles])
        self.index("-d", "my.index", "--quiet", *options, "articles.jsonl")

    def ask(self, *arguments):
        done = subprocess.run([SEARCHER, "-d", "my.index", *arguments], cwd=self.folder, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr.decode())
        return done.stdout.decode()

    def order(self, query, *options):
        return [line.split()[2] for line in self.ask("--trec", *options, "--", query).splitlines()]

    def check(self, part, query, better, worse):
        """The better one comes first, and not when the part that makes it so is left out."""
        with self.subTest(part=part):
            self.assertEqual(self.order(query)[:2], [better, worse])
            self.assertEqual(self.order(query, "--rank", f"best:-{part}")[:2], [worse, better])


class Parts(RankingCase):
    def test_near(self):
        words = FILLER.split()
        apart = " ".join(["silk", *words[:10], "road"]) + "."
        close = " ".join([*words[:5], "silk", "road", *words[5:10]]) + "."
        self.make([{"id": "apart", "text": apart}, {"id": "close", "text": close}])
        self.check("near", "silk road", "close", "apart")

    def test_title(self):
        self.make([{"id": "plain", "title": "Something else", "text": "Gas gas. " + passage("gas")},
                   {"id": "titled", "title": "About gas", "text": "Gas. " + passage("my")},
                   *({"id": f"x{i}", "title": "Another text", "text": passage("my")} for i in range(9))])
        self.assertEqual(self.order("gas")[0], "titled")
        self.assertEqual(self.order("gas", "--rank", "best:-title")[0], "plain")

    def test_article(self):
        """Of two articles with the same best passage, the one that speaks of it again comes first."""
        long = " ".join([passage("my")] * 9)
        first = passage("gas", "gas", "gas") + "\n\n" + long + "\n\n"
        self.make([{"id": "once", "text": first + long}, {"id": "again", "text": first + long[:-1] + " gas."}],
                  "--passage-words", "110")
        self.assertEqual(self.order("gas"), ["again", "once"])
        self.assertEqual(self.order("gas", "--rank", "best:-further"), ["again", "once"])
        self.assertEqual(self.order("gas", "--rank", "best:-article"), ["again", "once"])
        self.assertEqual(self.order("gas", "--rank", "best:-article,-further"), ["once", "again"])

    def test_exact(self):
        self.make([{"id": "other", "text": passage("pipelines")}, {"id": "same", "text": passage("pipeline")}])
        self.check("exact", "pipeline", "same", "other")

    def test_cover(self):
        self.make([{"id": "one", "text": " ".join(["gas"] * 40)}, {"id": "both", "text": "gas " + FILLER * 8 + " oil"},
                   *({"id": f"x{i}", "text": "oil " + passage("my")} for i in range(6)),
                   *({"id": f"y{i}", "text": passage("my")} for i in range(6))])
        with_cover = self.score("both", "gas oil") / self.score("both", "gas oil", "--rank", "best:-cover")
        one = self.score("one", "gas oil") / self.score("one", "gas oil", "--rank", "best:-cover")
        self.assertGreater(with_cover, one)

    def score(self, article, query, *options):
        for line in self.ask("--trec", *options, "--", query).splitlines():
            fields = line.split()
            if fields[2] == article:
                return float(fields[4])
        self.fail(f"{article} is not found")

    def test_boosts(self):
        self.make([{"id": "gas", "text": passage("gas")}, {"id": "oil", "text": passage("oil")}])
        self.assertEqual(self.order("gas^3 oil"), ["gas", "oil"])
        self.assertEqual(self.order("gas oil^3"), ["oil", "gas"])


class Whole(RankingCase):
    def test_same_scores_without_skipping(self):
        self.make([{"id": f"a{i}", "title": "Gas" if i % 9 == 0 else "Text",
                    "text": " ".join(["gas"] * (i % 5) + ["oil"] * (i % 3) + FILLER.split()[:i % 7 + 2])}
                   for i in range(300)])
        for query in ("gas", "gas oil", "+gas +oil", '"gas oil"', "gas oil alpha -beta"):
            self.assertEqual(self.ask("--trec", "--", query), self.ask("--trec", "--exhaustive", "--", query), query)

    def test_explained_parts_add_up(self):
        self.make([{"id": f"a{i}", "title": "Gas and oil" if i % 2 else "Text", "text": passage(*["gas", "oil"][:i % 3])}
                   for i in range(12)])
        answer = json.loads(self.ask("--json", "--explain", "--", "gas oil"))
        for hit in answer["hits"]:
            lines = hit["explanation"]
            at = next(i for i, line in enumerate(lines) if line["what"] == "score")
            depth = lines[at]["depth"]
            parts = [line["value"] for line in lines[at + 1:] if line["depth"] == depth + 1]
            self.assertAlmostEqual(sum(parts), lines[at]["value"], places=4)

    def test_wrong_parts_are_refused(self):
        for value in ("best:", "best:title", "best:-titles", "best-title", "best:-title,", "bm26", "best:-title:-near"):
            done = subprocess.run([SEARCHER, "-d", "my.index", "--rank", value, "x"], cwd=self.folder,
                                  stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 2, value)
            self.assertIn(b"--rank", done.stderr)


class Strays(RankingCase):
    def test_a_few_articles_in_other_languages(self):
        """Under Italian, asia has the stem as; that must not find English articles."""
        english = [{"id": f"e{i}", "text": "As it was then, so it is now, as everybody knows."} for i in range(80)]
        self.make([*english, {"id": "asia", "text": "Trade with Asia grows."},
                   {"id": "italian", "language": "it", "text": "Il commercio con l'Asia cresce."}])
        self.assertEqual(sorted(self.order("asia")), ["asia", "italian"])
        self.assertEqual(sorted(self.order("+asia +trade")), ["asia"])
        answer = json.loads(self.ask("--json", "asia"))
        self.assertEqual((answer["articles"], answer["passages"]), (2, 2))


if __name__ == "__main__":
    unittest.main()
