"""csa-search --interactive: from a pipe, and on a terminal with editing, completion, history and Ctrl-C."""
import os
import pty
import select
import signal
import time
import unittest

from support import SEARCHER, Case


class Interactive(Case):
    def setUp(self):
        super().setUp()
        self.write_articles("a.jsonl", [(f"a{i}", f"Pipelines and one pipeline, number {i}.") for i in range(3)])
        self.index("-d", "x", "a.jsonl", "-l", "none")

    def test_pipe(self):
        out, _ = self.search("-d", "x", "-n", "1", "-i", stdin=b"pipeline\n:next\n\n:next\n:nonsense\n")
        self.assertEqual(out.count("3 articles"), 3)
        self.assertNotIn("csa>", out)
        self.assertIn(" 3. ", out)
        self.assertIn(":quit", out)

    def test_pipe_without_a_last_line_end(self):
        out, _ = self.search("-d", "x", "--interactive", stdin=b"number")
        self.assertIn("3 articles", out)

    def test_no_query_yet(self):
        out, _ = self.search("-d", "x", "-i", stdin=b":previous\n:quit\npipeline\n")
        self.assertIn("no query yet", out)
        self.assertNotIn("articles", out)

    def test_not_with_others(self):
        for arguments in (["pipeline"], ["--batch"], ["--topics", "a.jsonl"]):
            _, error = self.search("-d", "x", "-i", *arguments, status=2)
            self.assertIn("--interactive: not together with", error)


class Terminal(Case):
    def setUp(self):
        super().setUp()
        self.write_articles("a.jsonl", [("a1", "Pipelines and one pipeline."), ("a2", "Zinc, zinc and zinc ore.")])
        self.index("-d", "x", "a.jsonl", "-l", "none")
        out, _ = self.search("--version")
        if "line editing" not in out.split("without:")[0]:
            self.skipTest("built without libedit")

    def start(self):
        environment = dict(self.environment, TERM="xterm", HOME=self.folder)
        environment.pop("XDG_STATE_HOME", None)
        environment.pop("CSA_HISTORY", None)
        # libedit 3.1 copies the names of functions added to it and never frees them.
        known = self.write("leaks", "leak:wcsdup\n")
        environment["LSAN_OPTIONS"] = f"suppressions={known}:print_suppressions=0"
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execve(SEARCHER, ["csa-search", "-d", "x", "-i"], environment)
        self.addCleanup(os.close, terminal)
        self.process, self.terminal, self.seen = process, terminal, ""
        self.wait_for("csa> ")

    def wait_for(self, text):
        """Reads on until the text has come."""
        end = time.monotonic() + 60
        while text not in self.seen and time.monotonic() < end:
            if select.select([self.terminal], [], [], 1)[0]:
                try:
                    self.seen += os.read(self.terminal, 65536).decode(errors="replace")
                except OSError:
                    break
        self.assertIn(text, self.seen)
        self.seen = self.seen.split(text, 1)[1]

    def type(self, keys, answer):
        os.write(self.terminal, keys.encode())
        self.wait_for(answer)

    def interrupt(self):
        """Ctrl-C, as often as a person would: one that comes before the program reads again is for the next line."""
        end = time.monotonic() + 60
        while "^C" not in self.seen and time.monotonic() < end:
            os.kill(self.process, signal.SIGINT)
            while select.select([self.terminal], [], [], 0.5)[0]:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
        self.wait_for("^C")

    def leave(self):
        """Ctrl-D, again if need be: libedit writes its prompt before it makes the terminal raw, and one that comes in
        between is the terminal's own end of file, which the program never sees."""
        end = time.monotonic() + 60
        ended = (0, 0)
        while ended[0] == 0 and time.monotonic() < end:
            os.write(self.terminal, b"\x04")
            patience = time.monotonic() + 0.5
            while (ended := os.waitpid(self.process, os.WNOHANG))[0] == 0 and time.monotonic() < patience:
                if select.select([self.terminal], [], [], 0.01)[0]:
                    try:
                        self.seen += os.read(self.terminal, 65536).decode(errors="replace")
                    except OSError:
                        break
        self.assertEqual(ended[0], self.process, f"it does not end: {self.seen!r}")
        status = ended[1]
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)

    def test_completion_cancelling_and_history(self):
        self.start()
        self.type("zi\t\n", "1 article")
        self.wait_for("csa> ")
        self.type("pip\t", "eline")
        self.type("\t", "pipelines\r\n")
        self.interrupt()
        self.wait_for("csa> ")
        self.type("\x1b[A", "zinc")
        self.type("\n", "1 article")
        self.wait_for("csa> ")
        self.type(":help\n", "Ctrl-R")
        self.wait_for("csa> ")
        self.leave()
        history = self.path(".local/state/csa/history")
        with open(history, encoding="utf-8") as lines:
            remembered = lines.read()
        self.assertIn("zinc", remembered)
        self.assertNotIn(":help", remembered)
        self.assertEqual(os.stat(history).st_mode & 0o777, 0o600)
        self.start()
        self.type("\x1b[A", "zinc")
        os.write(self.terminal, b"\x15")
        self.leave()

    def test_end_typed_ahead(self):
        """Ctrl-D that comes while an answer is made, before the terminal is raw again."""
        for wait in range(12):
            self.start()
            os.write(self.terminal, b"zinc\n")
            time.sleep(wait * 0.0001)
            self.leave()


if __name__ == "__main__":
    unittest.main()
