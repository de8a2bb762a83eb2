#!/usr/bin/env python3
"""Times csa-search as a process, from start to the last byte of ten hits with snippets, warm.

usage: start.py BUILD INDEX [--runs N] [QUERY ...]
"""
import argparse
import subprocess
import time


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("index")
    parser.add_argument("--runs", type=int, default=51)
    parser.add_argument("queries", nargs="*", default=["central asia", "\"united states\"", "power of siberia"])
    arguments = parser.parse_intermixed_args()
    for query in arguments.queries:
        times = []
        for _ in range(arguments.runs):
            start = time.perf_counter()
            subprocess.run([f"{arguments.build}/searcher/csa-search", "-d", arguments.index, query],
                           stdout=subprocess.DEVNULL, check=False)
            times.append((time.perf_counter() - start) * 1000)
        times.sort()
        print(f"{query}: median {times[len(times) // 2]:.2f} ms, best {times[0]:.2f} ms, worst {times[-1]:.2f} ms "
              f"(process creation by this script included)")


if __name__ == "__main__":
    main()
