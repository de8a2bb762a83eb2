"""csa-search --like, --expand and --terms: what comes from the texts themselves, over collections small enough
that the right answer is known."""
import support

GAS = [
    "The pipeline carries gas from Yamal to Nadym, and compressors push it on.",
    "Compressors at Nadym push the gas of Yamal into a pipeline of wide pipes.",
    "A valve, a compressor and a gauge: what a pipeline needs beside its pipes.",
]
BREAD = [
    "Bakers knead dough before dawn; the oven is hot and the crust is brown.",
    "The dough rests, the bakers wait, the oven bakes the crust of each loaf.",
    "Rye dough is sour; its loaf keeps for a week under a hard crust.",
]
ARTICLES = (
    [{"id": f"gas/{i}", "title": f"Gas {i}", "language": "en", "source": "Gauge", "date": f"202{i}-01-0{i + 1}", "text": t}
     for i, t in enumerate(GAS)] +
    [{"id": f"bread/{i}", "title": f"Bread {i}", "language": "en", "source": "Loaf", "text": t}
     for i, t in enumerate(BREAD)] +
    [{"id": "gas/0#2", "title": "Odd", "language": "en", "text": "The loaf and the dough have an odd name here."},
     {"id": "star*", "title": "Star", "language": "en", "text": "Bakers wait for dough near the oven."},
     {"id": "star*/2", "title": "Star two", "language": "en", "text": "Bakers wait for dough near the oven again."},
     {"id": "пирог \" -x", "title": "Пирог", "language": "ru", "text": "Пирог пекут в печи. Тесто поднимается."},
     {"id": "хлеб", "title": "Хлеб", "language": "ru", "text": "Хлеб пекут в печи, тесто должно отдохнуть."}] +
    [{"id": f"pad/{i}", "language": "en", "text": f"Nothing of note happened on day {i} of the voyage, said mate {i}."}
     for i in range(30)])


class Feedback(support.Case):
    def setUp(self):
        super().setUp()
        self.write_articles("articles.jsonl", ARTICLES)
        self.index("-d", "my.index", "--quiet", "articles.jsonl")
        self.environment["CSA_INDEX"] = "my.index"


class Like(Feedback):
    def test_its_own_kind_comes_first_and_it_does_not(self):
        for kind, count in (("gas", 3), ("bread", 3)):
            for i in range(count):
                found = self.found("--like", f"{kind}/{i}")
                self.assertNotIn(f"{kind}/{i}", found)
                others = {f"{kind}/{j}" for j in range(count)} - {f"{kind}/{i}"}
                if kind == "gas":
                    self.assertEqual(set(found[:2]), others)
                else:
                    self.assertTrue(others <= set(found), found)

    def test_other_options(self):
        self.assertEqual(len(self.found("-n", "1", "--like", "gas/1")), 1)
        result = self.search_json("--by", "passage", "--facets", "source", "--like", "gas/0")
        self.assertEqual(result["facets"][0]["field"], "source")
        self.assertIn("gas/1", [hit["article"]["id"] for hit in result["hits"]])
        self.assertEqual(self.found("--like=gas/0", "--rank", "bm25")[:2], ["gas/1", "gas/2"])
        out, _ = self.search("--like", "gas/0")
        self.assertIn("Gas 1", out)
        out, _ = self.search("--trec", "--like", "gas/0")
        self.assertEqual(out.splitlines()[0].split()[2], "gas/1")

    def test_query_is_required_too(self):
        self.assertEqual(self.found("--like", "gas/0", "gauge"), ["gas/2"])
        self.assertEqual(self.found("--like", "gas/0", "gauge", "-valve"), [])
        result = self.search_json("--like", "gas/0", "--", "-nadym")
        self.assertEqual(result["hits"][0]["article"]["id"], "gas/2")
        self.assertNotIn("gas/1", [hit["article"]["id"] for hit in result["hits"]])
        self.assertNotIn("only excludes", str(result))
        self.assertEqual(self.found("--like", "gas/0", "source:loaf"), [])

    def test_pairs_across_two_words(self):
        """Chinese is indexed in pairs of characters: 港捕 and 岸漁 are none of the subject, but rare."""
        boats = "漁民住船上。漁民捕魚。船上有漁民。" + "昨天香港捕魚，對岸漁網。"
        articles = ([{"id": "boats", "language": "zh", "text": boats}] +
                    [{"id": f"fishers/{i}", "language": "zh", "text": f"漁民有{c}船。船上睡覺。"} for i, c in enumerate("大小新舊長短")] +
                    [{"id": f"chance/{i}", "language": "zh", "text": "出港捕獲了對岸漁獲。"} for i in range(2)] +
                    [{"id": f"pad/{i}", "language": "zh", "text": f"今年第{i}屆世界足球比賽開始。"} for i in range(40)])
        self.write_articles("zh.jsonl", articles)
        self.index("-d", "zh.index", "--quiet", "zh.jsonl")
        found = self.found("-d", "zh.index", "--like", "boats")
        self.assertTrue(found[0].startswith("fishers/"), found)
        self.assertIn("chance/0", found)

    def test_passages(self):
        self.write_articles("long.jsonl", [
            {"id": "two", "language": "en", "text": GAS[0] + "\n\n" + BREAD[0]},
            {"id": "a", "language": "en", "text": GAS[1]}, {"id": "b", "language": "en", "text": BREAD[1]},
        ] + [{"id": f"pad/{i}", "language": "en", "text": f"Nothing of note on day {i}."} for i in range(20)])
        self.index("-d", "long.index", "--quiet", "--passage-words", "12", "long.jsonl")
        self.assertEqual(self.found("-d", "long.index", "--like", "two#1")[:1], ["a"])
        self.assertEqual(self.found("-d", "long.index", "--like", "two#2")[:1], ["b"])
        self.assertEqual(set(self.found("-d", "long.index", "--like", "two")), {"a", "b"})
        _, error = self.search("-d", "long.index", "--like", "two#3", status=2)
        self.assertIn("two has no passage 3, its last is 2", error)

    def test_odd_ids(self):
        found = self.found("--like", "gas/0#2")  # an article, not a passage of gas/0
        self.assertNotIn("gas/0#2", found)
        self.assertIn("bread/1", found)
        found = self.found("--like", "star*")  # excludes itself alone
        self.assertNotIn("star*", found)
        self.assertEqual(found[0], "star*/2")
        self.assertEqual(self.found("--like", 'пирог " -x'), ["хлеб"])
        self.assertEqual(self.found("--like", "хлеб#1"), ['пирог " -x'])

    def test_unknown_ids(self):
        for name in ("nothing", "gas", "gas/9#1", "gas/0#0", "gas/0#9", "#", "gas/0#", "gas/*", "\udcff\udcfe", "x" * 5000):
            out, error = self.search("--like", name, status=2)
            self.assertEqual(out, "")
            self.assertIn("--like", error)
            self.assertIn(name[:5] if name.isascii() else "--like", error)
            self.assertLess(len(error), 1500)
        self.search("--like", "", status=2)

    def test_deleted(self):
        self.index("-d", "my.index", "--quiet", "--delete", "gas/1")
        self.search("--like", "gas/1", status=2)
        self.assertEqual(self.found("--like", "gas/0")[:1], ["gas/2"])
        self.write_articles("new.jsonl", [dict(ARTICLES[1], text=BREAD[0])])
        self.index("-d", "my.index", "--quiet", "new.jsonl")
        self.assertIn("bread/0", self.found("--like", "gas/1")[:3])

    def test_wrong_together(self):
        for arguments in (("--expand",), ("--batch",)):
            _, error = self.search("--like", "gas/0", *arguments, status=2)
            self.assertIn("not together with", error)


class Expand(Feedback):
    def setUp(self):
        super().setUp()
        # valve is in one article with pipeline; gauge/far speaks of compressors and Nadym and never of pipelines
        self.write_articles("more.jsonl", [
            {"id": "far", "language": "en", "text": "At Nadym compressors push what Yamal sends."}])
        self.index("-d", "my.index", "--quiet", "more.jsonl")

    def test_related_words_find_more(self):
        self.assertNotIn("far", self.found("pipeline"))
        result = self.search_json("--expand", "pipeline")
        ids = [hit["article"]["id"] for hit in result["hits"]]
        self.assertIn("far", ids)
        self.assertEqual({"gas/0", "gas/1", "gas/2"}, set(ids[:3]))
        self.assertIn("nadym^0.", result["parsed"])
        self.assertGreaterEqual(result["articles"], 4)

    def test_number_of_words(self):
        few = self.search_json("--expand=2", "pipeline")["parsed"].split()
        many = self.search_json("--expand=8", "pipeline")["parsed"].split()
        self.assertLessEqual(len(few), 3)
        self.assertGreater(len(many), len(few))
        for wrong in ("0", "101", "x", "-1", ""):
            _, error = self.search(f"--expand={wrong}", "pipeline", status=2)
            self.assertIn("--expand", error)

    def test_both_models_have_their_part(self):
        """Ten occurrences are 2.5 times one by the relevance model, which saturates them, and ten times by Bo1."""
        self.write_articles("metal.jsonl", [
            {"id": "metal", "language": "en", "text": "Smelters pour " + "zinc " * 10 + "beside cobalt while foremen shout loudly."}])
        self.index("-d", "my.index", "--quiet", "metal.jsonl")
        words = dict(word.split("^") for word in self.search_json("--expand", "smelters")["parsed"].split() if "^" in word)
        ratio = float(words["zinc"]) / float(words["cobalt"])
        self.assertGreater(ratio, 3.5)
        self.assertLess(ratio, 8)

    def test_what_is_asked_for_stays(self):
        for query in ('"gas of yamal"', "+pipeline", "+pipeline -valve", "=pipeline", "pipelin*", "title:gas",
                      "pipeline source:gauge", 'valve "push the gas"', "gas AND yamal",
                      "pipeline NOT valve AND gas"):
            plain = self.search_json("-n", "50", "--", query)
            expanded = self.search_json("-n", "50", "--expand", "--", query)
            self.assertEqual({hit["article"]["id"] for hit in plain["hits"]},
                             {hit["article"]["id"] for hit in expanded["hits"]}, query)
            self.assertEqual(plain["passages"], expanded["passages"], query)
            self.assertNotEqual(plain["parsed"], expanded["parsed"])
        self.assertNotIn("gas/1", self.found("--expand", "--", "pipeline -nadym"))
        self.assertNotIn("far", self.found("--expand", "--", "pipeline -nadym"))

    def test_nothing_to_expand(self):
        self.assertEqual(self.found("--expand", "zeppelin"), [])
        self.assertEqual(self.found("--expand", "--", "-gas"), [])
        self.assertEqual(self.found("--expand", ""), [])
        self.assertEqual(len(self.found("--expand", "lang:ru")), 2)

    def test_runs(self):
        self.write("topics.tsv", "1\tpipeline\n2\t\"gas of yamal\"\n")
        out, _ = self.search("--trec", "--expand", "--topics", "topics.tsv")
        self.assertEqual({line.split()[2] for line in out.splitlines() if line.startswith("1 ")},
                         set(self.found("--expand", "-n", "50", "pipeline")))
        self.assertEqual([line.split()[2] for line in out.splitlines() if line.startswith("2 ")], ["gas/1"])
        _, error = self.search("--expand", "--batch", status=2)
        self.assertIn("not together with --batch", error)


class Terms(Feedback):
    def terms(self, *arguments):
        return [term["word"] for term in self.search_json("--terms", *arguments, status=None)["terms"]]

    def test_words_of_the_matches(self):
        result = self.search_json("--terms", "pipeline")
        words = [term["word"] for term in result["terms"]]
        self.assertIn("Nadym", words)  # as it is written
        self.assertIn("Yamal", words)
        self.assertNotIn("pipeline", words)
        self.assertNotIn("the", words)
        self.assertLessEqual(len(words), 20)
        weights = [term["weight"] for term in result["terms"]]
        self.assertEqual(weights, sorted(weights, reverse=True))
        for term in result["terms"]:
            self.assertLessEqual(1, term["passages"])
            self.assertLessEqual(term["passages"], 3)
        out, _ = self.search("--terms", "pipeline")
        self.assertIn("words     ", out)
        self.assertIn("Nadym (2)", out)
        self.assertNotIn("terms", self.search_json("pipeline"))

    def test_no_query_words(self):
        self.assertNotIn("Nadym", self.terms('"nadym push"'))
        self.assertNotIn("dough", self.terms("doughs"))
        self.assertEqual(self.terms("zeppelin"), [])

    def test_with_like(self):
        self.assertIn("compressors", [word.lower() for word in self.terms("--like", "gas/0")])

    def test_wrong_together(self):
        for arguments in (("--trec",), ("--explain",), ("-1",)):
            _, error = self.search("--terms", *arguments, "gas", status=2)
            self.assertIn("not together with", error)


class Chinese(support.Case):
    TEXTS = ["一带一路倡议把中国和中亚连接起来，铁路运送货物。", "铁路沿着一带一路运送货物，港口也在扩建。",
             "面包师傅早上揉面，烤箱很热。", "面包放在烤箱里，师傅等着。"]

    def setUp(self):
        super().setUp()
        self.write_articles("zh.jsonl", [{"id": f"zh{i}", "language": "zh", "text": t} for i, t in enumerate(self.TEXTS)] +
                            [{"id": f"pad{i}", "language": "zh", "text": f"海上平静的第{i}天。"} for i in range(12)])
        self.index("-d", "zh.index", "--quiet", "zh.jsonl")
        self.environment["CSA_INDEX"] = "zh.index"

    def test_like(self):
        for i in range(4):
            self.assertEqual(self.found("--like", f"zh{i}")[0], f"zh{i ^ 1}")

    def test_expand(self):
        self.assertEqual(self.found("港口"), ["zh1"])
        self.assertEqual(self.found("--expand", "港口")[:2], ["zh1", "zh0"])

    def test_terms(self):
        words = [term["word"] for term in self.search_json("--terms", "铁路")["terms"]]
        self.assertTrue(any(word.startswith("一带一路") for word in words), words)
        self.assertFalse(any("铁路" in word or word in ("带一", "一带", "一路") for word in words), words)


class NoText(support.Case):
    def test_says_so(self):
        self.write_articles("articles.jsonl", ARTICLES)
        self.index("-d", "bare.index", "--quiet", "--store", "none", "articles.jsonl")
        for arguments in (("--like", "gas/0"), ("--expand", "gas"), ("--terms", "gas")):
            out, error = self.search("-d", "bare.index", *arguments, status=2)
            self.assertIn("stores no text", error)
            self.assertEqual(out, "")
        self.assertEqual(self.found("-d", "bare.index", "--expand", "zeppelin"), [])

    def test_empty_index(self):
        self.write_articles("one.jsonl", ARTICLES[:1])
        self.index("-d", "empty.index", "--quiet", "one.jsonl")
        self.index("-d", "empty.index", "--quiet", "--delete", "gas/0")
        self.assertEqual(self.found("-d", "empty.index", "--expand", "gas"), [])
        self.assertEqual(self.found("-d", "empty.index", "--terms", "gas"), [])
        _, error = self.search("-d", "empty.index", "--like", "gas", status=2)
        self.assertIn("no article has the id gas", error)


if __name__ == "__main__":
    support.main()
