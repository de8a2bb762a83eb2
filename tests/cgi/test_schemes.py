"""Addresses that lead where none may lead, from the index: in an article's url, id, title, source and author, in every
output (pages, the viewer, JSON, Atom, the Link header, suggestions). Read by parsers, and resolved as a browser does it
(T13 of ../shared/reliability.md). Run as `python3 test_schemes.py INDEXER SEARCHER CSA.CGI`."""
import html.parser
import json
import re
import urllib.parse
import xml.etree.ElementTree as tree

import support
from test_hostile import HEADER, URL_ATTRIBUTES, pairs_of

OWN = "https://www.example.org/cgi-bin/csa.cgi"
ATOM = "{http://www.w3.org/2005/Atom}"
CODE = "alert(document.domain)"


def _obfuscated(scheme):
    """A scheme as a browser still reads it, and as it does not but another program may."""
    yield scheme
    yield scheme.upper()
    yield "".join(letter.upper() if i % 2 else letter for i, letter in enumerate(scheme))
    for blank in (" ", "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x00", "\x01", "\x1f", "\x7f", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u2028",
                  "\u3000", "\ufeff"):
        yield blank + scheme
        yield scheme[:4] + blank + scheme[4:]
        yield scheme[:-1] + blank + ":"
    for written in ("&#58;", "&colon;", "%3A", "\\x3a", "\\u003a", "\uff1a", "\ufe55", "\u2236", "&#x3A", "&Tab;:"):
        yield scheme[:-1] + written
    yield "".join(f"&#{ord(letter)};" for letter in scheme)
    yield "".join(f"%{ord(letter):02x}" for letter in scheme)
    yield scheme.replace("s", "\u017f")  # a letter that is an s in capitals


def addresses():
    found = []
    for scheme in ("javascript:", "data:", "vbscript:"):
        rest = "text/html," + f"<script>{CODE}</script>" if scheme == "data:" else CODE
        found += [start + rest for start in _obfuscated(scheme)]
    found += ["javascript://example.org/%0a" + CODE, "javascript:https://example.org/", "data:text/html;base64,PHNjcmlwdD4=", "feed:javascript:" + CODE,
              "view-source:javascript:" + CODE, "jar:https://evil.example!/x", "blob:https://evil.example/x", "filesystem:https://evil.example/",
              "file:///etc/passwd", "about:blank", "mailto:x@evil.example", "ftp://evil.example/", "ws://evil.example/", "x-https://evil.example/",
              "//evil.example/", "///evil.example/", "////evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
              "/\r\n/evil.example", " //evil.example", "\x01//evil.example", "https:evil.example", "https:/evil.example", "http:\\\\evil.example",
              "ht\ntps://evil.example/", " https://example.org/", "\x01http://example.org/", "?q=x\"onclick=x", "#\"><script>", "/etc/passwd", "",
              "x", "evil.example", "?format=json&callback=x", "https", "https:", "https:/", "http//evil.example"]
    # These are links of http, which an article may have; what is behind the host is as hostile as the rest.
    found += ["https://example.org/\r\nSet-Cookie: evil=1", "https://example.org/\r\n\r\n<script>" + CODE + "</script>", "HTTPS://example.org/\"onclick=\"x",
              "https://example.org/'><img src=x onerror=" + CODE + ">", "https://example.org/>; rel=\"stylesheet\"", "https://example.org/,<//evil.example>",
              "https://example.org/#:~:text=a\" x=\"", "https://example.org/\\..\\x", "http://example.org/ b\tc", "https://example.org/\u202e\u2028\u0085",
              "https://example.org/&quot;&lt;script&gt;", "https://example.org/{{q}}]]>--><!--"]
    return list(dict.fromkeys(found))


def resolve(url):
    """(scheme, host) of where a browser goes for a link on a page of the site, after the URL standard; host None: the own."""
    url = re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(33)))))
    scheme, rest = re.match(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)", url, re.DOTALL).groups()
    scheme = (scheme or "").lower()
    if scheme in ("http", "https") or (not scheme and re.match(r"[/\\]{2}", rest)):
        return scheme or "https", re.split(r"[/\\?#]", rest.lstrip("/\\"))[0].rpartition("@")[2].partition(":")[0].lower()
    return scheme or "https", None


class Links(html.parser.HTMLParser):
    """Where a page leads, its elements, and attributes that a page of the site never has."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.urls, self.elements, self.wrong = [], set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.urls += [value or "" for name, value in attrs if name in URL_ATTRIBUTES]
        self.wrong += [name for name, _ in attrs if name.startswith("on") or name in ("style", "srcdoc", "http-equiv") and tag != "meta"]

    def handle_comment(self, data):
        self.wrong.append("comment " + data)


class Schemes(support.Case):
    def setUp(self):
        super().setUp()
        self.addresses = addresses()
        self.assertGreater(len(self.addresses), 200)
        self.articles = []
        for i, address in enumerate(self.addresses):
            self.articles.append({"id": f"{i:03}", "title": f"zeppelin {i:03} {address}", "url": address, "source": f"{address} {i % 7}",
                                  "author": address, "text": f"A zeppelin and number{i:03}. {address}\n\nMore of the zeppelin."})
            if address:  # and as the id, which the viewer's links have
                self.articles.append({"id": address, "title": f"zeppelin of id {i:03}", "url": None, "text": f"A zeppelin by id{i:03}."})
        unique = {}
        for article in self.articles:
            unique.setdefault(re.sub(r"\s+", " ", article["id"]).strip(), article)
        self.articles = list(unique.values())
        self.configuration = self.site(self.articles, facets="source,author", url=OWN)
        self.hosts = {None, "www.example.org", "example.org"}
        self.seen = 0

    def ask(self, query):
        response = self.cgi(self.configuration, query)
        for line in response.lines:
            self.assertRegex(line, HEADER)
        for url in re.findall("<([^>]*)>", response.headers.get("link", "")):
            self.lead(url, query)
        self.assertNotIn("set-cookie", response.headers)
        self.assertNotIn("location", response.headers)
        return response

    def lead(self, url, where):
        """What a link may be: of http or https, to the site itself or to the host that the index names so."""
        self.seen += 1
        scheme, host = resolve(url)
        self.assertIn(scheme, ("http", "https"), (url, where))
        self.assertIn(host, self.hosts, (url, where))
        self.assertNotRegex(url, r"[\x00-\x20\x7f\"<>\\]", where)
        if host is None or url.startswith(OWN):
            names = [name for name, _ in pairs_of(url)]
            self.assertLessEqual(set(names), {"q", "article", "like", "source", "author", "lang", "year", "sort", "page", "n", "format", "v", "passage"})
            self.assertLessEqual(names.count("q") + names.count("format"), 2)

    def page(self, query):
        response = self.ask(query)
        self.assertEqual((response.status, response.type), (200, "text/html"), query)
        links = Links(response.text)
        self.assertEqual(links.wrong, [], query)
        self.assertFalse(links.elements & {"img", "iframe", "object", "embed", "base", "style"}, query)
        for url in links.urls:
            self.lead(url, query)
        self.assertEqual(response.text.count("<script"), 1)  # the site's own, of which nothing stands in the page
        return links

    def test_results(self):
        for page in range(1, len(self.articles) // 50 + 2):
            self.page(f"q=zeppelin&n=50&page={page}")
        for sort in ("newest", "oldest"):
            self.page(f"q=zeppelin&n=100&sort={sort}")
        self.assertGreater(self.seen, 4 * len(self.addresses))

    def test_each_by_itself(self):
        """The page on which an article is first, and the viewer; filters by its source; the address as the query."""
        for i, address in enumerate(self.addresses[::4]):
            value = urllib.parse.quote(address.encode()[:1000], safe="")
            self.page(f"q=number{4 * i:03}")
            self.page(f"q=zeppelin&article={4 * i:03}")
            if not re.search("[\x00-\x1f\x7f\x85]", address):
                self.page(f"q=zeppelin&source={value}%20{4 * i % 7}&n=1")
                self.page(f"q={value}&n=1")

    def test_what_is_a_link_and_what_is_not(self):
        """Only an address that begins with http:// or https:// makes a link of an article."""
        for i in range(0, len(self.addresses), 3):
            outside = [url for url in self.page(f"q=zeppelin&article={i:03}").urls if resolve(url)[1] not in (None, "www.example.org")]
            plain = self.addresses[i].strip("".join(map(chr, range(33))))  # the index keeps clean lines
            self.assertEqual(bool(outside), bool(re.match("https?://", plain, re.IGNORECASE)), self.addresses[i])

    def test_json(self):
        for page in range(1, len(self.articles) // 100 + 2):
            found = self.ask(f"q=zeppelin&n=100&page={page}&format=json").json()
            for hit in found["hits"]:
                for passage in hit["passages"]:
                    if passage["fragment"] is not None:
                        self.lead(passage["fragment"], hit["article"])
                    self.assertNotRegex(passage["snippet"].replace("<mark>", "").replace("</mark>", ""), "<(?!script|img)|<mark")
                self.assertNotRegex(json.dumps(hit["article"], ensure_ascii=False), "[\x00-\x1f\x7f]")

    def test_atom(self):
        for page in range(1, len(self.articles) // 100 + 2):
            feed = tree.fromstring(self.ask(f"q=zeppelin&n=100&page={page}&format=atom").body)
            for element in feed.iter():
                for name in ("href", "src", "uri"):
                    if name in element.attrib:
                        self.lead(element.get(name), "atom")
                if element.tag in (ATOM + "id", ATOM + "uri"):
                    self.lead(element.text, "atom")
                if element.get("type") == "html":
                    content = Links(element.text)
                    self.assertEqual((content.wrong, content.urls), ([], []))
                    self.assertLessEqual(content.elements, {"p", "b", "mark", "em", "strong"})

    def test_suggestions_and_description(self):
        for word in ("zep", "zeppelin 0", "zeppelin of", "java"):
            response = self.ask("format=suggest&q=" + urllib.parse.quote(word))
            self.assertEqual(response.type, "application/x-suggestions+json")
            suggestions = response.json()
            self.assertEqual(suggestions[0], word)
            for url in (suggestions[3] if len(suggestions) > 3 else []):
                self.lead(url, word)
        for element in tree.fromstring(self.ask("format=opensearch").body).iter():
            if "template" in element.attrib:
                self.lead(element.get("template").replace("{", "").replace("}", ""), "opensearch")

    def test_the_resolver(self):
        for url, expected in (("JavaScript:x", "javascript"), (" java\nscript:x", "javascript"), ("//evil.example/", "evil.example"), ("/\\evil.example", "evil.example"),
                              ("https:evil.example", "evil.example"), ("https://a@evil.example:1/", "evil.example"), ("?q=javascript:x", "https")):
            self.assertIn(expected, resolve(url), url)


if __name__ == "__main__":
    support.main()
