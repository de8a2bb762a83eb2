"""A page of the site as a tree, with what holds for every page; and collections to make pages from. Shared by
test_page.py and test_size.py.
"""
import html.parser
import re
import unicodedata
import urllib.parse

import support

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
