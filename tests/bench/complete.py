#!/usr/bin/env python3
"""Times suggestions: complete.py BUILD INDEX ARTICLES.jsonl [COUNT]

Draws COUNT (10,000) texts as somebody types them from the articles: words, two words, and titles, cut at a random
letter. Completes each in one process and prints the median, the 99th percentile and the maximum, for each kind.
BUILD is a Meson build folder of release type."""
import json
import pathlib
import random
import subprocess
import sys

DRIVER = "tests/bench_complete"


def draw(articles, count):
    """Random texts of each kind."""
    chosen = random.Random(4)
    lines = open(articles, encoding="utf-8").readlines()
    texts = []
    while len(texts) < count:
        article = json.loads(chosen.choice(lines))
        words = article["text"].split()
        if len(words) < 2:
            continue
        kind = chosen.choice(["word", "word", "two words", "title"])
        at = chosen.randrange(len(words) - 1)
        word = words[at + 1]
        cut = word[:chosen.randint(1, min(len(word), 8))]
        if kind == "two words":
            cut = words[at] + " " + cut
        if kind == "title":
            title = article.get("title") or word
            cut = title[:chosen.randint(1, min(len(title), 20))]
        texts.append((kind, cut.lower().replace("\n", " ")))
    return texts


def report(name, times):
    """One line of the table."""
    times = sorted(times)
    if times:
        pick = lambda share: times[min(len(times) - 1, int(len(times) * share))] / 1000
        print(f"{name:12} {len(times):6}  p50 {pick(0.5):7.0f} us  p99 {pick(0.99):7.0f} us  max {times[-1] / 1000:7.0f} us")


def main():
    """Builds the driver, runs it twice (the first run warms the page cache), reports the second. Each text is timed
    three times in a row, in processor time, of which the least counts."""
    build, index, articles = map(pathlib.Path, sys.argv[1:4])
    texts = draw(articles, int(sys.argv[4]) if len(sys.argv) > 4 else 10000)
    subprocess.run(["ninja", "-C", str(build), DRIVER], stdout=subprocess.DEVNULL, check=True)
    for _ in range(2):
        out = subprocess.run([str(build / DRIVER), str(index)], input="\n".join(text for _, text in texts) + "\n",
                             capture_output=True, text=True, check=True).stdout
    times = [int(line.split(" ", 1)[0]) for line in out.splitlines()]
    report("all", times)
    for kind in ("word", "two words", "title"):
        report(kind, [time for (k, _), time in zip(texts, times) if k == kind])
    report("one letter", [time for (_, text), time in zip(texts, times) if len(text) == 1])


if __name__ == "__main__":
    main()
