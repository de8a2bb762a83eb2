"""The page: structure, words in four languages, links that lead somewhere, and the reasons when nothing is
found. Run as `python3 test_page.py INDEXER SEARCHER CSA.CGI`."""
import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.parse

import support
from page import PageCase, articles

ASSETS = os.path.join(support.ROOT, "searcher", "site", "assets")
LANGUAGES = ("en", "ru", "zh", "de")


class Results(PageCase):
    def setUp(self):
        super().setUp()
        self.configuration = self.site(articles(45))

    def test_structure(self):
        root = self.page("q=river")
        self.assertEqual(root.one("h1").words, "Results for “river”")
        self.assertEqual(root.one(id="count").words, "45 articles")
        self.assertEqual(root.one(id="count").get("role"), "status")
        hits = root.one("ol", class_="hits").all("article")
        self.assertEqual(len(hits), 10)
        for hit in hits:
            self.assertTrue(hit.one("h2").all("a")[0].get("href"))
            self.assertRegex(hit.one("time").get("datetime"), r"^\d{4}-\d\d-\d\d$")
            self.assertIn("Source", hit.one("p", class_="meta").words)
            self.assertIn("Author", hit.one("p", class_="meta").words)
            self.assertTrue(any(mark.text.lower() == "river" for mark in hit.all("mark")))
            passage = hit.all("p", dir="auto")[0]
            self.assertRegex(passage.all("a")[-1].get("href"), r"#:~:text=|#p\d+$")
            self.assertIn([link.words for link in hit.one("p", class_="more").all("a")],
                             (["Similar articles"], ["More from this article", "Similar articles"]))

    def test_articles_without_a_safe_link_are_shown_by_the_viewer(self):
        root = self.page("q=river")
        links = [hit.one("h2").one("a").get("href") for hit in root.all("article")]
        self.assertTrue(any(link.startswith("https://example.org/") for link in links))
        own = [link for link in links if link.startswith("?")]
        self.assertTrue(own)
        viewer = self.follow(own[0])
        self.assertRegex(viewer.one("h1").words, "River Gate Tower")
        shutil.rmtree(self.path("index"))
        self.index([{"id": "x", "title": "River", "url": "javascript:alert(1)", "text": "A river."}])
        link = self.page("q=river").one("article").one("h2").one("a").get("href")
        self.assertTrue(link.startswith("?q=river&article=x"), link)

    def test_passage_links_of_the_viewer_meet_their_passage(self):
        for link in self.page("q=river").all("a"):
            if "#p" in link.get("href"):
                viewer = self.follow(link.get("href"))
                self.assertTrue(viewer.one(id=urllib.parse.urlsplit(link.get("href")).fragment).all("mark"))
                self.assertEqual(viewer.one("article").all("a")[0].get("href"), "?q=river")
                return
        self.fail("no link to the viewer")

    def test_pages(self):
        root = self.page("q=river&page=3")
        pages = root.one("nav", aria_label="Pages")
        self.assertEqual([link.words for link in pages.all("a")], ["Previous", "1", "2", "3", "4", "5", "Next"])
        self.assertEqual(pages.one("a", aria_current="page").words, "3")
        self.assertEqual(root.one("ol").get("start"), "21")
        self.assertIn("Page 3 of 5", root.one(id="count").words)
        titles = set()
        for number in range(1, 6):
            page = self.page(f"q=river&page={number}")
            titles |= {title.words for title in page.one("ol").all("h2")}
        self.assertEqual(len(titles), 45)
        self.assertEqual(self.follow(pages.one(rel="next").get("href")).one("ol").get("start"), "31")
        past = self.page("q=river&page=6")
        self.assertIn("There is no page 6.", past.one("main").words)
        self.assertEqual(self.follow(past.one("p", class_="note").one("a").get("href")).one("ol").get("start"), "1")

    def test_sorting(self):
        root = self.page("q=river")
        links = {link.words: link for link in root.one("nav", aria_label="Sort by").all("a")}
        self.assertEqual(list(links), ["Relevance", "Newest first", "Oldest first"])
        self.assertEqual(links["Relevance"].get("aria-current"), "true")
        newest = self.follow(links["Newest first"].get("href"))
        dates = [time.get("datetime") for time in newest.all("time")]
        self.assertEqual(dates, sorted(dates, reverse=True))
        self.assertEqual(newest.one("a", aria_current="true").words, "Newest first")
        self.assertEqual(newest.one("input", name="sort").get("value"), "newest")

    def test_every_filter_finds_what_it_says(self):
        root = self.page("q=river")
        filters = root.one("section", id="filters")
        self.assertEqual([title.words for title in filters.all("h3")],
                         ["Articles over time", "Source", "Language", "Year"])
        self.assertIn("German", filters.words)
        links = [link for item in filters.all("li") for link in item.all("a")]
        self.assertGreater(len(links), 15)
        years = [link.one("bdi").words for link in links if "year=" in link.get("href")]
        self.assertEqual(years, sorted(years, reverse=True))
        self.assertEqual((years[0], len(years)), ("2022", 8))
        for link in links:
            count = link.one("small").words
            found = self.follow(link.get("href"))
            self.assertRegex(found.one(id="count").words, f"^{count} articles?$")
            chip = found.one("p", class_="chips").one("a")
            self.assertEqual(chip.one("bdi").words, link.one("bdi").words)
            self.assertEqual(self.follow(chip.get("href")).one(id="count").words, "45 articles")
        self.assertTrue(found.all("input", type="hidden"))

    def test_a_second_value_can_be_chosen(self):
        root = self.page("q=river&source=Source+1&year=2016")
        filters = root.one("section", id="filters")
        links = {link.one("bdi").words: link for link in filters.all("a") if link.all("bdi")}
        self.assertGreater(len([name for name in links if name.startswith("Source")]), 1)
        self.assertEqual(links["Source 1"].get("aria-current"), "true")
        self.assertEqual(links["Source 1"].one("span", class_="hidden").words, "Remove the filter Source Source 1")
        other = next(link for name, link in links.items() if name.startswith("Source ") and name != "Source 1")
        both = self.follow(other.get("href"))
        counts = [int(link.one("small").words) for link in (links["Source 1"], other)]
        self.assertEqual(both.one(id="count").words.split()[0], str(sum(counts)))
        self.assertEqual(len([a for a in both.all("a", aria_current="true") if "Remove the filter" in a.words]), 3)
        alone = {link.one("bdi").words: link.one("small").words
                 for link in self.page("q=river&year=2016").one("section", id="filters").all("a") if link.all("bdi")}
        for name, link in links.items():
            if name.startswith("Source"):
                self.assertEqual(link.one("small").words, alone[name])
        found = json.loads(self.cgi(self.configuration, "q=river&source=Source+1&year=2016&format=json").text)
        sources = next(facet for facet in found["facets"] if facet["field"] == "source")["values"]
        self.assertEqual({value["value"]: str(value["articles"]) for value in sources},
                         {name: count for name, count in alone.items() if name.startswith("Source")})

    def test_a_filter_by_name_is_of_the_whole_name(self):
        names = ["Reuters", "REUTERS", "Reuters", "Reuters News Agency", "News Agency", "AT&T", "!!!", 'a ""b""', "a b c"]
        shutil.rmtree(self.path("index"))
        self.index([{"id": str(i), "title": "t", "text": "river", "source": name, "author": name}
                    for i, name in enumerate(names)])
        links = self.page("q=river").one("section", id="filters").all("a")
        counts = {link.one("bdi").words: link.one("small").words for link in links if "source=" in link.get("href")}
        self.assertEqual((counts["Reuters"], len(counts)), ("3", 7))
        for link in links:
            self.assertEqual(self.follow(link.get("href")).one(id="count").words.split()[0], link.one("small").words)
        self.assertEqual(self.page("q=river&author=reuters").one(id="count").words, "3 articles")

    def test_newest_years_first(self):
        shutil.rmtree(self.path("index"))
        self.index([{"id": f"{year}.{i}", "title": "River", "text": "A river.", "date": f"{year}-03-04"}
                    for year in range(2000, 2025) for i in range(2025 - year)])
        filters = self.page("q=river").one("section", id="filters")
        shown = [link.words for link in filters.all("a") if "year=" in link.get("href")]
        self.assertEqual(shown, [f"{year} {2025 - year}" for year in range(2024, 2006, -1)])
        folded = [link.words[:4] for fold in filters.all("details") for link in fold.all("a") if "year=" in link.get("href")]
        self.assertEqual(folded, [str(year) for year in range(2018, 2006, -1)])

    def test_filters_together(self):
        root = self.page("q=river&source=Source+1&source=Source+2&year=2016")
        chips = root.one("p", class_="chips").all("a")
        self.assertEqual([chip.get("aria-label") for chip in chips[:3]],
                         [f"Remove the filter \u2068{value}\u2069"
                          for value in ("Source Source 1", "Source Source 2", "Year 2016")])
        self.assertEqual(self.follow(chips[-1].get("href")).one(id="count").words, "45 articles")
        current = root.one("section", id="filters").all("a", aria_current="true")
        self.assertIn("year=2016", current[0].get("href"))

    def test_timeline(self):
        root = self.page("q=river")
        bars = root.one("svg").all("a")
        rows = root.one("table").all("tr")[1:]
        self.assertEqual(len(bars), len(rows))
        total = 0
        for bar, row in zip(bars, rows):
            name, count = row.one("th").words, row.one("td").words
            self.assertRegex(bar.one("title").words, f"^{re.escape(name)}: {count}$")
            self.assertRegex(self.follow(bar.get("href")).one(id="count").words, f"^{count} articles?$")
            total += int(count)
        self.assertEqual(total, 45)
        narrowed = self.follow(bars[0].get("href"))
        self.assertTrue(narrowed.one("p", class_="chips").words)

    def test_bars_of_every_unit_find_what_they_say(self):
        spans = {"2021-03-01": 1, "2021-01-01": 20, "2019-06-01": 130, "2015-02-01": 400, "1950-05-05": 3000}
        for first, step in spans.items():
            base = [int(part) for part in first.split("-")]
            days = [base[0] * 365 + base[1] * 30 + base[2] + i * step for i in range(12)]
            made = [{"id": str(i), "title": "t", "text": "river",
                     "date": f"{day // 365}-{day % 365 // 31 + 1:02}-{day % 28 + 1:02}"} for i, day in enumerate(days)]
            shutil.rmtree(self.path("index"))
            self.index(made)
            for bar in self.page("q=river").one("svg").all("a"):
                count = re.search(r": (\d+)$", bar.one("title").words).group(1)
                self.assertRegex(self.follow(bar.get("href")).one(id="count").words, f"^{count} articles?$",
                                 bar.get("href"))

    def test_more_like_this(self):
        root = self.page("q=river")
        link = root.all("article")[0].one("p", class_="more").all("a")[-1]
        self.assertIn("Articles like “River Gate Tower", self.follow(link.get("href")).one("h1").words)

    def test_filters_alone_list_articles(self):
        root = self.page("lang=de")
        self.assertEqual(root.one("h1").words, "All articles")
        self.assertEqual(root.one(id="count").words, "9 articles")
        self.assertEqual([link.words for link in root.one("nav", aria_label="Sort by").all("a")],
                         ["Newest first", "Oldest first"])

    def test_feed_and_description(self):
        root = self.page("q=river&source=Source+1")
        feed = root.one("link", rel="alternate").get("href")
        response = self.cgi(self.configuration, feed[1:])
        self.assertEqual(response.type, "application/atom+xml")
        self.assertTrue(root.all("link", rel="search"))

    def test_notes_are_said_in_the_language_of_the_page(self):
        said = {"en": ["A quotation mark was not closed.", "lang:xx was not understood and searched as words."],
                "de": ["Ein Anführungszeichen wurde nicht geschlossen.", "lang:xx wurde nicht verstanden und als Wörter gesucht."],
                "ru": ["Кавычка не закрыта.", "lang:xx – не понято, найдено как слова."],
                "zh": ["有一个引号没有闭合。", "lang:xx 无法理解，已按词搜索。"]}
        for language, notes in said.items():
            self.configuration = self.configure(language=language)
            found = self.page('q=lang:xx+"river').one("main").all("p", class_="note")
            self.assertEqual(sorted(note.words for note in found), sorted(notes))
            self.assertFalse([note for note in found if note.get("lang")])
        english = self.cgi(self.configuration, 'q=lang:xx+"river&format=json').json()["notes"]
        self.assertIn("a quotation mark was not closed", english)

    def test_json_says_the_same(self):
        root = self.page("q=gate+tower&n=5")
        found = json.loads(self.cgi(self.configuration, "q=gate+tower&n=5&format=json").text)
        self.assertEqual([title.words for title in root.one("ol").all("h2")],
                         [hit["article"]["title"] for hit in found["hits"]])
        self.assertEqual(root.one("input", name="n").get("value"), "5")


class Nothing(PageCase):
    def setUp(self):
        super().setUp()
        self.configuration = self.site()

    def test_a_word_that_is_nowhere(self):
        root = self.page("q=%2Briver+%2Bzeppelin")
        self.assertEqual(root.one(id="count").words, "Nothing found")
        nothing = root.one("div", class_="nothing")
        self.assertIn("in no passage", nothing.words)
        filtered = self.page("q=%2Briver+%2Bzeppelin&lang=en&source=Gazette").one("div", class_="nothing")
        self.assertNotIn("filters", filtered.words)  # without them it is nowhere, too
        way = next(link for link in nothing.all("a") if "without" in link.words)
        self.assertEqual(way.words, "Search without “+zeppelin”")
        self.assertRegex(self.follow(way.get("href")).one(id="count").words, r"^\d+ articles?$")

    def test_did_you_mean(self):
        root = self.page("q=brigde")
        meant = root.one("p", class_="meant")
        self.assertIn("Did you mean bridge?", meant.words)
        self.assertRegex(self.follow(meant.one("a").get("href")).one(id="count").words, r"^\d+ articles?$")

    def test_filters_that_leave_nothing(self):
        root = self.page("q=bridge&lang=ru")
        self.assertEqual(root.one(id="count").words, "Nothing found")
        way = next(link for link in root.one("div", class_="nothing").all("a") if "filters" in link.words)
        self.assertRegex(self.follow(way.get("href")).one(id="count").words, r"^\d+ articles?$")
        chip = root.one("p", class_="chips").one("a")
        self.assertEqual(chip.get("aria-label").strip(), "Remove the filter \u2068Language Russian\u2069")
        self.assertIn("Language Russian: 1 article — with it, nothing is left", root.one("div", class_="nothing").words)
        self.assertEqual(len(root.one("div", class_="nothing").all("b")), 2)

    def ways(self, query):
        """The ways on, each followed: (label, articles) in order."""
        root, found = self.page(query), []
        for item in root.one("div", class_="nothing").all("li"):
            if item.all("small"):
                count = item.one("small").words
                self.assertEqual(self.follow(item.one("a").get("href")).one(id="count").words, count)
                found.append((item.one("a").words, count))
        return found

    def test_every_way_on_finds_what_it_says(self):
        self.assertEqual(self.ways("q=river+AND+zeppelin"), [("Search without “zeppelin”", "2 articles")])
        self.assertEqual(self.ways("q=zeppelin+AND+river&lang=en"), [("Search without “zeppelin”", "2 articles")])
        self.assertEqual(self.ways("q=river+AND+zeppelin+lang:en"), [("Search without “zeppelin”", "2 articles")])
        self.assertEqual(self.ways("q=bridge&lang=de&year=2023"), [("Search without “bridge”", "1 article"), ("Search without the filters", "2 articles")])
        self.assertEqual(self.ways("q=bridge&lang=en&year=2023"),
                         [("Search without “Year 2023”", "2 articles"), ("Search without the filters", "2 articles")])
        self.assertEqual(self.ways("q=bridge&lang=en&date=2023"),
                         [("Search without “Date 2023”", "2 articles"), ("Search without the filters", "2 articles")])

    def test_words_that_are_nowhere_go_at_once(self):
        without = "Search without “{}”"
        self.assertEqual(self.ways("q=river+AND+zeppelin+AND+quagga"), [(without.format("zeppelin, quagga"), "2 articles")])
        self.assertEqual(self.ways("q=%2Bzeppelin+%2Briver+%2Bquagga+%2Bbridge"),
                         [(without.format("+zeppelin, +quagga"), "2 articles")])
        self.assertEqual(self.ways("q=zeppelin+AND+%22quagga+herd%22+AND+%28river+OR+bridge%29&lang=en"),
                         [(without.format("zeppelin, \"quagga herd\""), "2 articles")])
        self.assertEqual(self.ways("q=%2Briver+%2Bzeppelin+%2Bquagga+%2Bfluss"), [])  # without both, too, there is nothing
        self.assertEqual(self.ways("q=zeppelin+quagga"), [])  # and here no word is left

    def test_filters_that_emptied_are_named(self):
        words = self.page("q=bridge&lang=en&year=1950").one("div", class_="nothing").words
        self.assertIn("Language English: 2 articles", words)
        self.assertIn("Year 1950: fits no article — with it, nothing is left", words)
        together = self.page("q=bridge&lang=de&source=Zeitung").one("div", class_="nothing").words
        self.assertIn("Filters: together they leave nothing", together)

    def test_window_title(self):
        self.assertEqual(self.page("q=zeppelin").one("head").one("title").words, "zeppelin – Nothing found – Search")
        self.assertEqual(self.page("q=river&n=1&page=2").one("head").one("title").words, "river – Page 2 of 2 – Search")
        self.assertEqual(self.page("q=river").one("head").one("title").words, "river – Search")

    def test_start(self):
        root = self.page()
        self.assertEqual(root.one("h1").words, "Search 5 articles")
        self.assertEqual(root.one("input", name="q").get("value"), "")
        self.assertFalse(root.all("meta", name="robots"))

    def test_viewer(self):
        root = self.page("q=river&article=river")
        self.assertEqual(root.one("h1").words, "The river in spring")
        self.assertEqual(root.one("article").all("a")[1].get("href"), "https://example.org/river")
        self.assertEqual(root.one("time").get("datetime"), "2021-04-02")
        self.assertTrue(root.one(id="p1").all("p"))
        self.assertIn("river", {mark.text for mark in root.one(id="p1").all("mark")})
        self.assertIn("passage answers your search", root.one("article").words)
        russian = self.page("article=reka")
        self.assertEqual(russian.one("h1").get("lang"), "ru")
        self.assertEqual(russian.one("h1").get("dir"), "auto")

    def test_matches_are_linked_to_each_other(self):
        text = "\n\n".join(("A gate. " if i % 3 == 0 else "A wall. ") + "Stones lie here in a row. " * 12
                           for i in range(10))
        self.index([{"id": "long", "title": "Long", "text": text}])
        root = self.page("q=gate&article=long")
        matching = [node.get("id") for node in root.all("div", class_="passage") if node.all("mark")]
        self.assertGreater(len(matching), 2)
        at, seen = root.one("p", class_="note").one("a").get("href"), []
        while at:
            seen.append(at[1:])
            later = [link for link in root.one(id=at[1:]).all("a") if "next" in link.words]
            at = later[0].get("href") if later else None
        self.assertEqual(seen, matching)

    def test_long_articles_come_in_parts(self):
        text = "\n\n".join(("A gate. " if i % 3 == 0 else "A wall. ") + "Stones lie here in a row. " * 30
                           for i in range(900))
        self.index([{"id": "long", "title": "Long", "text": text + " The last zeppelin."}])
        link = [a for a in self.page("q=zeppelin").one("article").all("a") if "#p" in a.get("href")][0].get("href")
        number = int(link.rpartition("#p")[2])
        self.assertGreater(number, 400)
        self.assertIn(f"&passage={number}#", link)
        root = self.follow(link)
        self.assertEqual([mark.text for mark in root.one(id=f"p{number}").all("mark")], ["zeppelin"])
        self.assertIn("1 passage in this part answers your search", root.one("article").words)
        self.assertFalse([a for a in root.all("a") if a.words == "Later part"])
        seen, at = [], "?q=gate&article=long"
        while at:
            root = self.follow(at)
            part = [node.get("id") for node in root.all("div", class_="passage")]
            self.assertLessEqual(len(part), 200)
            self.assertIn(f"Passages {len(seen) + 1:,} to {len(seen) + len(part):,} of {number:,}", root.one("article").words)
            earlier = [a.get("href") for a in root.all("a") if a.words == "Earlier part"]
            self.assertEqual(bool(earlier), bool(seen))
            if seen:
                before = self.follow(earlier[0])
                self.assertEqual(before.all("div", class_="passage")[-1].get("id"), seen[-1])
                self.assertEqual(before.one("article").all("a")[0].get("href"), "?q=gate")
            seen += part
            later = [a.get("href") for a in root.all("a") if a.words == "Later part"]
            self.assertEqual(len(later), 2 if len(seen) < number else 0)
            at = later[0] if later else None
            self.assertTrue(at is None or at.endswith(f"#p{len(seen) + 1}"))
        self.assertEqual(seen, [f"p{i + 1}" for i in range(number)])
        beyond = self.page("article=long&passage=1000000000")
        self.assertEqual(beyond.all("div", class_="passage")[-1].get("id"), f"p{number}")
        self.page("article=long&passage=0", 400)

    def test_long_titles_are_cut_in_results(self):
        for word in ("river gate ", "河流桥梁"):
            title = (word * 80).strip()
            self.index([{"id": "wide", "title": title, "text": "A river."}], "wide-" + word[:1])
            self.configuration = self.configure(index="wide-" + word[:1])
            shown = self.page("q=river").one("h2").words
            self.assertTrue(shown.endswith("…"))
            self.assertTrue(title.startswith(shown[:-1].strip()))
            self.assertTrue(150 < len(shown) <= 202, shown)
            self.assertIn(title[len(shown) - 2], " 河流桥梁")
            self.assertEqual(self.page("q=river&article=wide").one("h1").words, title)

    def test_a_span_that_ends_before_it_begins(self):
        self.page("q=river&date=2024..2022", 400)
        self.page("q=river&date=2022..2024")

    def test_errors(self):
        for status, options in ((400, {"query": "page=x"}), (404, {"query": "article=none"}),
                                (405, {"query": "q=a", "method": "DELETE"}),
                                (414, {"query": "q=" + "a" * 9000})):
            root = self.page(status=status, **options)
            self.assertIn(str(status), root.one("main").words)
            self.assertEqual(root.one("main").all("a")[-1].get("href"), "?")
        root = self.page("q=a", 413, method="POST", body=b"q=" + b"a" * 9000)
        self.configuration = self.configure(index="nowhere")
        root = self.page("q=a", 503)
        self.assertEqual(root.one("main").all("a")[0].get("href"), "?q=a")

    def test_languages(self):
        seen = set()
        for language in LANGUAGES:
            self.configuration = self.configure(language=language)
            for query, status in (("", 200), ("q=river", 200), ("q=%2Briver+%2Bzeppelin&lang=en&date=2021..2022", 200),
                                  ("q=river&article=river", 200), ("article=none", 404), ("year=2022&sort=oldest", 200)):
                root = self.page(query, status)
                self.assertEqual(root.one("html").get("lang"), language)
                seen.add((query, root.one("h1").words))
        self.assertGreaterEqual(len(seen), 5 * len(LANGUAGES))  # an article's title is its own in all of them


class Words(unittest.TestCase):
    """Every word that the template or the program asks for is in every language."""

    def keys(self, language):
        with open(os.path.join(ASSETS, "words", language + ".txt"), encoding="utf-8") as lines:
            return {line.split(" = ")[0] for line in lines if " = " in line and not line.startswith("#")}

    def test_template(self):
        with open(os.path.join(ASSETS, "page.html"), encoding="utf-8") as template:
            wanted = set(re.findall(r"\{\{words\.([a-z.]+)\}\}", template.read()))
        self.assertGreater(len(wanted), 30)
        for language in LANGUAGES:
            self.assertEqual(wanted - self.keys(language), set(), language)

    def test_notes(self):
        with open(os.path.join(support.ROOT, "searcher", "query", "notes.c"), encoding="utf-8") as source:
            notes = dict(re.findall(r'\[CSA_NOTE_\w+\] =\s*\{"([a-z.]+)",\s*"(.*?)"\}', source.read()))
        self.assertGreater(len(notes), 20)
        for language in LANGUAGES:
            with open(os.path.join(ASSETS, "words", language + ".txt"), encoding="utf-8") as lines:
                words = dict(line.strip().split(" = ", 1) for line in lines if line.startswith("note."))
            self.assertEqual({"note." + name for name in notes}, set(words), language)
            for name, english in notes.items():
                self.assertEqual("{0}" in english, "{0}" in words["note." + name], (language, name))

    def test_program(self):
        wanted, folder = set(), os.path.dirname(ASSETS)
        for name in os.listdir(folder):
            if name.startswith("view") and name.endswith(".c"):
                with open(os.path.join(folder, name), encoding="utf-8") as source:
                    wanted |= set(re.findall(r'"([a-z]+\.[a-z.]+[a-z])"', source.read()))
        self.assertGreater(len(wanted), 30)
        for language in LANGUAGES:
            forms = {key.rpartition(".")[0] for key in self.keys(language)
                     if key.rpartition(".")[2] in ("one", "few", "many", "other")}
            self.assertEqual(wanted - self.keys(language) - forms, set(), language)


if __name__ == "__main__":
    support.main()
