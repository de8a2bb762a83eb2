#!/usr/bin/env python3
"""Times `--rank best` beside `--rank bm25`: the same queries, in one process each, in turns.

usage: best.py BUILD INDEX QUERIES [--rounds N] [--hits N]

BUILD:   the folder that `meson setup` made
INDEX:   an index folder
QUERIES: JSON lines {"query": ..., "tags": [...]}, tags naming the class: term, union, intersection or phrase

For each class all queries are given to csa-search as topics, ids and scores of the best articles coming back, without
counting or snippets. A round runs both ranks; the fastest of the rounds counts, less what a run with a single
query takes. Prints the mean of a query in microseconds, and the ratio.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

CLASSES = ("term", "union", "intersection", "phrase")
TIMES = 10  # each query, so that starting the process does not matter


def read_queries(path):
    classes = {name: [] for name in CLASSES}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            for name in CLASSES:
                if name in record["tags"]:
                    classes[name].append(record["query"])
                    break
    return classes


def write_topics(path, queries):
    with open(path, "w", encoding="utf-8") as out:
        for number, query in enumerate(queries):
            out.write(json.dumps({"_id": str(number), "text": query}) + "\n")
    return path


def take_time(arguments, topics, rank):
    command = [f"{arguments.build}/searcher/csa-search", "-d", arguments.index, "--topics", topics, "--trec",
               "-n", str(arguments.hits), "--rank", rank]
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
    return taken


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("index")
    parser.add_argument("queries")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--hits", type=int, default=10)
    arguments = parser.parse_args()
    print("| class | queries | bm25, us | best, us | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="csa-best-") as folder:
        for name, queries in read_queries(arguments.queries).items():
            if not queries:
                continue
            many = write_topics(os.path.join(folder, "many"), queries * TIMES)
            one = write_topics(os.path.join(folder, "one"), queries[:1])
            best = {}
            for _ in range(arguments.rounds):
                for key in (("bm25", many), ("best", many), ("bm25", one), ("best", one)):
                    best[key] = min(best.get(key, float("inf")), take_time(arguments, key[1], key[0]))
            times = [(best[rank, many] - best[rank, one]) / (len(queries) * TIMES - 1) * 1e6 for rank in ("bm25", "best")]
            print(f"| {name} | {len(queries)} | {times[0]:.1f} | {times[1]:.1f} | {times[1] / times[0]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
