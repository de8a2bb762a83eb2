"""The first page and its bytes: HTML, style and script are at most 30 KiB, whatever is asked and whatever is indexed.
Run as `python3 test_size.py INDEXER SEARCHER CSA.CGI`."""
import subprocess

import support
from page import PageCase, Tree, articles

FIRST_PAGE = 30 * 1024  # bytes of HTML, style and script together

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


def burdened(language, letters, blank, address):
    """Articles of which everything is as long as it can be, in these letters; every word is in every passage."""
    def text(i, size):
        return blank.join([letters] * size)[:size] + (str(i) if letters.isalnum() else "")

    return [{"id": f"{i}/" + "long-name/" * 20, "language": language,
             "title": "river " + text(i, 4000), "source": text(i % 30, 1200), "author": text(i % 40, 1500),
             "url": f"https://www.example.org/{i}/" + address * (1500 // len(address)) if i % 3 else None,
             "date": f"{1990 + i % 24}-01-01", "text": "\n\n".join(f"River {k}. " + text(i, 900) for k in range(8))}
            for i in range(60)]


class Limit(PageCase):
    """What no guess foresees: the page that is made is measured."""

    KINDS = {
        "russian": ("ru", "Новгородская энергетическая газораспределительная", " ", "страница-&=/"),
        "chinese": ("zh", "天然气管道建设合作协议", "", "页面/"),
        "signs": ("en", "&<>\"'", "", "&'\""),
        "marks": ("en", "e\u0301\u0302\u0303", "", "%20&"),
        "emoji": ("en", "\U0001F600", " ", "\U0001F600"),
        "words": ("en", "river", " ", "river/"),
    }

    def sizes(self, asked):
        """Asks for pages: each keeps to the limit, or is refused since its address is too long. Returns the statuses."""
        shared = sum(len(self.cgi(self.configuration, f"format={name}").body) for name in ("style", "script"))
        statuses = []
        for parameters in asked:
            response = self.cgi(self.configuration, parameters)
            shown = [(name, value[:40]) for name, value in parameters][:4]
            self.assertIn(response.status, (200, 414), shown)
            self.assertLessEqual(shared + len(response.body), FIRST_PAGE, shown)
            self.check(Tree(response.text).root)
            statuses.append(response.status)
        return statuses

    def test_every_index_and_every_query(self):
        for kind, made in self.KINDS.items():
            with self.subTest(kind=kind):
                self.index(burdened(*made), kind)
                self.configuration = self.configure(index=kind, language=made[0], facets="source,language,author,year")
                usual = [[("q", "river")], [("q", made[1][:40])], [("q", "river " + made[1] * 5), ("page", "2")],
                         [("q", "river"), ("year", "1990"), ("year", "1991"), ("source", made[1])],
                         [("q", "river " + "крупный " * 40)], [("q", "river"), ("sort", "newest")], [("year", "1999")],
                         [("q", "river " + "天然气 " * 60)], [("q", 'river & "gate" <b> ' * 8)]]
                self.assertEqual(self.sizes(usual), [200] * len(usual))
                found = self.page([("q", "river")])
                self.assertEqual(len(found.all("article")), 10)
                self.assertTrue(all(hit.one("h2").all("a") for hit in found.all("article")))
                self.sizes([[("q", "river " + "газопровод " * n)] for n in range(10, 120, 10)] +
                           [[("q", "river " + '"' * n)] for n in (500, 1000, 1500, 2000, 2700)] +
                           [[("q", "river"), *(("source", f"{i}" + "н" * 30) for i in range(n))] for n in (1, 4, 16)] +
                           [[("q", "river"), *(("author", f"{i}" + "&" * 150) for i in range(16))], [("q", "天" * 900)]])

    def test_nothing_found(self):
        self.configuration = self.site(burdened(*self.KINDS["words"]))
        asked = [[("q", " ".join(f"{sign}zeppelin{i}" for i in range(n)))] for n in (1, 5, 20, 60, 200) for sign in ("", "+")]
        asked += [[("q", "+rivre " * n), ("lang", "de"), ("year", "1803"), ("source", "нет" * 100)] for n in (1, 5, 30, 200)]
        asked += [[("q", "ж" * 1000 + ":" + '"~^' * 100)], [("q", "lang:" + "я" * 1000)], [("q", "a AND " * 400)]]
        self.assertEqual(self.sizes(asked), [200] * len(asked))

    def test_refused(self):
        """What cannot be repeated on a page of this size is refused, and the page that says so repeats none of it."""
        self.configuration = self.site(burdened(*self.KINDS["signs"]))
        for query in ('"' * 4096, "'" * 4000):
            response = self.cgi(self.configuration, "q=" + query)
            self.assertEqual(response.status, 414)
            self.assertEqual(Tree(response.text).root.one("input", name="q").get("value"), "")

    def test_own_parts_do_not_count(self):
        self.write("header.html", "<p>A header of our own.</p>\n" * 600)
        self.configuration = self.site(articles(60))
        plain = self.cgi(self.configuration, "q=river").body
        self.configuration = self.configure(header="header.html")
        own = self.cgi(self.configuration, "q=river").body
        self.assertEqual(own.count(b"<article>"), 10)
        self.assertEqual(own.count(b"<mark>"), plain.count(b"<mark>"))
        self.assertGreater(len(own), len(plain) + 10000)

    def test_less_is_shown_in_order(self):
        """A longer query takes away first what is missed least."""
        self.configuration = self.site(library("ru", True), language="ru")
        parts = {"folded": lambda root: len([a for fold in root.all("details") for a in fold.all("a")]),
                 "timeline": lambda root: len(root.all("svg")), "facets": lambda root: len(root.all("h3")),
                 "passages": lambda root: len(root.one("ol").all("mark"))}
        gone = {}
        for letters in range(20, 1300, 40):
            root = self.page([("q", ("газопровод поставки " * 200)[:letters])])
            self.assertEqual(len(root.all("article")), 10)
            for name, count in parts.items():
                if count(root) == 0:
                    gone.setdefault(name, letters)
                else:
                    self.assertNotIn(name, gone, letters)
        order = [name for name in parts if name in gone]
        self.assertEqual(sorted(gone, key=gone.get), order)
        self.assertIn("facets", gone)
        self.assertGreater(gone["timeline"], 60)


if __name__ == "__main__":
    support.main()
