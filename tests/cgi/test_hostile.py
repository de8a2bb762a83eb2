"""Hostile values in every parameter and every output, errors included (T13 of ../shared/reliability.md): nothing that a
request or an article carries becomes markup, a header, or an error of ours.

Pages are held against the elements and attributes that the same site's pages have for harmless requests.
"""
import contextlib
import gzip
import html.parser
import json
import os
import re
import urllib.parse
import xml.etree.ElementTree as tree

import support
from payloads import payloads
from support import FastCgi, variables

PAYLOADS = payloads()
PARAMETERS = ["page", "n", "format", "sort", "source", "lang", "year", "author", "date", "article", "passage",
              "like"]
FORMATS = ["html", "json", "atom", "opensearch", "suggest"]
STATUSES = {200, 304, 400, 404, 414}  # 304: "*" as If-None-Match is any version
HEADER = re.compile(rb"[A-Z][A-Za-z-]*: [\x20-\x7e]+\Z")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")
TAG = re.compile(r'<(?:!doctype html|/[a-z][a-z0-9]*|[a-z][a-z0-9]*(?:\s+[a-zA-Z][a-zA-Z:-]*(?:="[^"<>]*")?)*\s*/?)>', re.IGNORECASE)
REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|hellip|#\d+|#x[0-9A-Fa-f]+);")
URL_ATTRIBUTES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "cite"}
OWN_URL = re.compile(r"(?:\?|#|/cgi-bin/csa\.cgi(?:\?|$)|https?://(?:www\.)?example\.org/|$)")

HARMLESS = [  # requests whose pages have all that a page of the site may have
    "", "q=river", "q=rivr", "q=xylophone", "q=river+xylophone", "q=%22river+bridge%22", "q=-river", "q=river&source=Gazette&n=1",
    "q=river&n=1&page=2", "q=river&lang=en&year=2022&author=Ada+Quill", "q=river&date=2022", "q=river&sort=newest", "source=Gazette",
    "article=river", "article=river&q=river", "article=bridge", "article=none", "like=river", "like=none", "page=x", "n=0", "q=%ff",
    "q=river&page=99", "q=" + "a" * 5000, "q=%E6%B2%B3%E6%B5%81", "q=%D1%80%D0%B5%D0%BA%D0%B0", "q=river+AND", "q=the", "q=a*", "q=river*",
    "q=title%3Ariver", "q=(", "q=%22", "q=" + "a+" * 2000, "sort=oldest&source=Gazette", "q=nofield%3Ax", "q=source%3AGazette",
    "q=%22the+river+in+summer%22", "q=river+NEAR%2F1+quay", "q=riverbridge", "q=a+OR+b", "q=river&source=None", "q=r%3Fver", "date=1700",
    "q=" + "a*+b*+" * 60, "q=river~", "q=-a+-b", "q=" + "(" * 100, "author=None", "q=%2Briver", "q=date%3A2022",
]

# Each field of an article as hostile as an index will take it.
HOSTILE_ARTICLES = [
    {"id": "x\"><script>alert(1)</script>", "title": "<script>alert('zeppelin')</script>", "author": "\"><img src=x onerror=alert(1)>",
     "source": "</title><svg onload=alert(1)>", "url": "javascript:alert(1)", "date": "2022-01-01",
     "text": "A zeppelin <script>alert(1)</script> & \"quoted\" 'text' {{q}} ]]> <b>bold</b> &lt;i&gt;."},
    {"id": "../../etc/passwd", "title": "zeppelin\r\nSet-Cookie: evil=1", "author": "a' onclick='x", "source": "{{> header}}",
     "url": "data:text/html,<script>alert(1)</script>", "text": "Zeppelin \u202e reversed \u2028 separated. %s%n"},
    {"id": "?q=x&page=2#y", "title": "zeppelin ]]></title></entry>", "source": "a&b=c;d", "url": "//evil.example/\"onclick=x",
     "text": "Another zeppelin --> <!-- comment -->."},
    {"id": "%3Cscript%3E", "title": "", "url": "https://example.org/\" onmouseover=\"alert(1)", "text": "<zeppelin onload=alert(1)>"},
    {"id": "{{id}}", "title": "zeppelin", "url": "JAVASCRIPT:alert(1)//https://example.org/", "text": "zeppelin " * 200},
]


def pairs_of(url):
    """The parameters in a URL."""
    return urllib.parse.parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True)


class Page(html.parser.HTMLParser):
    """The elements of a page, each with its attributes' names, and what must not be there at all."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.urls, self.others = set(), set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        names = tuple(sorted(name for name, _ in attrs))
        self.elements.add((tag, names))
        self.others += [f"attribute {name} twice" for name in names if names.count(name) > 1]
        self.urls |= {(tag, value or "") for name, value in attrs if name in URL_ATTRIBUTES}

    def handle_comment(self, data):
        self.others.append("comment " + data[:60])

    def handle_decl(self, decl):
        if decl.lower() != "doctype html":
            self.others.append("declaration " + decl[:60])

    def unknown_decl(self, data):
        self.others.append("declaration " + data[:60])

    def handle_pi(self, data):
        self.others.append("instruction " + data[:60])


def elements_of_xml(text):
    return {(element.tag, tuple(sorted(element.attrib))) for element in tree.fromstring(text).iter()}


class Hostile(support.Case):
    def setUp(self):
        super().setUp()
        self.index()
        self.index(HOSTILE_ARTICLES)
        settings = {"facets": "source, language, author, year", "title": "Harmless", "deadline_ms": 20000}
        self.server = self.serve(self.configure(**settings))
        self.client = FastCgi(self.server.address)
        self.cases = 0
        self.problems = []
        self.known = {"text/html": set(), "application/atom+xml": set(), "application/opensearchdescription+xml": set()}
        self.known_headers = set()
        self.known_names = {"q"}  # of parameters in links
        for query in HARMLESS:
            for kind in FORMATS:
                response = self.client.ask(variables(f"{query}&format={kind}"), keep=True)
                self.known_headers |= set(response.headers)
                if response.type == "text/html":
                    page = Page(response.text)
                    self.known["text/html"] |= page.elements
                    self.known_names |= {name for _, url in page.urls for name, _ in pairs_of(url)}
                elif response.type in self.known:
                    self.known[response.type] |= elements_of_xml(response.body)

    def tearDown(self):
        self.client.socket.close()
        super().tearDown()

    # ---- checks; each returns what is wrong, or None ----

    def wrong_headers(self, response):
        for line in response.lines:
            if not HEADER.match(line):
                return f"header {line[:100]!r}"
        more = set(response.headers) - self.known_headers - {"content-encoding"}
        if more or len(response.lines) != len(response.headers) + 1:
            return f"headers {more or response.lines}"
        if response.status not in STATUSES:
            return f"status {response.status}"
        for url in re.findall(r"<([^>]*)>", response.headers.get("link", "")):
            if self.is_smuggled(url):
                return f"Link: a parameter within a value: {url[:100]}"
        return None

    def is_smuggled(self, url):
        """Whether a link of the site has parameters that the site does not write, or writes once only."""
        names = [name for name, _ in pairs_of(url)] if "csa.cgi" in url.partition("?")[0] or url.startswith("?") else []
        once = [name for name in names if name not in ("source", "lang", "year", "author")]
        return bool(set(names) - self.known_names) or len(once) != len(set(once))

    def wrong_page(self, response):
        page = Page(response.text)
        if page.others:
            return page.others[0]
        if page.elements - self.known["text/html"]:
            return f"elements {page.elements - self.known['text/html']}"
        for tag, url in page.urls:
            if not OWN_URL.match(url) or CONTROL.search(url.encode()):
                return f"URL of {tag}: {url[:100]}"
            if self.is_smuggled(url):
                return f"a parameter within a value: {url[:100]}"
        rest = TAG.sub("", response.text)
        if "<" in rest or "&" in REFERENCE.sub("", rest):
            at = (rest if "<" in rest else REFERENCE.sub("", rest)).find("<" if "<" in rest else "&")
            return f"not markup, not escaped: {rest[max(0, at - 40):at + 60]!r}"
        return None

    def wrong_xml(self, response):
        if b"<!" in response.body or response.body.count(b"<?") > 1:
            return "a declaration or an instruction"
        more = elements_of_xml(response.body) - self.known[response.type]
        if more:
            return f"elements {more}"
        for element in tree.fromstring(response.body).iter():
            for name in ("href", "template"):
                if name in element.attrib and not OWN_URL.match(element.attrib[name]):
                    return f"URL of {element.tag}: {element.attrib[name][:100]}"
        return None

    def wrong_body(self, response):
        if response.status == 304:
            return "a body" if response.body else None
        if "content-encoding" in response.headers:
            response.body = gzip.decompress(response.body)
        if CONTROL.search(response.body):
            return "a control character"
        if response.type == "text/html":
            return self.wrong_page(response)
        if response.type in self.known:
            return self.wrong_xml(response)
        if response.type in ("application/json", "application/x-suggestions+json"):
            json.loads(response.text)
            return None
        if response.type == "text/plain":  # an error for a program that does not read JSON
            return None if response.status >= 400 and b"<" not in response.body else "a plain text"
        return f"type {response.type}"

    def check(self, what, given, body=b""):
        """Sends a request and notes what is wrong with its response."""
        self.cases += 1
        try:
            response = self.client.ask(given, body, keep=True)
            problem = self.wrong_headers(response) or self.wrong_body(response)
        except (ValueError, tree.ParseError, UnicodeError) as error:
            problem = f"cannot be read: {error}"
        except (OSError, EOFError) as error:
            problem = f"no response: {error}"
            self.client.socket.close()
            self.client = FastCgi(self.server.address)
        if problem:
            self.problems.append(f"{what}: {problem}")

    def finish(self, least):
        self.assertEqual(self.problems[:10], [], f"{len(self.problems)} of {self.cases} cases")
        self.assertGreaterEqual(self.cases, least)
        self.assertIsNone(self.server.process.poll())
        self.assertEqual(self.server.log(), "")

    # ---- cases ----

    def test_enough_payloads(self):
        self.assertGreaterEqual(len(PAYLOADS), 300)

    def test_harmless(self):
        """What holds for hostile requests holds for these, so that the checks are no harder than they should be."""
        for query in HARMLESS:
            for kind in FORMATS:
                self.check(query, variables(f"{query}&format={kind}"))
        self.finish(len(HARMLESS) * len(FORMATS))

    def test_query(self):
        """Every payload as the query, in every format."""
        for payload in PAYLOADS:
            for kind in FORMATS:
                query = f"q={urllib.parse.quote(payload, safe='')}&format={kind}"
                self.check(f"q={payload[:60]!r} {kind}", variables(query))
        self.finish(1500)

    def test_query_that_finds(self):
        """Beside a word that is found: the payload stands on a page with results."""
        for payload in PAYLOADS:
            query = "q=" + urllib.parse.quote(b"river OR " + payload, safe="")
            self.check(f"q=river OR {payload[:60]!r}", variables(query))
        self.finish(300)

    def test_other_parameters(self):
        """Every payload in every other parameter; the formats take turns, errors stand in each."""
        turn = 0
        for payload in PAYLOADS:
            for name in PARAMETERS:
                turn += 1
                value = urllib.parse.quote(payload, safe="")
                kind = "" if name == "format" else f"&format={FORMATS[turn % len(FORMATS)]}"
                self.check(f"{name}={payload[:60]!r}{kind}", variables(f"q=river&{name}={value}{kind}"))
                if name in ("source", "author", "lang", "article"):
                    self.check(f"{name}={payload[:60]!r}", variables(f"q=river&{name}={value}"))
        self.finish(3000)

    def test_as_it_comes(self):
        """A query string that no browser would send: nothing is percent-encoded; and in place of a name."""
        for payload in PAYLOADS:
            if b"\x00" not in payload:
                self.check(f"raw q={payload[:60]!r}", variables(os.fsdecode(b"q=river " + payload)))
                self.check(f"raw {payload[:60]!r}", variables(os.fsdecode(payload)))
            name = urllib.parse.quote(payload, safe="")
            self.check(f"name {payload[:60]!r}", variables(f"{name}={name}&q=river"))
        self.finish(900)

    def test_post(self):
        for payload in PAYLOADS:
            body = b"q=" + urllib.parse.quote(payload, safe="").encode()[:8000] + b"&format=html"
            self.check(f"POST q={payload[:60]!r}", variables("", method="POST", body=body), body)
        self.finish(300)

    def test_variables(self):
        """What a server hands on from the request besides its parameters."""
        for payload in PAYLOADS:
            if b"\x00" in payload:
                continue
            for name, value in (("SCRIPT_NAME", b"/" + payload), ("HTTP_HOST", payload), ("HTTP_HOST", b"www.example.org" + payload),
                                ("PATH_INFO", payload), ("HTTP_IF_NONE_MATCH", payload), ("HTTP_ACCEPT_ENCODING", payload),
                                ("CONTENT_TYPE", payload)):
                kind = "opensearch" if name == "HTTP_HOST" else "html"
                before = len(self.problems)
                self.check(f"{name}={value[:60]!r}", variables(f"q=river&format={kind}", **{name: value}))
                # Links begin with the program's path, and absolute ones with its host, whatever they are called.
                if name in ("SCRIPT_NAME", "HTTP_HOST") and len(self.problems) > before and ": URL of " in self.problems[-1]:
                    url = self.problems.pop().split(": URL of ", 1)[1].split(": ", 1)[1]
                    if not re.match(r"(?:/(?!/)|https?://[A-Za-z0-9.:\[\]-]+/)[\x21-\x7e]*\Z", url) or re.search(r"[\"'<>\\]", url):
                        self.problems.append(f"{name}={value[:60]!r}: URL {url!r}")
        self.finish(1500)

    def test_articles(self):
        """Values from the index: hits, filters, feeds, the viewer and titles that are suggested."""
        for query in ("q=zeppelin", "q=zeppelin&sort=newest", "q=zeppelin+script", "q=alert", "q=zepp", "q=bold+quoted", "q=zepelin", "q=evil",
                      "source=a%26b%3Dc%3Bd", "q=%22another+zeppelin%22", "q=zeppelin&n=1"):
            for kind in FORMATS:
                self.check(query, variables(f"{query}&format={kind}"))
        for article in HOSTILE_ARTICLES:
            name = urllib.parse.quote(article["id"], safe="")
            for query in (f"article={name}", f"article={name}&q=zeppelin", f"like={name}"):
                self.check(query, variables(query))
                found = self.client.ask(variables(query), keep=True)
                self.assertEqual(found.status, 200, query)
        self.finish(50)


if __name__ == "__main__":
    if not support.HAS_FASTCGI:
        print("skipped: csa.cgi was built without FastCGI")
        raise SystemExit(77)
    with contextlib.suppress(BrokenPipeError):
        support.main()
