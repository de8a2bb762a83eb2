#!/usr/bin/env python3
"""Measures "did you mean": words drawn from an index's dictionary by frequency, misspelt by one or two random
edits, searched for by csa-search; how often the right word is what it suggests.

usage: suggestions.py BUILD INDEX [--words N] [--seed N] [--length N] [--show]

A word is drawn with a chance proportional to the passages that hold it, from those of at least --length letters
(4) and nothing but letters. An edit inserts, leaves out or changes a letter or swaps two neighbours, each kind as
often as the others, anywhere; letters that come in are drawn from the alphabet of the word. A misspelling that
is itself a word of the collection (in more than one passage in 20,000) is not a misspelling to anybody and is
drawn again; the table says how often that happened. Whatever else goes wrong counts against the program: another
word, no suggestion, a suggestion that finds nothing.

What the parts of the cost (searcher/results/spelling.c) bring, in per cent right at one and at two edits, 1,000 words
each, candidates ranked without searching, on an index of Wikipedia (622,159 words) and one of Reuters-21578 (69,483):

    all of it                                             90.6  75.9    93.7  83.6
    letters too many and wrong ones no dearer             70.8  65.2    80.5  73.1
    words of fewer than four letters no dearer            90.2  74.7    93.2  82.1
    letters of a pair no cheaper                          90.7  75.8    93.7  83.2
    keys side by side no cheaper                          90.8  76.1    93.7  83.3
    vowels for vowels no cheaper                          90.6  75.6    93.7  83.5
    the first letter no dearer                            90.7  76.1    93.8  83.6
    without frequency                                     74.8  43.2    84.7  58.3
    the fewest edits, then the most frequent              86.0  52.3    91.0  60.6

Keyboard, vowels and the first letter are there for what people type, which random edits cannot show.
"""
import argparse
import bisect
import itertools
import json
import os
import random
import subprocess
import tempfile
import time
import unicodedata


LATIN = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def fold(text):
    """A suggestion as the dictionary has it: it is shown the way the passages write it."""
    folded = ""
    for c in text.casefold():
        plain = {"ё": "е"}.get(c) or (c if c in CYRILLIC else unicodedata.normalize("NFKD", c))
        folded += "".join(part for part in plain if not unicodedata.combining(part))
    return folded


def read_words(build, index):
    """The dictionary: {word: passages}, and the number of passages."""
    program = f"{build}/indexer/csa-index"
    words = {}
    dump = subprocess.run([program, "-d", index, "--dump", "terms"], capture_output=True, check=True).stdout
    for line in dump.decode("utf-8", "replace").splitlines():
        word, passages = line.split("\t")[1:3]
        words[word] = words.get(word, 0) + int(passages)
    meta = subprocess.run([program, "-d", index, "--stats"], capture_output=True, check=True).stdout.decode()
    passages = next(int(line.split()[1].replace(",", "")) for line in meta.splitlines() if line.split()[:1] == ["passages"])
    return words, passages


def misspell(word, edits, chance):
    letters = CYRILLIC if any("а" <= c <= "я" for c in word) else LATIN
    for _ in range(edits):
        kind = chance.randrange(4)
        if kind == 0:
            at = chance.randrange(len(word) + 1)
            word = word[:at] + chance.choice(letters) + word[at:]
        elif kind == 1 and len(word) > 1:
            at = chance.randrange(len(word))
            word = word[:at] + word[at + 1:]
        elif kind == 2:
            at = chance.randrange(len(word))
            word = word[:at] + chance.choice(letters.replace(word[at], "")) + word[at + 1:]
        elif len(word) > 1:
            at = chance.randrange(len(word) - 1)
            word = word[:at] + word[at + 1] + word[at] + word[at + 2:]
    return word


def draw(words, passages, edits, arguments):
    """[(misspelt, meant)], and how often a misspelling was a word and drawn again."""
    chance = random.Random(arguments.seed * 10 + edits)
    pool = sorted(word for word in words if len(word) >= arguments.length
                  and all("a" <= c <= "z" or "а" <= c <= "я" for c in word))
    sums = list(itertools.accumulate(words[word] for word in pool))
    drawn, again = [], 0
    while len(drawn) < arguments.words:
        meant = pool[bisect.bisect_right(sums, chance.randrange(sums[-1]))]
        misspelt = misspell(meant, edits, chance)
        if misspelt == meant or not misspelt:
            continue
        if words.get(misspelt, 0) > 1 + passages // 20000:
            again += 1
            continue
        drawn.append((misspelt, meant))
    return drawn, again


def search(build, index, queries):
    """The answers, and milliseconds a query."""
    with tempfile.TemporaryDirectory() as folder:
        topics = os.path.join(folder, "topics.tsv")
        with open(topics, "w", encoding="utf-8") as out:
            out.writelines(f"{number}\t{query}\n" for number, query in enumerate(queries, 1))
        start = time.perf_counter()
        run = subprocess.run([f"{build}/searcher/csa-search", "-d", index, "--topics", topics, "--json", "-n", "1"],
                             capture_output=True, check=False)
        taken = (time.perf_counter() - start) * 1000 / max(1, len(queries))
    if run.returncode == 2:
        raise SystemExit(run.stderr.decode())
    return [json.loads(line) for line in run.stdout.decode().splitlines()], taken


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("index")
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--length", type=int, default=4)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    words, passages = read_words(arguments.build, arguments.index)
    print(f"{len(words):,} words, {passages:,} passages; {arguments.words} words of at least {arguments.length} letters a row")
    for edits in (1, 2):
        drawn, again = draw(words, passages, edits, arguments)
        answers, taken = search(arguments.build, arguments.index, [misspelt for misspelt, _ in drawn])
        suggestions = [answer["suggestion"] for answer in answers]
        right = sum(suggestion is not None and fold(suggestion) == meant for suggestion, (_, meant) in zip(suggestions, drawn))
        none = sum(suggestion is None for suggestion in suggestions)
        found, _ = search(arguments.build, arguments.index, [suggestion for suggestion in suggestions if suggestion])
        empty = sum(answer["passages"] == 0 for answer in found)
        print(f"{edits} edit{'s' if edits > 1 else ' '}: right {100 * right / len(drawn):.1f} %, "
              f"another {100 * (len(drawn) - right - none) / len(drawn):.1f} %, none {100 * none / len(drawn):.1f} %; "
              f"{empty} of {len(found)} suggestions find nothing; {again} drawn again; {taken:.1f} ms a query")
        for suggestion, (misspelt, meant) in zip(suggestions, drawn):
            if arguments.show and (suggestion is None or fold(suggestion) != meant):
                print(f"    {misspelt}: {suggestion}, not {meant}")


if __name__ == "__main__":
    main()
