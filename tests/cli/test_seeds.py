"""The five scraped articles with their judged queries, and the sample collection with its topics."""
import json
import os
import unittest

import support
from support import CORPUS, ROOT, SHARED

SEEDS = os.path.join(SHARED, "seeds")


class Seeds(support.Case):
    @unittest.skipUnless(os.path.isdir(SEEDS), "../shared/seeds is not here")
    def test_judged_queries(self):
        self.index("-d", "seeds.index", "--quiet", *[os.path.join(SEEDS, n) for n in sorted(os.listdir(SEEDS))
                                                     if n.endswith(".txt")])
        with open(os.path.join(SEEDS, "judged.tsv"), encoding="utf-8") as lines:
            judged = [line.rstrip("\n").split("\t") for line in lines][1:]
        first, shown = 0, 0
        for query, article, text in judged:
            hit = self.search_json("-d", "seeds.index", query)["hits"][0]
            first += hit["article"]["id"].startswith(article)
            shown += any(" ".join(text.split()) in " ".join(p["text"].split()) for p in hit["passages"])
        self.assertEqual(first, len(judged))
        self.assertGreaterEqual(shown, len(judged) - 1)


class Samples(support.Case):
    def test_topics_of_the_sample_collection(self):
        self.index("-d", "sample.index", "--quiet", CORPUS)
        grades, texts = {}, {}
        with open(os.path.join(ROOT, "corpus", "qrels.tsv"), encoding="utf-8") as lines:
            for line in list(lines)[1:]:
                query, article, grade = line.rstrip("\n").split("\t")
                grades.setdefault(query, {})[article] = int(grade)
        with open(os.path.join(ROOT, "corpus", "passages.tsv"), encoding="utf-8") as lines:
            for line in list(lines)[1:]:
                query, article, text = line.rstrip("\n").split("\t")
                texts.setdefault(query, []).append((article, text))
        out, _ = self.search("-d", "sample.index", "--json", "--topics", os.path.join(ROOT, "corpus", "topics.tsv"))
        results = [json.loads(line) for line in out.splitlines()]
        right, shown = 0, 0
        for result in results:
            hits = result["hits"]
            self.assertTrue(hits, result["query"])
            right += grades[result["id"]].get(hits[0]["article"]["id"], 0) == 2
            passages = [(h["article"]["id"], " ".join(p["text"].split())) for h in hits[:3] for p in h["passages"]]
            shown += any(article == a and " ".join(text.split()) in p for article, text in texts[result["id"]]
                         for a, p in passages)
        self.assertGreaterEqual(right, 0.9 * len(results))
        self.assertGreaterEqual(shown, 0.85 * len(results))


if __name__ == "__main__":
    unittest.main()
