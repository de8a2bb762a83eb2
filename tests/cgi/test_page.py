"""The page: structure, words in four languages, links that lead somewhere, size, and the reasons when nothing is
found. Run as `python3 test_page.py INDEXER SEARCHER CSA.CGI`."""
import html.parser
import json
import os
import re
import shutil
import subprocess
import unicodedata
import unittest
import urllib.parse

import support

FIRST_PAGE = 30 * 1024  # bytes of HTML, style and script together
ASSETS = os.path.join(support.ROOT, "searcher", "site", "assets")
LANGUAGES = ("en", "ru", "zh", "de")
VOID = {"meta", "link", "input", "br", "hr", "img"}
NEVER = {"style", "iframe", "object", "embed", "base"}


class Node:
    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent = name, dict(attributes), parent
        self.children = []

    def walk(self):
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self):
        return " ".join(self.text.replace("\u2068", "").replace("\u2069", "").split())

    def get(self, name):
        return self.attributes.get(name)

    def all(self, name=None, /, **attributes):
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [node for node in self.walk() if (name is None or node.name == name)
                and all(key in node.attributes and value in (True, node.attributes[key])
                        for key, value in wanted.items())]

    def one(self, name=None, /, **attributes):
        found = self.all(name, **attributes)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} of {name} {attributes}")
        return found[0]


# Elements that may be left open: what begins behind them ends them, or the end of what they stand in.
OPEN = {"li": {"li"}, "tr": {"tr"}, "th": {"th", "td", "tr"}, "td": {"th", "td", "tr"}}


class Tree(html.parser.HTMLParser):
    """A page as a tree; what is not balanced is an error."""

    def __init__(self, text):
        super().__init__()
        self.root = self.open = Node("", {}, None)
        self.feed(text)
        self.close()
        if self.open is not self.root:
            raise AssertionError(f"<{self.open.name}> is not closed")

    def handle_starttag(self, tag, attrs):
        if len(attrs) != len(dict(attrs)):
            raise AssertionError(f"<{tag}> has an attribute twice: {attrs}")
        while tag in OPEN.get(self.open.name, ()):
            self.open = self.open.parent
        node = Node(tag, attrs, self.open)
        self.open.children.append(node)
        if tag not in VOID:
            self.open = node

    def handle_startendtag(self, tag, attrs):
        self.open.children.append(Node(tag, attrs, self.open))

    def handle_endtag(self, tag):
        while tag != self.open.name and self.open.name in OPEN:
            self.open = self.open.parent
        if tag != self.open.name:
            raise AssertionError(f"</{tag}> in <{self.open.name}>")
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.children.append(data)


def articles(count, language="en", words="river gate tower"):
    """Articles over several years, sources and languages."""
    return [{"id": f"a/{i}", "title": f"{words.title()} {i}", "source": f"Source {i % 9}",
             "url": f"https://example.org/{i}" if i % 2 else None, "language": language if i % 5 else "de",
             "date": f"{2015 + i % 8}-{1 + i % 12:02}-{1 + i % 28:02}", "author": f"Author {i % 3}",
             "text": f"{words.capitalize()} number {i}. " + f"The {words} stand here. " * 3} for i in range(count)]


# Words that a query can ask for, and others; of Chinese what makes words.
RUSSIAN = ("газопровод строительство правительство поставки энергетика месторождение соглашение компания рынок цены рост год "
           "область развитие производство инвестиции договор экспорт граница план мощность участок проект газ мир страна банк "
           "министр восточный крупный северный новый первый общий будет начать сообщил завершить обсудить увеличить около "
           "после между через также более в на и по с из для не о за до как его это что в на и").split()
CHINESE = ("天然气 管道 建设 政府 能源 合作 协议 公司 市场 地区 发展 生产 投资 谈判 合同 出口 边境 价格 能力 项目 部门 声明 "
           "东部 最大 北方 新的 第一 共同 国际 将会 开始 表示 完成 讨论 签署 增加 研究 大约 以后 之间 通过 一起 并且").split()


def prose(words, number, count, blank, stop):
    """So many words, always the same for a number, in sentences."""
    sentences, sentence = [], []
    for i in range(count):
        number = (number * 1103515245 + 12345) % 2**31
        sentence.append(words[number // 65536 % len(words)])
        if len(sentence) == 9 + number // 65536 % 6 or i == count - 1:
            text = blank.join(sentence)
            sentences.append(text[:1].upper() + text[1:] + stop)
            sentence = []
    return (blank if blank else "").join(sentences)


def library(language, linked):
    """A collection in one script: news with everything that a page shows of an article, its places as long as in
    life. linked: whether the articles have a place on the web."""
    words, blank, stop = (RUSSIAN, " ", ".") if language == "ru" else (CHINESE, "", "。")
    paper, person = ("Вестник энергетики", "Александр Петров") if language == "ru" else ("能源经济日报", "欧阳建国")
    title, paragraph = (8, 75) if language == "ru" else (11, 90)
    return [{"id": f"news/{2008 + i % 17}/{100000 + i}", "language": language,
             "title": prose(words, i, title, blank, ""), "source": f"{paper} {i % 11}", "author": f"{person} {i % 23}",
             "url": f"https://www.example.org/news/{2008 + i % 17}/{1 + i % 12:02}/{100000 + i}.html" if linked else None,
             "date": f"{2008 + i % 17}-{1 + i % 12:02}-{1 + i % 28:02}",
             "text": "\n\n".join(prose(words, 1000 * i + k, paragraph, blank, stop) for k in range(6))}
            for i in range(240)]


class PageCase(support.Case):
    def page(self, query="", status=200, **options):
        response = self.cgi(self.configuration, query, **options)
        self.assertEqual(response.status, status, response.text[:2000])
        self.assertEqual(response.type, "text/html")
        root = Tree(response.text).root
        self.check(root)
        return root

    def check(self, root):
        """What holds for every page."""
        page = root.one("html")
        self.assertRegex(page.get("lang"), "^[a-z]{2}$")
        self.assertEqual(page.get("dir"), "ltr")
        self.assertEqual(len(root.all("h1")), 1)
        self.assertTrue(root.one("head").one("title").words)
        for name in ("main", "header", "footer", "form"):
            root.one(name)
        box = root.one("input", name="q")
        self.assertTrue(root.one("label", for_=box.get("id")).words)
        self.assertEqual(root.one("form").get("role"), "search")
        self.assertEqual(root.one("a", class_="skip").get("href"), "#main")
        identities = [node.get("id") for node in root.all(id=True)]
        self.assertEqual(len(identities), len(set(identities)))
        for node in root.walk():
            self.assertNotIn(node.name, NEVER)
            for name, value in node.attributes.items():
                self.assertFalse(name.startswith("on") or name == "style", (node.name, name))
                self.assertNotIn("{{", value or "")
            if node.name == "script":
                self.assertTrue(node.get("src").startswith("?format=script"))
                self.assertEqual(node.text.strip(), "")
            if node.name == "a":
                self.assertTrue(node.words or node.get("aria-label"), node.attributes)
                self.check_link(root, node.get("href"))
        self.assertNotRegex(root.text, r"\{\{|\{[n0-9]\}")
        self.assertNotRegex(root.one("body").text, r"\b(words|hit|found|nothing|filter|error)\.[a-z]+\b")
        levels = [int(node.name[1]) for node in root.walk() if re.fullmatch("h[1-6]", node.name)]
        self.assertTrue(all(b <= a + 1 for a, b in zip(levels, levels[1:])), levels)

    def check_link(self, root, link):
        parts = urllib.parse.urlsplit(link)
        self.assertIn(parts.scheme, ("", "http", "https"), link)
        for letter in link:
            kind = unicodedata.category(letter)
            self.assertTrue("!" <= letter <= "~" or kind[0] == "L" or kind in ("Mn", "Mc"), link)
        if not parts.scheme:
            self.assertFalse(parts.netloc or parts.path.startswith("//"), link)
        if link.startswith("#"):
            root.one(id=link[1:])

    def follow(self, link, status=200):
        self.assertTrue(link.startswith("?"), link)
        return self.page(urllib.parse.quote(urllib.parse.urlsplit(link).query, "%+&=.~-_"), status)


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

    def test_notes_and_limits_are_said(self):
        self.assertIn("note", self.page("q=river+AND").one("main").one("p", class_="note").get("class"))

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


class Size(PageCase):
    def measure(self, queries, limit=FIRST_PAGE):
        """The largest first page for these queries, with style and script."""
        def ask(query):
            response = self.cgi(self.configuration, query)
            self.assertEqual(response.status, 200)
            self.assertGreater(len(response.body), 1000)
            return response

        shared = len(ask("format=style").body) + len(ask("format=script").body)
        sizes = []
        for query in queries:
            response = ask([("q", query)])
            sizes.append((shared + len(response.body), query))
        largest = max(sizes)
        print(f"\nstyle and script {shared} bytes; the largest first page in all {largest[0]}: {largest[1]}")
        self.assertLessEqual(largest[0], limit, largest)

    def test_sample_collection(self):
        subprocess.run([support.INDEXER, "-d", self.path("index"), "--quiet", support.CORPUS], check=True,
                       stdout=subprocess.DEVNULL)
        self.configuration = self.configure()
        self.measure(["gas pipeline", "china russia trade", "Власть Сибири", "газопровод", "中国 俄罗斯", "rail",
                      "железная дорога", "Pipeline nach China", "water"])

    def test_many_sources_and_years(self):
        self.configuration = self.site(articles(300, words="river gate and tower"))
        self.measure(["river", "river gate tower"])

    def test_collections_in_one_script(self):
        """Links that repeat a query in another script are as short as in Latin."""
        queries = {"ru": ["газопровод", "поставки энергетика", "новый газопровод соглашение", "крупное месторождение"],
                   "zh": ["天然气", "天然气 管道", "天然气 管道 合作", "国际能源合作协议"]}
        for language, asked in queries.items():
            for linked in (True, False):
                with self.subTest(language=language, linked=linked):
                    self.index(library(language, linked), f"{language}-{linked}")
                    self.configuration = self.configure(index=f"{language}-{linked}", language=language)
                    root = self.page([("q", asked[1])])
                    self.assertEqual(len(root.all("article")), 10)
                    filters = root.one("section", id="filters")
                    self.assertEqual(len(filters.one("svg").all("a")), 17)
                    self.assertGreater(len([link for fold in filters.all("details") for link in fold.all("a")]), 5)
                    self.measure(asked)


if __name__ == "__main__":
    support.main()
