#!/usr/bin/env python3
"""Scores CSA on test collections with judgements and prints the table of docs/benchmarks.md.

usage: ir.py BUILD COLLECTIONS EVALUATE [--only NAME,...] [--work FOLDER]

BUILD:       the folder that `meson setup` made
COLLECTIONS: a folder with one folder a collection: corpus.jsonl, queries.jsonl, qrels.tsv (BEIR's layout)
EVALUATE:    a program that scores a TREC run: EVALUATE QRELS RUN prints "nDCG@10 X  MAP X ..."

Two settings for each collection: `bm25`, plain BM25 over whole articles (--rank bm25 --k1 0.9 --b 0.4 on an index
made with --passage-words 0 and the collection's language), to be held against Lucene's figure, which was made so;
and `best`, csa-index and csa-search with their defaults (passages of 120 words, --rank best).
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


def run(command, output=None):
    done = subprocess.run(command, stdout=output or subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
    return done.stdout


def measure(build, folder, evaluate, work, index_options, search_options):
    index = os.path.join(work, "index")
    shutil.rmtree(index, ignore_errors=True)
    run([f"{build}/indexer/csa-index", "-d", index, "--quiet", "-f", "jsonl", *index_options, f"{folder}/corpus.jsonl"])
    path = os.path.join(work, "run")
    with open(path, "wb") as out:
        run([f"{build}/searcher/csa-search", "-d", index, "--topics", f"{folder}/queries.jsonl", "--trec", "-n", "1000",
             *search_options], out)
    line = run([sys.executable, evaluate, f"{folder}/qrels.tsv", path]).decode()
    return [float(re.search(name + r" ([0-9.]+)", line).group(1)) for name in ("nDCG@10", "MAP", "R@1000")]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("collections")
    parser.add_argument("evaluate")
    parser.add_argument("--only")
    parser.add_argument("--work")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else list(LUCENE)
    work = arguments.work or tempfile.mkdtemp(prefix="csa-ir-")
    os.makedirs(work, exist_ok=True)
    print("| collection | Lucene nDCG@10 | bm25 nDCG@10 | MAP | best nDCG@10 | MAP | R@1000 |\n|---|---|---|---|---|---|---|")
    sums = [0.0] * 6
    for name in names:
        folder = os.path.join(arguments.collections, name)
        language = LANGUAGES.get(name, "english")
        plain = measure(arguments.build, folder, arguments.evaluate, work, ["-l", language, "--passage-words", "0"],
                        ["--rank", "bm25", "--k1", "0.9", "--b", "0.4"])
        best = measure(arguments.build, folder, arguments.evaluate, work, [], [])
        row = [LUCENE.get(name, 0.0), plain[0], plain[1], *best]
        sums = [a + b for a, b in zip(sums, row)]
        print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in row) + " |", flush=True)
    print("| mean | " + " | ".join(f"{value / len(names):.4f}" for value in sums) + " |")
    if not arguments.work:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
