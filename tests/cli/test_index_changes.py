"""An index over time: replacing, deleting, optimizing, many small runs, and the same bytes for any threads."""
import hashlib
import os
import random
import subprocess

import support
from support import INDEXER


def words(seed, count):
    source = random.Random(seed)
    return " ".join(f"w{int(source.paretovariate(0.8)) % 5000}" for _ in range(count)) + "."


class Changes(support.Case):
    def dump(self, index, what):
        return self.index("-d", index, "--dump", what)[0]

    def ids(self, index="i"):
        return [line.split("\t")[1] for line in self.dump(index, "articles").splitlines()]

    def test_replacing(self):
        self.write_articles("a.jsonl", [("1", "red"), ("2", "green"), ("3", "blue")])
        self.write_articles("b.jsonl", [("2", "yellow"), ("4", "black"), ("2", "white")])
        out, _ = self.index("-d", "i", "a.jsonl")
        self.assertIn("indexed 3 articles (0 replaced)", out)
        out, _ = self.index("-d", "i", "b.jsonl")
        self.assertIn("indexed 3 articles (2 replaced)", out)
        self.assertIn("index i: 4 articles", out)
        self.assertEqual(sorted(self.ids()), ["1", "2", "3", "4"])
        self.assertIn("white", self.dump("i", "passages:2"))
        self.index("-d", "i", "--check")
        for _ in range(3):
            out, _ = self.index("-d", "i", "a.jsonl", "b.jsonl")
            self.assertIn("index i: 4 articles", out)

    def test_deleting(self):
        self.write_articles("a.jsonl", [("1", "red"), ("2", "green"), ("3", "blue")])
        self.index("-d", "i", "a.jsonl")
        out, _ = self.index("-d", "i", "--delete", "1", "--delete", "3")
        self.assertIn("deleted 2; index i: 1 article,", out)
        self.assertEqual(self.ids(), ["2"])
        out, error = self.index("-d", "i", "--delete", "1", status=1)
        self.assertIn("1: no such article in i", error)
        _, error = self.index("-d", "i", "--delete", "1", "--delete", "2", status=1)
        self.assertEqual(self.ids(), [])
        self.index("-d", "i", "--check")
        self.index("-d", "i", "--delete", "7", "a.jsonl", status=1)
        self.assertEqual(self.ids(), ["1", "2", "3"])

    def test_many_runs_then_optimize(self):
        articles = [(f"id{i}", words(i, 30 + i % 200)) for i in range(400)]
        self.write_articles("all.jsonl", articles)
        self.index("-d", "all", "all.jsonl")
        for i in range(0, 400, 16):
            self.write_articles("part.jsonl", articles[i:i + 16])
            self.index("-d", "parts", "--quiet", "part.jsonl")
        self.assertLess(len([n for n in os.listdir(self.path("parts")) if n.startswith("segment")]), 17)
        self.assertEqual(self.dump("all", "articles"), self.dump("parts", "articles"))
        self.index("-d", "parts", "--optimize")
        self.index("-d", "parts", "--check")
        self.assertEqual(sorted(os.listdir(self.path("parts")))[:2], ["commit", "lock"])
        self.assertEqual(len(os.listdir(self.path("parts"))), 3)
        for what in ("articles", "lengths", "postings:w1", "postings:w77", "passages:id399"):
            self.assertEqual(self.dump("all", what), self.dump("parts", what), what)
        for what in ("terms", "stems"):
            both = [[line.split("\t")[1:] for line in self.dump(i, what).splitlines()] for i in ("all", "parts")]
            self.assertEqual(both[0], both[1])

    def test_merging_refuses_damage(self):
        """What a bit flipped in a source must not become: a merged segment with a good checksum."""
        self.write_articles("a.jsonl", [(f"a{i}", words(i, 200)) for i in range(30)])
        self.write_articles("b.jsonl", [("b", "other words")])
        self.index("-d", "i", "--quiet", "a.jsonl")
        self.index("-d", "i", "--quiet", "b.jsonl")
        path = self.path("i", sorted(n for n in os.listdir(self.path("i")) if n.startswith("segment"))[0])
        with open(path, "rb") as file:
            whole = file.read()
        for part in range(1, 16):
            at = len(whole) * part // 16
            while whole[at] == 0:  # it may be filling between sections, which no merge takes over
                at += 1
            with open(path, "wb") as file:
                file.write(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
            _, error = self.index("-d", "i", "--check", status=2)
            self.assertIn("segment-00000001.csa", error)
            _, error = self.index("-d", "i", "--optimize", status=2)
            self.assertIn("segment-00000001.csa", error)
            self.index("-d", "i", "--check", status=2)
        with open(path, "wb") as file:
            file.write(whole)
        self.index("-d", "i", "--optimize")
        self.index("-d", "i", "--check")

    def hash(self, index):
        """Of all that is in the folder, as sha256sum over its files sees it."""
        names = sorted(os.listdir(self.path(index)))
        digests = []
        for name in names:
            with open(self.path(index, name), "rb") as file:
                digests.append((name, hashlib.sha256(file.read()).hexdigest()))
        return digests

    def test_same_bytes_for_any_threads_and_memory(self):
        self.write_articles("big.jsonl", [{"id": str(i % 2900), "title": words(i, 4), "text": words(i, 900),
                                           "date": "2023-01-02"} for i in range(3000)])
        for i in range(150):
            self.write(f"files/{i % 7}/{i}.txt", words(i, 400).encode() + (b"\xff" if i == 9 else b""))
        self.write("files/3/broken.jsonl", '{"id": "a", "text": "good"}\n{"id": \nnothing\n')
        first = None
        for number, options in enumerate((["-j1"], ["-j2"], ["-j1", "-m", "16M"], ["-j8", "-m", "32M"],
                                          ["-j3", "-m", "1G"])):
            name = f"i{number}"
            _, error = self.index("-d", name, *options, "files", "big.jsonl", "files/3", status=1)
            self.index("-d", name, *options, "files/1", "--delete", "17")
            result = (self.hash(name), error)
            first = first or result
            self.assertEqual(result, first, options)
        self.index("-d", "i0", "--check")

    def test_one_writer(self):
        """A second csa-index is told at once, and the first one goes on."""
        self.write("a.txt", "Some text.")
        with subprocess.Popen([INDEXER, "-d", "i", "-"], cwd=self.folder, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
            first.stdin.write(b"Text from a pipe.\n")
            first.stdin.flush()
            while not os.path.exists(self.path("i", "lock")):
                pass
            for _ in range(200):
                _, error = self.index("-d", "i", "a.txt", status=None)
                if "another process" in error:
                    break
            self.assertIn("another process is writing", error)
            _, error = first.communicate(timeout=60)
            self.assertEqual(first.returncode, 0, error)


if __name__ == "__main__":
    support.main()
