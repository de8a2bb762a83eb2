"""What csa-index makes of hostile or odd sources: each fault is named, the rest is indexed."""
import gzip
import json
import os
import socket
import subprocess
import unittest

import support
from support import INDEXER


class Sources(support.Case):
    def dump(self, what, index="i"):
        return self.index("-d", index, "--dump", what)[0]

    def ids(self, index="i"):
        return [line.split("\t")[1] for line in self.dump("articles", index).splitlines()]

    def test_missing_and_odd_sources(self):
        self.write("good.txt", "Good text that is indexed.")
        self.write("binary.txt", bytes(range(256)) * 20)
        self.write("empty.txt", "")
        os.mkfifo(self.path("pipe"))
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.path("socket"))
            _, error = self.index("-d", "i", "good.txt", "missing.txt", "binary.txt", "empty.txt", "pipe", "socket",
                                  "/dev/null", status=1)
        for name in ("missing.txt", "binary.txt", "empty.txt", "pipe", "socket", "/dev/null"):
            self.assertIn(f"csa-index: {name}: ", error)
        self.assertEqual(self.ids(), ["good.txt"])

    def test_nothing_good(self):
        _, error = self.index("-d", "i", "missing.txt", status=2)
        self.assertIn("missing.txt: No such file or directory", error)
        self.assertFalse(os.path.exists(self.path("i", "commit")))
        self.write("good.txt", "Good text.")
        self.index("-d", "i", "good.txt")
        before = os.stat(self.path("i", "commit")).st_mtime_ns
        self.index("-d", "i", "missing.txt", status=2)
        self.assertEqual(before, os.stat(self.path("i", "commit")).st_mtime_ns)

    def test_empty_folder(self):
        os.mkdir(self.path("empty"))
        out, _ = self.index("-d", "i", "empty")
        self.assertIn("indexed 0 articles", out)
        self.index("-d", "i", "--check")
        self.assertEqual(self.ids(), [])

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable(self):
        self.write("a.txt", "Good text.")
        os.chmod(self.write("b.txt", "Hidden text."), 0)
        _, error = self.index("-d", "i", "a.txt", "b.txt", status=1)
        self.assertIn("b.txt: Permission denied", error)

    def test_broken_bytes_are_counted(self):
        self.write("a.jsonl", b'{"id": "one", "text": "caf\xe9 and \xff\xfe more"}\n{"id": "two", "text": "fine"}\n')
        _, error = self.index("-d", "i", "a.jsonl")
        self.assertRegex(error, r"csa-index: \d+ broken bytes became U\+FFFD in 1 article, the first: one\n")
        _, error = self.index("-d", "i", "--quiet", "a.jsonl")
        self.assertIn("U+FFFD", error)

    def test_bad_lines_are_named(self):
        self.write("a.jsonl", '{"id": "1", "text": "one"}\nnot json\n\n{"id": "2", "text": \n{"id": "3", "text": "three"}\n')
        _, error = self.index("-d", "i", "a.jsonl", status=1)
        self.assertIn("a.jsonl:2:", error)
        self.assertIn("a.jsonl:4:", error)
        self.assertEqual(self.ids(), ["1", "3"])

    def test_bad_lines_in_a_large_file(self):
        lines = [json.dumps({"id": str(i), "text": f"some text {i} " * 40}) for i in range(4000)]
        lines[17] = "oops"
        lines[3500] = '{"id": [], "text": "x"}'
        self.write("a.jsonl", "\n".join(lines) + "\n")
        for threads in ("1", "4"):
            _, error = self.index("-d", "i" + threads, "-j", threads, "a.jsonl", status=1)
            self.assertEqual([line.split(":")[2] for line in error.splitlines()], ["18", "3501"])
            self.assertEqual(len(self.ids("i" + threads)), 3998)

    def test_what_is_no_json_lines_at_all(self):
        self.write("a.txt", "A line of plain text.\n" * 20000)
        _, error = self.index("-d", "i", "-f", "jsonl", "a.txt", status=2)
        self.assertIn("the rest was left out", error)
        self.assertLess(error.count("\n"), 30)

    def test_json_lines_from_everywhere(self):
        records = "".join(json.dumps({"id": str(i), "text": f"text {i} " * 50}) + "\n" for i in range(3000))
        self.write("a.jsonl", records)
        with gzip.open(self.path("b.jsonl.gz"), "wb") as packed:
            packed.write(records.encode())
        self.index("-d", "file", "a.jsonl")
        self.index("-d", "packed", "b.jsonl.gz")
        self.index("-d", "stdin", "-", stdin=records.encode())
        self.index("-d", "stdin-packed", "-f", "jsonl", "-", stdin=gzip.compress(records.encode()))
        first = self.dump("articles", "file")
        self.assertEqual(first.count("\n"), 3000)
        for index in ("packed", "stdin", "stdin-packed"):
            self.assertEqual(self.dump("articles", index), first)

    def test_pipe_as_a_file(self):
        """A shell's <(command): opened only once, and shared out among threads as a file is."""
        records = "".join(json.dumps({"id": str(i), "text": f"text {i} " * 50}) + "\n" for i in range(3000))
        self.write("a.jsonl", records)
        self.index("-d", "file", "a.jsonl")
        for name, command in (("i", "a.jsonl"), ("none", "/dev/null")):
            done = subprocess.run(["sh", "-c", f'cat {command} | "$0" -d {name} /dev/fd/0', INDEXER], cwd=self.folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
            self.assertEqual(done.returncode, 0 if name == "i" else 2, done.stderr)
        self.assertEqual(self.dump("articles"), self.dump("articles", "file"))
        self.assertIn(b"empty", done.stderr)

    def test_cut_gzip(self):
        records = "".join(json.dumps({"id": str(i), "text": os.urandom(40).hex()}) + "\n" for i in range(20000))
        packed = gzip.compress(records.encode())
        self.write("a.jsonl.gz", packed[:len(packed) // 2])
        _, error = self.index("-d", "i", "a.jsonl.gz", status=1)
        self.assertIn("a.jsonl.gz: ", error)
        self.assertGreater(len(self.ids()), 5000)

    def test_text_and_html_on_standard_input(self):
        self.index("-d", "i", "-", stdin=b"Plain words on a line.\n")
        self.assertEqual(self.ids(), ["-"])
        self.index("-d", "h", "-", stdin=b"<!DOCTYPE html><html><title>The title</title><body><p>Words</p></body></html>")
        self.assertIn("The title", self.dump("articles", "h"))
        self.index("-d", "e", "-", stdin=b"", status=2)

    def test_languages(self):
        text = "The pipelines were running through the mountains and the rivers of the country."
        self.write_articles("a.jsonl", [{"id": "1", "text": text}])
        for option, language, stemmer in ((["-l", "auto"], "en", "en"), (["-l", "german"], "de", "de"),
                                          (["-l", "none"], "", ""), (["-l", "zh"], "zh", "")):
            self.index("-d", "i" + option[1], *option, "a.jsonl")
            fields = self.dump("articles", "i" + option[1]).split("\t")
            self.assertEqual((fields[3], fields[4]), (language, stemmer), option)
        self.write_articles("b.jsonl", [{"id": "1", "text": text, "language": "fr"}])
        self.index("-d", "stated", "-l", "none", "b.jsonl")
        self.assertEqual(self.dump("articles", "stated").split("\t")[3:5], ["fr", ""])
        self.assertIn("\tpipelin\t", self.dump("stems", "iauto"))
        self.assertNotIn("\tpipelin\t", self.dump("stems", "inone"))

    def test_own_index_folder_is_not_indexed(self):
        self.write("site/a.txt", "Good text.")
        self.index("-d", "site/csa.index", "site")
        self.index("-d", "site/csa.index", "site")
        self.assertEqual(self.ids("site/csa.index"), ["a.txt"])


class SameNames(support.Case):
    def test_files_of_one_name_keep_their_paths(self):
        for folder in ("a", "b"):
            self.write(f"{folder}/index.txt", f"The article in folder {folder} speaks of something else entirely.\n")
        self.write("c/other.txt", "The article in folder c stands alone, and keeps its bare name as an id.\n")
        self.index("-d", "my.index", "--quiet", "a/index.txt", "./b/index.txt", "c/other.txt")
        self.assertEqual(sorted(self.found("-d", "my.index", "article")), ["a/index.txt", "b/index.txt", "other.txt"])

    def test_an_id_that_comes_again_in_a_run_is_named(self):
        self.write_articles("twice.jsonl", [("one", "first words"), ("two", "second words"), ("one", "third words")])
        _, error = self.index("-d", "my.index", "twice.jsonl")
        self.assertIn("1 article gave way to a later one", error)
        self.assertIn("one", error)
        self.assertEqual(self.found("-d", "my.index", "third"), ["one"])
        _, error = self.index("-d", "my.index", "twice.jsonl")
        self.assertIn("1 article gave way", error)


class OtherJson(support.Case):
    def test_json_that_is_not_json_lines_is_one_message(self):
        self.write("array.jsonl", "[\n" + '{"id": "1",\n "text": "x"},\n' * 2000 + "]\n")
        self.write("object.jsonl", '{\n "id": "1",\n "text": "x"\n}\n')
        self.write_articles("good.jsonl", [("g", "good words")])
        _, error = self.index("-d", "my.index", "array.jsonl", "object.jsonl", "good.jsonl", status=1)
        self.assertEqual(error.count("not JSON lines"), 2)
        self.assertLess(error.count("\n"), 5)
        self.assertEqual(self.found("-d", "my.index", "good"), ["g"])


if __name__ == "__main__":
    support.main()
