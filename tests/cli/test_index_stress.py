"""csa-index under stress: a huge line, Ctrl-C at any time."""
import json
import os
import signal
import subprocess
import time

import support
from support import INDEXER


class Huge(support.Case):
    def ids(self, index):
        return [line.split("\t")[1] for line in self.index("-d", index, "--dump", "articles")[0].splitlines()]

    def test_a_line_of_100_megabytes(self):
        with open(self.path("a.jsonl"), "wb") as out:
            out.write(b'{"id": "long", "text": "')
            for i in range(100):
                out.write(b"words and more " * 69906)
            out.write(b'"}\n{"id": "short", "text": "after it"}\n')
        self.index("-d", "i", "-m", "32M", "a.jsonl")
        self.assertEqual(self.ids("i"), ["long", "short"])
        self.index("-d", "i", "--check")
        _, error = self.index("-d", "whole", "--passage-words", "0", "a.jsonl", status=1)
        self.assertIn("article long: a passage of more than", error)
        self.assertEqual(self.ids("whole"), ["short"])


class Stopping(support.Case):
    """Ctrl-C: the old index stays, nothing is left behind."""

    def listing(self):
        return sorted(os.listdir(self.path("i")))

    def interrupted(self, number, arguments, feed=None, after=0.3):
        with subprocess.Popen([INDEXER, *arguments], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            if feed is not None:
                process.stdin.write(feed)
                process.stdin.flush()
            time.sleep(after)
            process.send_signal(number)
            out, error = process.stdout.read(), process.stderr.read()  # with standard input still open
            process.wait(timeout=30)
        return process.returncode, out.decode(), error.decode()

    def test_while_reading_standard_input(self):
        self.write("old.txt", "The old text.")
        self.index("-d", "i", "old.txt")
        before = self.listing()
        for number in (signal.SIGINT, signal.SIGTERM):
            for threads in ("1", "4"):
                record = json.dumps({"id": "new", "text": "New text."}) + "\n"
                status, out, error = self.interrupted(number, ["-d", "i", "-j", threads, "-f", "jsonl", "-"],
                                                      feed=record.encode() * 30000)
                self.assertEqual(status, 128 + number, error)
                self.assertEqual(out, "")
                self.assertIn("interrupted: nothing was changed", error)
                self.assertEqual(self.listing(), before)
        self.index("-d", "i", "--check")
        self.assertEqual(self.index("-d", "i", "--dump", "articles")[0].count("\n"), 1)

    def test_at_any_time(self):
        self.write("old.txt", "The old text.")
        self.index("-d", "i", "old.txt")
        self.write_articles("big.jsonl", [(str(i), " ".join(f"w{i * j % 7919}" for j in range(300)))
                                          for i in range(8000)])
        stopped = 0
        for after in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8):
            before = self.listing()
            status, _, error = self.interrupted(signal.SIGINT, ["-d", "i", "-m", "16M", "big.jsonl"], after=after)
            self.assertIn(status, (0, 130, -signal.SIGINT), error)
            if status == 130:
                stopped += 1
                self.assertEqual(self.listing(), before)
            self.index("-d", "i", "--check")
        self.assertGreater(stopped, 0)


if __name__ == "__main__":
    support.main()
