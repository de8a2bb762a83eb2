#!/usr/bin/env python3
"""Checks quoted phrases against an exhaustive scan of the text.

usage: phrases.py BUILD COLLECTION.jsonl|FOLDER [--phrases N] [--seed N] [--articles N] [--passage-words N]

Takes N random runs of two to five consecutive words (of two to six characters in Chinese) from the articles' text (sentence ends and paragraph ends
included), asks csa-search for each as a quoted phrase, and compares the set of articles with those in which a scan of
the folded text finds these words side by side. Runs whose words stand beside characters that the scan and analysis
may read differently (apostrophes, digits, periods inside words, single letters, signs) are not drawn. Exits 1 when any set differs.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

WORD = re.compile(r"[^\W\d_]+")
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
PLAIN_BREAK = re.compile(r"[\s,;()\"“”\-–—!?]*(?:[.:]\s)?[\s,;()\"“”\-–—!?]*$")


ELIDED = re.compile(r"(?<![\w'’])(c|d|j|l|m|n|s|t|qu|jusqu|lorsqu|puisqu|quoiqu|all|dall|dell|nell|sull|coll|un|quest|quell)"
                    r"['’](?=[aeiouhy])")


def simplified():
    """The simplified forms of traditional Chinese characters, from the same source as the build's: ICU (uconv)."""
    characters = [chr(c) for c in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x31350))]
    made = subprocess.run(["uconv", "-f", "utf8", "-t", "utf8", "-x", "Traditional-Simplified"], check=True,
                          input="\n".join(characters).encode(), stdout=subprocess.PIPE).stdout.decode().split("\n")
    step = {c: d for c, d in zip(characters, made) if c != d}
    table = {}
    for character in step:
        form = character
        while form in step and step.get(step[form]) != form:
            form = step[form]
        table[ord(character)] = min(form, step.get(form, form))
    return table


SIMPLIFIED = simplified() if shutil.which("uconv") else {}


def fold(text):
    """Folds as analysis does: case, accents but for those of Cyrillic letters of their own, yo, a possessive s, elided
    words, Chinese."""
    text = unicodedata.normalize("NFC", text).replace("ё", "е").replace("Ё", "Е")
    text = text.translate(dict(zip(map(ord, "йЙїЇўЎ"), "\0\0\1\1\2\2")))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    text = unicodedata.normalize("NFKC", text).translate({0: "й", 1: "ї", 2: "ў"}).casefold()
    text = re.sub(r"(?<=\w)['’]s\b", "", text).translate(SIMPLIFIED)
    return ELIDED.sub(r"\1 ", text)


def read(path, limit):
    articles = {}
    if os.path.isdir(path):
        for name in sorted(os.listdir(path)):
            if name.endswith(".txt"):
                with open(os.path.join(path, name), encoding="utf-8") as lines:
                    articles[name] = lines.read()
        return articles
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            articles[str(record.get("id", record.get("_id")))] = record.get("text", "")
            if len(articles) == limit:
                break
    return articles


def draw(rng, folded, identifiers):
    """A run of two to five words whose separators mean the same to everybody."""
    while True:
        text = folded[rng.choice(identifiers)]
        runs = HAN.findall(text)
        if runs and rng.random() < 0.5:
            run = rng.choice(runs)
            size = rng.randint(2, min(6, len(run)))
            start = rng.randrange(len(run) - size + 1)
            return [run[start:start + size]]
        words = list(WORD.finditer(text))
        if len(words) < 9:
            continue
        size = rng.randint(2, 5)
        start = rng.randrange(1, len(words) - size)
        run = words[start:start + size + 1]
        before = text[words[start - 1].end():run[0].start()]
        gaps = [text[a.end():b.start()] for a, b in zip(run, run[1:])]
        if not all(PLAIN_BREAK.fullmatch(gap) and gap for gap in [before, *gaps]):
            continue
        chosen = [w.group() for w in run[:size]]
        if all(len(w) > 1 for w in chosen) and all(w.isascii() or "а" <= w[0] <= "я" or w[0] in "äöüéè" for w in chosen):
            return chosen


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("collection")
    parser.add_argument("--phrases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--passage-words", default="120")
    arguments = parser.parse_args()
    articles = read(arguments.collection, arguments.articles)
    folded = {identifier: fold(text) for identifier, text in articles.items()}
    work = tempfile.mkdtemp(prefix="csa-phrases-")
    source = os.path.join(work, "articles.jsonl")
    with open(source, "w", encoding="utf-8") as out:
        for identifier, text in articles.items():
            out.write(json.dumps({"id": identifier, "text": text}) + "\n")
    index = os.path.join(work, "index")
    subprocess.run([f"{arguments.build}/indexer/csa-index", "-d", index, "--quiet", "--passage-words",
                    arguments.passage_words, source], check=True)
    rng = random.Random(arguments.seed)
    identifiers = list(articles)
    phrases = [draw(rng, folded, identifiers) for _ in range(arguments.phrases)]
    topics = os.path.join(work, "topics.tsv")
    with open(topics, "w", encoding="utf-8") as out:
        for number, phrase in enumerate(phrases):
            out.write(f"{number}\t\"{' '.join(phrase)}\"\n")
    run = subprocess.run([f"{arguments.build}/searcher/csa-search", "-d", index, "--topics", topics, "--trec", "-n",
                          "10000"], stdout=subprocess.PIPE, check=False).stdout.decode()
    found = {}
    for line in run.splitlines():
        fields = line.split()
        found.setdefault(int(fields[0]), set()).add(fields[2].replace("%20", " "))
    wrong = 0
    for number, phrase in enumerate(phrases):
        edges = ("", "") if HAN.fullmatch(phrase[0]) else (r"(?<![^\W_])(?<![^\W_]['’])", r"(?![^\W_]|['’][^\W_])")
        pattern = re.compile(edges[0] + r"[\W_]+".join(map(re.escape, phrase)) + edges[1])
        expected = {i for i, text in folded.items() if phrase[0] in text and pattern.search(text)}
        got = found.get(number, set())
        if got != expected:
            wrong += 1
            print(f"{' '.join(phrase)!r}: missing {sorted(expected - got)[:3]}, unexpected {sorted(got - expected)[:3]}")
    shutil.rmtree(work)
    print(f"{len(phrases)} phrases, {wrong} with another set of articles")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
