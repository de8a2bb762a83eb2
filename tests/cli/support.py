"""What the command-line tests share: the programs, a temporary folder, and running one in the other.

Each test file is run as `python3 test_NAME.py INDEXER SEARCHER [unittest options]`.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
CORPUS = os.path.join(ROOT, "corpus", "articles")


def take_programs():
    """Takes the two programs off the command line, before unittest reads it."""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} INDEXER SEARCHER")
    programs = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    del sys.argv[1:3]
    return programs


INDEXER, SEARCHER = take_programs()


class Case(unittest.TestCase):
    """A test with a folder of its own, in which the programs are run."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="csa-test-")
        self.environment = {k: v for k, v in os.environ.items() if k not in ("CSA_INDEX", "NO_COLOR")}
        self.environment["LC_ALL"] = "C.UTF-8"

    def tearDown(self):
        for path, folders, _ in os.walk(self.folder):
            for name in folders:
                os.chmod(os.path.join(path, name), 0o700)
        shutil.rmtree(self.folder)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        """Writes a file (text or bytes) below the folder, returns its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def write_articles(self, name, articles):
        """JSON lines from (id, text) pairs or dictionaries."""
        records = [a if isinstance(a, dict) else {"id": a[0], "text": a[1]} for a in articles]
        return self.write(name, "".join(json.dumps(r) + "\n" for r in records))

    def run_program(self, program, *arguments, status=0, stdin=b"", environment=None, timeout=120):
        """Runs a program in the folder, checks its exit status (None: any), returns (stdout, stderr) as text."""
        done = subprocess.run([program, *arguments], cwd=self.folder, env=environment or self.environment,
                              input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, check=False)
        out, error = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        self.assertNotIn("Sanitizer", error)
        self.assertNotIn("runtime error", error)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{program} {arguments}\nstdout: {out}\nstderr: {error}")
        return out, error

    def index(self, *arguments, status=0, **options):
        return self.run_program(INDEXER, *arguments, status=status, **options)

    def search(self, *arguments, status=0, **options):
        return self.run_program(SEARCHER, *arguments, status=status, **options)

    def assert_refused(self, *arguments, words):
        """csa-search ends with an error of one line that holds the words, and prints nothing else."""
        out, error = self.search(*arguments, status=2)
        self.assertEqual(out, "")
        self.assertRegex(error, r"\Acsa-search: ")
        self.assertEqual(error.count("\n"), 1)
        for word in words:
            self.assertIn(word, error)

    def search_json(self, *arguments, status=0, **options):
        out, _ = self.search("--json", *arguments, status=status, **options)
        return json.loads(out)

    def found(self, *arguments, **options):
        """The ids that a query finds, in order; an empty list when it finds nothing."""
        result = self.search_json(*arguments, status=None, **options)
        return [hit["article"]["id"] for hit in result["hits"]]


def main():
    unittest.main()
