"""csa-index's command line: options, wrong ones, what belongs together, folders that are no index."""
import os
import subprocess
import unittest

import support
from support import INDEXER


class Options(support.Case):
    def refused(self, *arguments, says, status=2, **options):
        out, error = self.index(*arguments, status=status, **options)
        self.assertEqual(out, "")
        self.assertTrue(error.startswith("csa-index: "), error)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertIn(says, error)

    def test_help_fits_a_screen(self):
        out, error = self.index("--help")
        self.assertEqual(error, "")
        lines = out.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(map(len, lines)), 80)
        for option in ("--directory", "--format", "--language", "--threads", "--memory", "--passage-words", "--engine",
                       "--store", "--delete", "--optimize", "--reorder", "--check", "--stats", "--dump", "--quiet",
                       "--progress", "--version"):
            self.assertIn(option, out)

    def test_version(self):
        out, _ = self.index("--version")
        self.assertRegex(out, r"^csa-index \d+\.\d+\.\d+\n")

    def test_wrong_options(self):
        self.refused(says="nothing to index")
        self.refused("--frobnicate", "x", says="--frobnicate")
        self.refused("-Z", "x", says="-Z")
        self.refused("--delete", says="needs a value")
        for value in ("0", "65", "-1", "two", "3x", "", "99999999999999999999"):
            self.refused("-j", value, "x", says="from 1 to 64")
        for value in ("15M", "1024", "-64M", "M", "64X", "64MM", "", "0x40M"):
            self.refused("-m", value, "x", says="--memory")
        for value in ("-1", "many", "1000001", ""):
            self.refused("--passage-words", value, "x", says="--passage-words")
        self.refused("-f", "docx", "x", says="--format docx")
        self.refused("-l", "klingon", "x", says="--language klingon")
        self.refused("--store", "some", "x", says="text or none")
        self.refused("--engine", "lucene", "x", says="--engine lucene")
        self.refused("--engine", "xapian", "x", says="no Xapian engine")
        self.refused("--dump", "everything", says="--dump everything")
        self.refused("--dump", "postings:", says="--dump postings:")
        self.refused("--reorder", "perhaps", "--optimize", says="yes or no")
        self.refused("--reorder", "yes", "x", says="goes with --optimize")
        self.refused("--check", "--stats", says="only one")
        self.refused("--check", "x", says="alone")
        self.refused("--stats", "--optimize", says="alone")
        self.refused("-d", "", "x", says="--directory")
        self.assertEqual(os.listdir(self.folder), [])

    def test_no_index_there(self):
        for action in (["--check"], ["--stats"], ["--dump", "terms"], ["--optimize"], ["--delete", "a"]):
            self.refused("-d", "none", *action, says="none")
        self.assertEqual(os.listdir(self.folder), [])

    def test_folder_that_is_no_index(self):
        self.write("mine/letter.txt", "Dear reader.")
        self.write("other.txt", "Some text.")
        self.refused("-d", "mine", "other.txt", says="mine: is no index")
        self.assertEqual(os.listdir(self.path("mine")), ["letter.txt"])
        self.refused("-d", "other.txt", "mine", says="other.txt")
        self.refused("-d", "not/there", "mine", says="not/there")

    def test_default_folder_and_environment(self):
        self.write("a.txt", "Some text.")
        self.index("a.txt")
        self.assertTrue(os.path.isdir(self.path("csa.index")))
        self.index("a.txt", environment={**self.environment, "CSA_INDEX": "e.index"})
        self.assertTrue(os.path.isdir(self.path("e.index")))
        self.index("-d", "d.index", "a.txt", environment={**self.environment, "CSA_INDEX": "f.index"})
        self.assertTrue(os.path.isdir(self.path("d.index")))
        self.assertFalse(os.path.exists(self.path("f.index")))

    def test_options_of_an_index_stay(self):
        self.write("a.txt", "Some text.")
        self.index("-d", "i", "--passage-words", "50", "--store", "none", "a.txt")
        self.refused("-d", "i", "--passage-words", "60", "a.txt", says="--passage-words 50")
        self.refused("-d", "i", "--store", "text", "a.txt", says="--store none")
        self.index("-d", "i", "--passage-words", "50", "--store", "none", "a.txt")
        self.index("-d", "i", "a.txt")
        out, _ = self.index("-d", "i", "--stats")
        self.assertIn("passage words\t50\n", out)
        self.assertIn("text\tnot stored\n", out)

    def test_reorder_says_what_it_does_not(self):
        self.write("a.txt", "Some text.")
        _, error = self.index("-d", "i", "--optimize", "--reorder", "yes", "a.txt")
        self.assertIn("--reorder yes", error)
        for quiet in (["--reorder", "no"], ["--reorder", "yes", "--quiet"], []):
            _, error = self.index("-d", "i", "--optimize", *quiet)
            self.assertEqual(error, "")

    def test_progress_in_a_pipe(self):
        self.write("a.txt", "Some text.")
        for arguments in ([], ["--progress"], ["--quiet"]):
            _, error = self.index("-d", "i", *arguments, "a.txt")
            self.assertNotIn("\033", error)
            self.assertNotIn("\r", error)


class Output(support.Case):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "Some text that is not long.")

    def test_summary(self):
        out, error = self.index("-d", "i", "a.txt")
        self.assertRegex(out, r"^indexed 1 article \(0 replaced\), 1 passage, 6 words in [0-9.]+ s; "
                              r"index i: 1 article, [0-9.]+ k?B(ytes)?\n$")
        self.assertEqual(error, "")
        out, _ = self.index("-d", "i", "--quiet", "a.txt")
        self.assertEqual(out, "")

    def test_full_disk_at_the_summary(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([INDEXER, "-d", "i", "a.txt"], cwd=self.folder, stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output: No space left on device", done.stderr)
        self.index("-d", "i", "--check")
        for action in (["--check"], ["--stats"], ["--dump", "terms"], ["--help"], ["--version"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([INDEXER, "-d", "i", *action], cwd=self.folder, stdout=full,
                                      stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 2, action)
            self.assertIn(b"No space left", done.stderr)

    def test_closed_pipe(self):
        self.write_articles("many.jsonl", [(str(i), f"word{i} text") for i in range(20000)])
        self.index("-d", "m", "many.jsonl")
        done = subprocess.run(["sh", "-c", '"$0" -d m --dump terms | head -1', INDEXER], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout.count(b"\n"), 1)
        done = subprocess.run(["sh", "-c", '"$0" -d m2 many.jsonl | true', INDEXER], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
        self.index("-d", "m2", "--check")


if __name__ == "__main__":
    support.main()
