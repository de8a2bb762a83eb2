"""The page in headless Chromium, as visitors use it: searching, filters, the timeline, paging, suggestions by keyboard,
the back button, without scripts, on a phone, in the dark, right to left, Chinese; and axe-core over every kind of page.

Run as `python3 test_browser.py INDEXER SEARCHER CSA.CGI`. Screenshots of every kind of page are written to the folder
that $CSA_SCREENSHOTS names, which the build sets. axe-core is npm's package of that name: package.json stands beside
this file, and `npm ci` in a copy of it in the build folder (what test.sh does) installs it; $CSA_AXE names its axe.min.js.
"""
import os
import re
import shutil
import unittest

import browser
import support

AXE = os.environ.get("CSA_AXE", "")
SCREENSHOTS = os.environ.get("CSA_SCREENSHOTS", "")

TOPICS = ("river", "bridge", "harbour", "railway", "pipeline", "market", "border", "mountain")
FURTHER = [
    {"id": "arabic", "title": "النهر في الربيع", "url": "https://example.org/nahr", "source": "الجريدة", "language": "ar",
     "date": "2022-05-01", "text": "يرتفع النهر في الربيع. يذوب الثلج ويمتلئ النهر بالماء، ويغلق الجسر القديم."},
    {"id": "hebrew", "title": "הנהר באביב", "source": "העיתון", "language": "he", "date": "2022-04-01",
     "text": "הנהר עולה באביב. השלג נמס והנהר מתמלא מים."},
    {"id": "chinese", "title": "春天的河流与桥梁", "url": "https://example.org/he", "source": "日报", "language": "zh",
     "date": "2023-05-06", "text": "春天河流上涨，桥梁关闭。边境贸易在夏天恢复，铁路运输继续增长。"},
    {"id": "wide", "title": "W" + "i" * 90 + "de", "source": "S" + "o" * 70 + "urce", "language": "en",
     "date": "2020-01-05", "text": "river " + "x" * 300},
]


def articles():
    made = []
    for i in range(60):
        topic, other = TOPICS[i % 8], TOPICS[(i * 3 + 1) % 8]
        paragraphs = [f"The {topic} was opened in {1990 + part + i % 20}. People of the {other} came to see the {topic}, "
                      f"and the {other} paid for it. " + "Nobody had expected so many visitors. " * 4
                      for part in range(1 + i % 5)]
        made.append({"id": f"made/{i}", "title": f"The {topic} and the {other}, part {i}", "language": "en",
                     "url": f"https://example.org/{topic}/{i}" if i % 3 else None, "source": f"Gazette {i % 4}",
                     "author": "Ada Quill", "date": f"{2019 + i % 5}-{1 + i * 7 % 12:02}-{1 + i % 28:02}",
                     "text": "\n\n".join(paragraphs)})
    return made + FURTHER


@browser.needs_browser
class InBrowser(support.Case):
    @classmethod
    def setUpClass(cls):
        site = cls("setUp")
        support.Case.setUp(site)
        cls.shared = site
        cls.addClassCleanup(shutil.rmtree, site.folder)
        configuration = site.site(articles(), title="The Gazette's archive")
        cls.server = browser.WebServer(support.CGI, site.folder, configuration)
        cls.addClassCleanup(cls.server.close)
        cls.browser = browser.Browser(site.folder)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.folder, self.servers = self.shared.folder, []
        self.at = self.browser
        self.at.look()
        self.at.complaints()
        self.at.requests()

    def tearDown(self):
        self.assertEqual([line for line in self.at.complaints() if self.expected not in line], [])
        for url in self.at.requests():
            self.assertTrue(url.startswith((self.server.url, "data:", "about:", "chrome:"))
                            or url.endswith("/favicon.ico"), url)

    expected = "\0"  # a complaint with these words belongs to the test

    def open(self, query=""):
        self.at.get(self.server.url + ("?" + query if query else ""))

    def shoot(self, name):
        if SCREENSHOTS:
            os.makedirs(SCREENSHOTS, exist_ok=True)
            self.at.screenshot(os.path.join(SCREENSHOTS, name + ".png"))

    def mark_document(self):
        """A page that is loaded anew has lost the mark."""
        self.at.run("window.stillHere = true")

    def is_marked(self):
        return self.at.run("return window.stillHere === true")

    def wait_for(self, heading):
        self.at.wait(f"the heading is {heading}", lambda: self.heading() == heading)

    def heading(self):
        return re.sub("[\u2068\u2069]", "", self.at.text("h1"))

    def count(self):
        return int(re.match(r"[\d,]+", self.at.text("#count")).group().replace(",", ""))


class Search(InBrowser):
    def test_from_the_start_page(self):
        self.open()
        self.assertEqual(self.heading(), "Search 64 articles")
        self.assertEqual(self.at.focused(), "q")
        self.at.type("river bridge")
        self.at.click("button")
        self.wait_for("Results for “river bridge”")
        self.assertEqual(self.at.value(), "river bridge")
        self.assertEqual(len(self.at.find_all(".hits article")), 10)
        self.assertIn("?q=river+bridge", self.at.url)

    def test_results_without_a_reload(self):
        self.open("q=river")
        self.mark_document()
        self.at.type("harbour")
        self.at.press("Enter")
        self.wait_for("Results for “harbour”")
        self.assertTrue(self.is_marked())
        self.assertTrue(self.at.title.startswith("harbour"))
        self.assertEqual(self.at.focused(), "heading")
        self.assertRegex(self.at.text("#count"), r"^\d+ articles$")

    def test_filter_and_its_removal(self):
        self.open("q=river")
        self.mark_document()
        before = self.count()
        self.at.click("#filters li a[href*='source=']")
        self.at.wait("there is a chip", lambda: self.at.find_all(".chips a"))
        self.assertLess(self.count(), before)
        self.assertIn("source=Gazette", self.at.url)
        self.at.type("railway")  # a further search keeps it
        self.at.press("Enter")
        self.wait_for("Results for “railway”")
        self.assertIn("source=Gazette", self.at.url)
        self.at.click(".chips a")
        self.at.wait("the chip is gone", lambda: not self.at.find_all(".chips a"))
        self.assertNotIn("source=", self.at.url)
        self.assertTrue(self.is_marked())

    def test_timeline_bar(self):
        self.open("q=river")
        bar = self.at.run("const a = document.querySelector('svg a'); return a.querySelector('title').textContent")
        count = int(re.search(r": (\d+)$", bar).group(1))
        self.at.run("const r = document.querySelector('svg a').getBoundingClientRect();"
                    "document.elementFromPoint(r.x + r.width / 2, r.y + 1)"
                    ".dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
        self.at.wait("there is a chip", lambda: self.at.find_all(".chips a"))
        self.assertEqual(self.count(), count)
        self.assertIn("date=", self.at.url)

    def test_pages_and_the_back_button(self):
        self.open("q=river")
        self.mark_document()
        first = self.at.text(".hits h2")
        self.at.run("document.querySelector('a[rel=next]').scrollIntoView()")
        down = self.at.run("return scrollY")
        self.assertGreater(down, 200)
        self.at.click("a[rel=next]")
        self.at.wait("the second page", lambda: "Page 2" in self.at.text("#count"))
        self.assertEqual(self.at.run("return scrollY"), 0)
        self.assertNotEqual(self.at.text(".hits h2"), first)
        self.at.back()
        self.at.wait("the first page", lambda: "Page" not in self.at.text("#count"))
        self.assertEqual(self.at.text(".hits h2"), first)
        self.at.wait("the place is the old one", lambda: self.at.run("return scrollY") > 200)
        self.assertTrue(self.is_marked())
        self.at.type("market")
        self.at.press("Enter")
        self.wait_for("Results for “market”")
        self.at.back()
        self.wait_for("Results for “river”")
        self.assertEqual(self.at.value(), "river")

    def test_back_from_the_viewer(self):
        self.open("q=river&page=2")
        self.at.click("h2 a[href*='article=']")
        self.at.wait("the viewer", lambda: self.at.find_all(".whole"))
        self.assertGreater(len(self.at.find_all("mark")), 0)
        self.at.click(".whole a")
        self.wait_for("Results for “river”")
        self.assertIn("page=2", self.at.url)

    def test_did_you_mean(self):
        self.open("q=harbuor")
        self.at.click(".meant a")
        self.wait_for("Results for “harbour”")

    def test_slash_goes_to_the_box(self):
        self.open("q=river")
        self.at.run("document.activeElement.blur()")
        self.at.press("/")
        self.assertEqual(self.at.focused(), "q")
        self.assertEqual(self.at.value(), "river")
        self.at.press("/")
        self.assertIn("/", self.at.value())

    def test_an_answer_that_is_no_page_of_results_is_navigated_to(self):
        self.expected = "400 (Bad Request)"
        self.open("q=river")
        self.at.run("document.querySelector('#filters li a').setAttribute('href', '?q=river&page=x')")
        self.at.click("#filters li a")
        self.at.wait("the error's page", lambda: self.at.find_all(".error"))

    def test_keyboard_alone(self):
        self.open("q=river")
        self.at.run("document.activeElement.blur()")
        self.at.press("Tab")
        self.assertEqual(self.at.run("return document.activeElement.className"), "skip")
        self.assertGreater(self.at.run("return document.activeElement.getBoundingClientRect().width"), 50)
        self.at.press("Enter")
        self.at.press("Tab")
        self.assertTrue(self.at.run("return document.querySelector('main').contains(document.activeElement)"))
        self.assertNotEqual(self.at.run("return getComputedStyle(document.activeElement).outlineStyle"), "none")


class Suggestions(InBrowser):
    """The list as the ARIA Authoring Practices have it, over suggestions that the test gives."""

    WORDS = ["river", "river bank", "river boats"]

    def setUp(self):
        super().setUp()
        self.open("q=market")
        self.at.run("""
            const before = window.fetch;
            window.asked = [];
            window.fetch = (url, options) => {
                if (!String(url).includes('format=suggest')) return before(url, options);
                window.asked.push(String(url));
                const list = arguments[0];
                return new Promise((done) => setTimeout(() => done(new Response(JSON.stringify(['', list]))), 20));
            };""", self.WORDS)

    def state(self):
        return self.at.run("""
            const box = document.getElementById('q'), list = document.getElementById('list');
            const chosen = document.getElementById(box.getAttribute('aria-activedescendant'));
            return [box.getAttribute('aria-expanded'), list.hidden, chosen && chosen.textContent];""")

    def ask(self, text="riv"):
        self.at.type(text)
        self.at.wait("the list is open", lambda: self.state()[0] == "true")

    def test_roles(self):
        self.assertEqual(self.at.attribute("#q", "role"), "combobox")
        self.assertEqual(self.at.attribute("#q", "aria-autocomplete"), "list")
        self.assertEqual(self.at.attribute("#q", "aria-controls"), "list")
        self.assertEqual(self.at.attribute("#list", "role"), "listbox")
        self.assertEqual(self.state(), ["false", True, None])

    def test_one_request_for_quick_typing(self):
        self.ask("river")
        self.assertEqual(self.at.run("return window.asked"), ["?format=suggest&q=river"])
        self.assertEqual(self.at.texts("#list li"), ["river bank", "river boats"])  # not what stands there
        self.assertEqual(self.at.run("return document.querySelector('form span[role=status]').textContent"),
                         "Suggestions: 2")

    def test_arrows(self):
        self.ask()
        seen = []
        for key in ("Down", "Down", "Down", "Down", "Up", "Up"):
            self.at.press(key)
            seen.append(self.state()[2])
        self.assertEqual(seen, self.WORDS + ["river", "river boats", "river bank"])
        self.assertEqual(self.at.value(), "riv")  # chosen by hand: nothing is put in before Enter
        self.assertEqual(self.at.focused(), "q")
        self.assertEqual(self.at.attribute("#list [aria-selected=true]", "role"), "option")
        self.at.press("Home")
        self.assertEqual(self.state(), ["true", False, None])

    def test_enter_takes_the_chosen_one(self):
        self.ask()
        self.at.press("Down", "Down", "Enter")
        self.wait_for("Results for “river bank”")
        self.assertEqual(self.at.value(), "river bank")
        self.assertEqual(self.state()[0], "false")

    def test_enter_without_a_choice_searches_what_was_typed(self):
        self.ask("river")
        self.at.press("Enter")
        self.wait_for("Results for “river”")

    def test_escape_closes(self):
        self.ask()
        self.at.press("Down", "Escape")
        self.assertEqual(self.state(), ["false", True, None])
        self.assertEqual(self.at.value(), "riv")

    def test_down_opens_again(self):
        self.ask()
        self.at.press("Escape", "Down")
        self.at.wait("the list is open", lambda: self.state()[0] == "true")

    def test_mouse(self):
        self.ask()
        self.shoot("suggestions")
        self.at.click("#list li:nth-child(3)")
        self.wait_for("Results for “river boats”")

    def test_leaving_closes(self):
        self.ask()
        self.at.press("Tab")
        self.at.wait("the list is closed", lambda: self.state()[1])


class RealSuggestions(InBrowser):
    def test_the_site_answers(self):
        self.open()
        self.at.type("harb")
        self.at.wait("there are suggestions", lambda: self.at.find_all("#list li"))
        self.assertTrue(any("harbour" in text for text in self.at.texts("#list li")))
        self.at.press("Down", "Enter")
        self.at.wait("there are results", lambda: self.at.find_all(".hits article"))


class WithoutScripts(InBrowser):
    def setUp(self):
        super().setUp()
        self.at.look(scripts=False)

    def tearDown(self):
        self.at.look()
        super().tearDown()

    def test_search_filter_page_sort(self):
        self.open()
        self.at.type("river")
        self.at.click("button")
        self.wait_for("Results for “river”")
        self.assertIsNone(self.at.attribute("#q", "role"))
        before = self.count()
        self.at.click("#filters li a[href*='source=']")
        self.at.wait("there is a chip", lambda: self.at.find_all(".chips a"))
        self.assertLess(self.count(), before)
        self.at.type("railway")
        self.at.click("button")
        self.wait_for("Results for “railway”")
        self.assertIn("source=", self.at.url)
        self.open("q=river")
        self.at.click(".sorts a:nth-child(2)")
        self.at.wait("it is sorted", lambda: "sort=newest" in self.at.url)
        self.open("q=river")
        self.at.click("a[rel=next]")
        self.at.wait("the second page", lambda: "Page 2" in self.at.text("#count"))
        self.shoot("without-scripts")


KINDS = {
    "start": "",
    "results": "q=river+bridge",
    "filtered": "q=river&source=Gazette+1&lang=en&date=2021",
    "nothing": "q=%2Briver+%2Bzeppelin&lang=en",
    "meant": "q=harbuor",
    "viewer": "q=river+harbour&article=made/24",
    "error": "article=none",
    "rtl": "q=%D8%A7%D9%84%D9%86%D9%87%D8%B1",
    "hebrew": "q=%D7%A0%D7%94%D7%A8",
    "cjk": "q=%E6%B2%B3%E6%B5%81",
    "wide": "q=xx*",
}


class Looks(InBrowser):
    expected = "404 (Not Found)"

    def test_no_width_is_too_narrow(self):
        for name, query in KINDS.items():
            for width in (320, 390, 768, 1280):
                self.at.look((width, 800))
                self.open(query)
                wide = self.at.run("return document.documentElement.scrollWidth")
                self.assertLessEqual(wide, width, (name, width))
                if width == 390:
                    self.shoot(f"{name}-phone")

    def test_filters_have_a_heading_and_a_way_to_them_on_a_desktop(self):
        self.at.look()
        self.open("q=bridge")
        seen = "const r = document.querySelector(arguments[0]).getBoundingClientRect(); return r.width * r.height"
        self.assertNotEqual(self.at.run("return getComputedStyle(document.querySelector('#filters > h2')).display"), "none")
        self.assertLessEqual(self.at.run(seen, ".jump"), 20)
        self.at.run("document.querySelector('.jump').focus()")
        self.assertGreater(self.at.run(seen, ".jump"), 500)

    def test_a_long_article_opens_at_its_passage(self):
        text = "\n\n".join("Stones lie here in a row. " * 40 for _ in range(500))
        self.index([{"id": "long", "title": "Long", "text": text + " The last zeppelin."}], "long")
        server = browser.WebServer(support.CGI, self.folder, self.configure("long.conf", "long"))
        self.addCleanup(server.close)
        self.at.requests()
        self.at.get(server.url + "?q=zeppelin")
        self.at.click("article p a[href*='#p']")
        self.assertRegex(self.at.url, r"&passage=(\d+)#p\1$")
        self.at.wait("the passage is shown", lambda: self.at.run(
            "const r = document.querySelector(':target mark').getBoundingClientRect();"
            "return scrollY > 0 && r.top >= 0 && r.top < innerHeight"))
        self.at.requests()

    def test_desktop_light_and_dark(self):
        for name, query in KINDS.items():
            for dark in (False, True):
                self.at.look(dark=dark)
                self.open(query)
                paper = self.at.run("return getComputedStyle(document.body).backgroundColor")
                light = sum(map(int, re.findall(r"\d+", paper)[:3])) > 384
                self.assertNotEqual(light, dark)
                self.shoot(f"{name}-{'dark' if dark else 'light'}")
        self.at.look(browser.PHONE, dark=True)
        self.open(KINDS["results"])
        self.shoot("results-phone-dark")

    def test_forced_colours(self):
        self.at.look(forced=True)
        self.open(KINDS["results"])
        self.shoot("results-forced-colours")

    def test_texts_have_their_direction_and_language(self):
        self.open(KINDS["rtl"])
        for selector in (".hits h2", ".hits p[dir]"):
            self.assertEqual(self.at.run("return getComputedStyle(document.querySelector(arguments[0])).direction",
                                         selector), "rtl")
        self.assertEqual(self.at.attribute(".hits h2", "lang"), "ar")
        self.assertEqual(self.at.run("return getComputedStyle(document.getElementById('q')).direction"), "rtl")
        self.open(KINDS["cjk"])
        self.assertEqual(self.at.attribute(".hits h2", "lang"), "zh")
        self.assertGreater(len(self.at.find_all("mark")), 0)

    def test_nothing_moves_while_a_page_loads(self):
        for name, query in KINDS.items():
            for size in (browser.PHONE, browser.DESKTOP):
                self.at.look(size)
                self.open(query)
                moved = self.at.run_async("""
                    const done = arguments[0];
                    let sum = 0;
                    new PerformanceObserver((list) => {
                        for (const entry of list.getEntries()) sum += entry.value;
                    }).observe({type: 'layout-shift', buffered: true});
                    setTimeout(() => done(sum), 150);""")
                self.assertEqual(moved, 0, (name, size))


@unittest.skipUnless(os.path.isfile(AXE), "not installed: axe-core")
class Axe(InBrowser):
    expected = "404 (Not Found)"

    def check(self, name):
        with open(AXE, encoding="utf-8") as source:
            self.at.run(source.read())
        found = self.at.run_async("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})
                .then((result) => done(result.violations.map((violation) => violation.id + ': ' + violation.help + ': '
                    + violation.nodes.slice(0, 3).map((node) => node.html + ' ' + node.failureSummary).join(' | '))),
                    (error) => done([String(error)]));""")
        self.assertEqual(found, [], name)

    def test_every_kind_of_page(self):
        for name, query in KINDS.items():
            for dark in (False, True):
                for size in (browser.PHONE, browser.DESKTOP):
                    self.at.look(size, dark=dark)
                    self.open(query)
                    with self.subTest(page=name, dark=dark, width=size[0]):
                        self.check(name)

    def test_after_a_change_without_a_reload(self):
        self.open("q=river")
        self.at.click("#filters li a[href*='source=']")
        self.at.wait("there is a chip", lambda: self.at.find_all(".chips a"))
        self.check("changed")

    def test_with_suggestions_open(self):
        for dark in (False, True):
            self.at.look(dark=dark)
            self.open("q=river")
            self.at.run("window.fetch = () => Promise.resolve(new Response(JSON.stringify(['', ['a', 'b']])))")
            self.at.type("x")
            self.at.wait("the list is open", lambda: self.at.find_all("#list li"))
            self.at.press("Down")
            self.check("suggestions")


if __name__ == "__main__":
    support.main()
