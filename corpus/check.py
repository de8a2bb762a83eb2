#!/usr/bin/env python3
"""Verifies the sample collection: articles, languages, topics, judgements and passages.

Run it from anywhere: python3 corpus/check.py [-v]   (-v lists every article)
Prints a summary line; exits 1 after naming each problem.  Standard library only.
"""
import gzip
import html.parser
import json
import os
import re
import sys
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "articles")
# Plain text declares nothing, so what is not English UTF-8 is declared here: path -> (language, encoding).
TEXTS = {
    "diplomacy/xian-summit-2023-zh.txt": ("zh-Hans", "utf-8"),
    "energy/sila-sibiri-istoriya.txt": ("ru", "windows-1251"),
    "society/bishkek-trolleybus-ky.txt": ("ky", "utf-8"),
    "trade/xinjiang-kouan-big5.txt": ("zh-Hant", "big5"),
}
WORDS = (200, 900)          # an article in an alphabet
CHARACTERS = (400, 1500)    # an article in Chinese
LEAST_ARTICLES, LEAST_TOPICS = 40, 30
LEAST = {"ru": 4, "zh": 4, "zh-Hans": 1, "zh-Hant": 1, "de": 2, "kk+ky": 2}
problems = []


def problem(text):
    problems.append(text)


class Article(html.parser.HTMLParser):
    """The text in <article>, or else in <main> or role=main, of a page of the collection."""

    SKIP = {"script", "style", "nav", "aside", "footer"}
    BLOCKS = {"p", "h1", "h2", "h3", "li", "tr", "td", "th", "blockquote", "caption", "figcaption", "div",
              "ul", "ol", "table", "figure", "header", "br"}
    VOID = {"img", "br", "hr", "meta", "link", "input"}

    def __init__(self, wanted):
        super().__init__(convert_charrefs=True)
        self.wanted, self.language, self.depth, self.skip, self.out = wanted, None, 0, 0, []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "html":
            self.language = attrs.get("lang")
        if tag in self.BLOCKS:
            self.out.append("\n")
        if tag in self.VOID:
            return
        if self.depth:
            self.depth += 1
        elif tag == self.wanted or (self.wanted == "main" and attrs.get("role") == "main"):
            self.depth = 1
        if self.skip or tag in self.SKIP:
            self.skip += 1

    def handle_startendtag(self, tag, attrs):
        if tag in self.BLOCKS:
            self.out.append("\n")

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if tag in self.BLOCKS:
            self.out.append("\n")
        self.depth = max(0, self.depth - 1)
        self.skip = max(0, self.skip - 1)

    def handle_data(self, data):
        if self.depth and not self.skip:
            self.out.append(data)


def read(path, encoding="utf-8"):
    with open(path, "rb") as f:
        data = f.read()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    return data.decode(encoding).replace("\r\n", "\n")


def from_html(page):
    for wanted in ("article", "main"):
        parser = Article(wanted)
        parser.feed(page)
        parser.close()
        text = "".join(parser.out)
        if text.strip():
            break
    return parser.language, text


def from_markdown(page):
    match = re.match(r"---\n(.*?)\n---\n", page, re.S)
    front = dict(re.findall(r"^(\w+): *(.*)$", match.group(1), re.M)) if match else {}
    body = page[match.end():] if match else page
    body = re.sub(r"^(#+|>|[-*+]|\d+\.) +", "", body, flags=re.M)
    body = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", body)
    body = re.sub(r"(\*\*|\*|`)(.+?)\1", r"\2", body, flags=re.S)
    for field in ("title", "date", "author", "source", "url", "language"):
        if not front.get(field):
            body = ""       # reported as too short; the front matter is at fault
    return front.get("language"), front.get("title", "").strip("\"'") + "\n" + body


def joined(text):
    """One line, single spaces: what a passage string is looked up in."""
    return " ".join(text.split())


def load():
    articles = {}

    def add(name, form, language, text):
        if name in articles:
            problem(f"{name}: the id is used twice")
        articles[name] = (form, language, joined(text))

    for folder, folders, files in os.walk(ROOT):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            name = os.path.relpath(path, ROOT).replace(os.sep, "/")
            plain = name[:-3] if name.endswith(".gz") else name
            try:
                if plain.endswith(".txt"):
                    language, encoding = TEXTS.get(name, ("en", "utf-8"))
                    add(name, "text", language, read(path, encoding))
                elif plain.endswith(".html"):
                    add(name, "html", *from_html(read(path)))
                elif plain.endswith(".md"):
                    add(name, "markdown", *from_markdown(read(path)))
                elif plain.endswith(".jsonl"):
                    for line in read(path).splitlines():
                        record = json.loads(line)
                        for field in ("id", "title", "text", "date", "url", "author", "source", "language"):
                            if not record.get(field):
                                problem(f"{name}: {record.get('id')}: no {field}")
                        add(record["id"], "jsonl", record["language"], record["title"] + "\n" + record["text"])
                else:
                    problem(f"{name}: not a format of the collection")
            except (OSError, ValueError, KeyError) as error:
                problem(f"{name}: {error}")
    return articles


def rows(file, columns, header=None):
    with open(os.path.join(HERE, file), encoding="utf-8") as f:
        lines = f.read().split("\n")
    if lines.pop() != "":
        problem(f"{file}: the last line has no end")
    if header is not None and lines.pop(0) != header:
        problem(f"{file}: the header line is not {header!r}")
    for number, line in enumerate(lines, 2 if header else 1):
        cells = line.split("\t")
        if len(cells) != columns or not all(cell.strip() for cell in cells):
            problem(f"{file}:{number}: expected {columns} columns")
        else:
            yield f"{file}:{number}", cells


def main():
    articles = load()
    forms, languages = Counter(), Counter()
    for name, (form, language, text) in articles.items():
        forms[form] += 1
        languages[language or "none"] += 1
        if not language:
            problem(f"{name}: no language declared")
        if (language or "").startswith("zh"):
            size, (low, high), unit = len(re.findall(r"[\u3400-\u9fff]", text)), CHARACTERS, "characters"
        else:
            size, (low, high), unit = len(text.split()), WORDS, "words"
        if not low <= size <= high:
            problem(f"{name}: {size} {unit}, not {low} to {high}")
        if "-v" in sys.argv[1:]:
            print(f"{form:9}{language or '':9}{size:5} {unit:11}{name}")
    if len(articles) < LEAST_ARTICLES:
        problem(f"{len(articles)} articles, fewer than {LEAST_ARTICLES}")
    for wanted, least in LEAST.items():
        have = sum(n for tag, n in languages.items() if any(tag.startswith(part) for part in wanted.split("+")))
        if have < least:
            problem(f"{have} articles in {wanted}, fewer than {least}")

    topics, judged, passaged = {}, {}, set()
    for where, (query, text) in rows("topics.tsv", 2):
        if query in topics:
            problem(f"{where}: topic {query} is there twice")
        topics[query] = text
    for where, (query, name, score) in rows("qrels.tsv", 3, "query-id\tcorpus-id\tscore"):
        if query not in topics:
            problem(f"{where}: no topic {query}")
        if name not in articles:
            problem(f"{where}: no article {name}")
        if score not in ("1", "2"):
            problem(f"{where}: score {score} is neither 1 nor 2")
        if (query, name) in judged:
            problem(f"{where}: judged twice: {query} {name}")
        judged[query, name] = score
    for where, (query, name, text) in rows("passages.tsv", 3, "query-id\tcorpus-id\ttext"):
        if query not in topics:
            problem(f"{where}: no topic {query}")
        if name not in articles:
            problem(f"{where}: no article {name}")
        elif text not in articles[name][2]:
            problem(f"{where}: not in {name}: {text}")
        if judged.get((query, name)) != "2":
            problem(f"{where}: {name} is not an article of grade 2 for {query}")
        passaged.add(query)
    full = 0
    for query in topics:
        about = any(q == query and score == "2" for (q, _), score in judged.items())
        if not about:
            problem(f"topics.tsv: {query}: no article of grade 2")
        if query not in passaged:
            problem(f"topics.tsv: {query}: no passage")
        full += about and query in passaged
    if full < LEAST_TOPICS:
        problem(f"{full} topics with an article of grade 2 and a passage, fewer than {LEAST_TOPICS}")

    for text in problems:
        print("check.py: " + text, file=sys.stderr)
    listed = lambda counter: ", ".join(f"{key} {n}" for key, n in sorted(counter.items()))
    print(f"{len(articles)} articles ({listed(forms)}; {listed(languages)}), {len(topics)} topics, "
          f"{len(judged)} judgements, {sum(1 for _ in rows('passages.tsv', 3, None)) - 1} passages, "
          f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
