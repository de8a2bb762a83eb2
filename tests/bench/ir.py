#!/usr/bin/env python3
"""Scores CSA on test collections with judgements: the table of docs/benchmarks.md, or that of docs/ranking.md.

usage: ir.py BUILD COLLECTIONS EVALUATE [--parts | --expand] [--only NAME,...] [--work FOLDER]

BUILD:       the folder that `meson setup` made
COLLECTIONS: a folder with one folder a collection: corpus.jsonl, queries.jsonl, qrels.tsv (BEIR's layout)
EVALUATE:    a program that scores a TREC run: EVALUATE QRELS RUN prints "nDCG@10 X  MAP X ..."

Two settings for each collection: `bm25`, plain BM25 over whole articles (--rank bm25 --k1 0.9 --b 0.4 on an index
made with --passage-words 0 and the collection's language), to be held against Lucene's figure, which was made so;
and `best`, csa-index and csa-search with their defaults (passages of 120 words, --rank best).

--parts: instead, nDCG@10, MAP and R@100 of `best` without each of its parts, and of BM25 over the same passages.
--expand: instead, MAP of `best` without and with --expand, and the gain.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

# nDCG@10 of Lucene 8.8.1 (title and text in one field, its analyzer for the language, CJKAnalyzer for Chinese,
# BM25 k1 0.9, b 0.4), measured once on these collections.
LUCENE = {
    "scifact": 0.6789, "cranfield": 0.3417, "cisi": 0.3644, "time": 0.7068, "npl": 0.4368, "adi": 0.4747,
    "xquad-en": 0.9674, "xquad-de": 0.9486, "xquad-ru": 0.9562, "xquad-zh": 0.9660, "cmrc2018-zh": 0.9836,
}
LANGUAGES = {"xquad-de": "german", "xquad-ru": "russian", "xquad-zh": "chinese", "cmrc2018-zh": "chinese"}
PARTS = ("near", "cover", "article", "exact", "title", "further")
SETTINGS = ["best", *(f"best:-{part}" for part in PARTS), "best:" + ",".join(f"-{part}" for part in PARTS), "bm25"]


def run(command, output=None):
    done = subprocess.run(command, stdout=output or subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
    return done.stdout


def make_index(build, folder, work, options):
    index = os.path.join(work, "index")
    shutil.rmtree(index, ignore_errors=True)
    run([f"{build}/indexer/csa-index", "-d", index, "--quiet", "-f", "jsonl", *options, f"{folder}/corpus.jsonl"])
    return index


def measure(build, folder, evaluate, work, index, names, hits, options):
    path = os.path.join(work, "run")
    with open(path, "wb") as out:
        run([f"{build}/searcher/csa-search", "-d", index, "--topics", f"{folder}/queries.jsonl", "--trec", "-n", hits,
             *options], out)
    line = run([sys.executable, evaluate, f"{folder}/qrels.tsv", path]).decode()
    return [float(re.search(name + r" ([0-9.]+)", line).group(1)) for name in names]


def print_row(name, values):
    print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in values) + " |", flush=True)


def compare(arguments, names, work):
    """bm25 and best beside Lucene, a row a collection."""
    print("| collection | Lucene nDCG@10 | bm25 nDCG@10 | MAP | best nDCG@10 | MAP | R@1000 |\n|---|---|---|---|---|---|---|")
    sums = [0.0] * 6
    figures = ("nDCG@10", "MAP", "R@1000")
    for name in names:
        folder = os.path.join(arguments.collections, name)
        language = LANGUAGES.get(name, "english")
        index = make_index(arguments.build, folder, work, ["-l", language, "--passage-words", "0"])
        plain = measure(arguments.build, folder, arguments.evaluate, work, index, figures, "1000",
                        ["--rank", "bm25", "--k1", "0.9", "--b", "0.4"])
        index = make_index(arguments.build, folder, work, [])
        best = measure(arguments.build, folder, arguments.evaluate, work, index, figures, "1000", [])
        row = [LUCENE.get(name, 0.0), plain[0], plain[1], *best]
        sums = [a + b for a, b in zip(sums, row)]
        print_row(name, row)
    print_row("mean", [value / len(names) for value in sums])


def take_apart(arguments, names, work):
    """best without each part, a column a setting, a table a figure."""
    figures = ("nDCG@10", "MAP", "R@100")
    tables = [{} for _ in figures]
    for name in names:
        folder = os.path.join(arguments.collections, name)
        index = make_index(arguments.build, folder, work, [])
        rows = [measure(arguments.build, folder, arguments.evaluate, work, index, figures, "100", ["--rank", setting])
                for setting in SETTINGS]
        for i, table in enumerate(tables):
            table[name] = [row[i] for row in rows]
    for figure, table in zip(figures, tables):
        print(f"| {figure} | best | " + " | ".join(f"-{part}" for part in PARTS) + " | none of them | bm25 |")
        print("|---" * (len(SETTINGS) + 1) + "|")
        for name, row in table.items():
            print_row(name, row)
        print_row("mean", [sum(column) / len(names) for column in zip(*table.values())])
        print()


def expand(arguments, names, work):
    """best without and with --expand, a row a collection."""
    print("| MAP | best | --expand | gain |\n|---|---|---|---|")
    sums = [0.0] * 3
    for name in names:
        folder = os.path.join(arguments.collections, name)
        index = make_index(arguments.build, folder, work, [])
        plain, expanded = (measure(arguments.build, folder, arguments.evaluate, work, index, ("MAP",), "1000", options)[0]
                           for options in ([], ["--expand"]))
        row = [plain, expanded, expanded - plain]
        sums = [a + b for a, b in zip(sums, row)]
        print_row(name, row)
    print_row("mean", [value / len(names) for value in sums])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("collections")
    parser.add_argument("evaluate")
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--expand", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--work")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(LUCENE)
    work = arguments.work or tempfile.mkdtemp(prefix="csa-ir-")
    os.makedirs(work, exist_ok=True)
    table = take_apart if arguments.parts else expand if arguments.expand else compare
    table(arguments, names, work)
    if not arguments.work:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
