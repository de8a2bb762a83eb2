"""csa.cgi through FastCGI: what happens to a process that lives for long, and to what it serves."""
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import support
from support import CGI, FastCgi, variables

RIVER = b"<mark>river</mark>"
# For the address sanitizer: a site whose files were cut is given up with its memory, and libfcgi forgets some when a
# server breaks the protocol.
NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}


def memory(process):
    """Bytes of a process's memory that are its own."""
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as rollup:
        fields = dict(line.split(":", 1) for line in rollup.read().splitlines()[1:])
    return sum(int(fields[name].split()[0]) for name in ("Private_Dirty", "Private_Clean")) * 1024


def status_field(process, name):
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        return next(line.split()[1] for line in status if line.startswith(name + ":"))


class Requests(support.Case):
    def setUp(self):
        super().setUp()
        self.conf = self.site()
        self.server = self.serve(self.conf)

    def test_the_same_as_by_cgi(self):
        for query in ("q=river", "q=river&format=atom", "format=style", "page=x", "q=" + "a" * 5000, "article=none"):
            for method in ("GET", "HEAD", "DELETE"):
                one, other = self.server.ask(query, method=method), self.cgi(self.conf, query, method=method)
                self.assertEqual(one.status, other.status)
                self.assertEqual(list(one.headers), list(other.headers))
        self.assertEqual(self.server.ask("format=style").body, self.cgi(self.conf, "format=style").body)
        self.assertIn(RIVER, self.server.ask("", method="POST", body=b"q=river").body)
        self.assertEqual(self.server.ask("", method="POST", body=b"q=" + b"a" * 10000).status, 413)
        self.assertEqual(self.server.ask("", method="POST", body=b"q=" + b"a" * 3000000).status, 413)
        self.assertEqual(self.server.ask("", method="POST", body=b"q=river", CONTENT_LENGTH="8").status, 400)
        self.assertEqual(self.server.ask("", method="POST", body=b"q=river", CONTENT_LENGTH="x").status, 400)
        self.assertIn(RIVER, self.server.ask("", method="POST", body=b"q=river&sort=x", CONTENT_LENGTH="7").body)
        self.assertIn(RIVER, self.server.ask("q=river").body)

    def test_kept_connection(self):
        with FastCgi(self.server.address) as client:
            for i in range(50):
                self.assertIn(RIVER, client.ask(variables("q=river"), keep=True).body)
                body = b"q=river&unknown=" + b"a" * (i * 500)
                response = client.ask(variables("", method="POST", body=body), body, keep=True)
                self.assertEqual(response.status, 200 if len(body) <= 8192 else 413)
            begin = time.monotonic()
            self.assertIn(RIVER, self.server.ask("q=river").body)  # does not wait for the kept one
            self.assertLess(time.monotonic() - begin, 1.5)
        with FastCgi(self.server.address) as client:
            self.assertIn(RIVER, client.ask(variables("q=river"), keep=True).body)

    def test_records_in_pieces(self):
        given = variables("", method="POST", body=b"q=river")
        begin = FastCgi.record(FastCgi.BEGIN, 1, b"\0\1\0\0\0\0\0\0")
        for part in (1, 7, 100):
            whole = begin + FastCgi.stream(FastCgi.PARAMS, 1, FastCgi.pairs(given), part) + \
                FastCgi.stream(FastCgi.STDIN, 1, b"q=river", 2)
            with FastCgi(self.server.address) as client:
                for i in range(0, len(whole), part * 3):
                    client.socket.sendall(whole[i:i + part * 3])
                self.assertIn(RIVER, client.receive().body)

    def test_bigger_parameters(self):
        more = {f"HTTP_X_{i}": "x" * 1000 for i in range(300)}
        self.assertIn(RIVER, self.server.ask("q=river", **more).body)
        self.assertIn(RIVER, self.server.ask("q=river", HTTP_COOKIE="c" * 500000).body)
        self.assertEqual(self.server.ask("q=" + "a" * 500000).status, 414)
        self.assertIn(RIVER, self.server.ask("q=river", HTTP_HOST="h" * 100000).body)

    def test_aborted(self):
        given = variables("", method="POST", body=b"q=river")
        begin = FastCgi.record(FastCgi.BEGIN, 1, b"\0\1\0\0\0\0\0\0")
        whole = begin + FastCgi.stream(FastCgi.PARAMS, 1, FastCgi.pairs(given)) + FastCgi.stream(FastCgi.STDIN, 1, b"q=river")
        for size in range(0, len(whole), 7):
            with FastCgi(self.server.address) as client:
                client.socket.sendall(whole[:size])
        for size in (16, len(whole) - 16):
            with FastCgi(self.server.address) as client, contextlib.suppress(OSError, EOFError):
                client.socket.sendall(whole[:size] + FastCgi.record(FastCgi.ABORT, 1))
                client.socket.shutdown(socket.SHUT_WR)
                client.receive()
        for _ in range(50):  # the server goes before the response is there
            with FastCgi(self.server.address) as client:
                client.send(variables("q=river"))
        self.assertIn(RIVER, self.server.ask("q=river").body)
        self.assertIsNone(self.server.process.poll())

    def test_terminated(self):
        self.assertIn(RIVER, self.server.ask("q=river").body)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.server.log(), "")

    def test_slow_requests(self):
        """What does not come in its time is given up, and the next one served; it does not matter where it stops."""
        given = variables("q=river", CONTENT_LENGTH="8000", method="POST")
        begin = FastCgi.record(FastCgi.BEGIN, 1, b"\0\1\0\0\0\0\0\0")
        params = FastCgi.stream(FastCgi.PARAMS, 1, FastCgi.pairs(given))
        late = FastCgi.stream(FastCgi.PARAMS, 1, FastCgi.pairs(variables("q=river")))
        for start, status in ((begin + params + FastCgi.record(FastCgi.STDIN, 1, b"q="), 408), (begin + late, 408),
                              (begin + params[:20], None)):
            with FastCgi(self.server.address) as slow:
                slow.socket.sendall(start)
                moment = time.monotonic()
                self.assertIn(RIVER, self.server.ask("q=river").body)
                self.assertLess(time.monotonic() - moment, 12)
                if status is None:
                    self.assertRaises((EOFError, OSError), slow.receive)
                else:
                    self.assertEqual(slow.receive().status, status)

    def test_terminated_in_a_request(self):
        given = variables("q=river")
        with FastCgi(self.server.address) as client:
            begin = FastCgi.record(FastCgi.BEGIN, 1, b"\0\1\0\0\0\0\0\0")
            client.socket.sendall(begin + FastCgi.record(FastCgi.PARAMS, 1, FastCgi.pairs(given)))
            time.sleep(0.2)
            self.server.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            self.assertIsNone(self.server.process.poll())
            client.socket.sendall(FastCgi.record(FastCgi.PARAMS, 1) + FastCgi.record(FastCgi.STDIN, 1))
            self.assertIn(RIVER, client.receive().body)
        self.assertEqual(self.server.process.wait(20), 0)

    def test_over_tcp(self):
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(8)
            with subprocess.Popen([CGI], stdin=listening, env={"CSA_CONFIG": self.conf}) as process:
                with FastCgi(listening.getsockname()) as client:
                    self.assertIn(RIVER, client.ask(variables("q=river")).body)
                process.terminate()
                self.assertEqual(process.wait(20), 0)

    def test_hardened(self):
        self.assertIn(RIVER, self.server.ask("q=river").body)
        process = self.server.process.pid
        if support.HAS_SANDBOX:
            self.assertEqual(status_field(process, "Seccomp"), "2")
            self.assertEqual(status_field(process, "NoNewPrivs"), "1")
        with open(f"/proc/{process}/limits", encoding="ascii") as limits:
            lines = {line[:26].strip(): line[26:].split() for line in limits}
        self.assertEqual(lines["Max core file size"][:2], ["0", "0"])
        if not support.SANITIZED:
            self.assertEqual(lines["Max data size"][0], str(512 << 20))


class Index(support.Case):
    """The index changes under a process that serves it."""

    def setUp(self):
        super().setUp()
        self.conf = self.site()
        self.server = self.serve(self.conf)
        self.assertIn(RIVER, self.server.ask("q=river").body)

    def ids(self, query):
        return sorted(hit["article"]["id"] for hit in self.server.ask([("q", query), ("format", "json")]).json()["hits"])

    def test_added_to(self):
        for i in range(5):
            self.index([{"id": f"new{i}", "text": f"A zeppelin, number {i}."}])
            self.assertEqual(self.ids("zeppelin"), [f"new{j}" for j in range(i + 1)])
        self.assertEqual(self.ids("river"), ["bridge", "river"])

    def test_swapped(self):
        for i in range(5):
            self.index([{"id": f"swapped{i}", "text": "A zeppelin."}], name="other")
            os.rename(self.path("index"), self.path("gone"))
            os.rename(self.path("other"), self.path("index"))
            shutil.rmtree(self.path("gone"))
            self.assertEqual(self.ids("zeppelin"), [f"swapped{i}"])
            self.assertEqual(self.ids("river"), [])

    def test_deleted_and_back(self):
        shutil.rmtree(self.path("index"))
        for _ in range(3):
            self.assertIn(self.server.ask("q=river").status, (200, 503))
        self.index([{"id": "back", "text": "The river is back."}])
        self.wait_until("the new index is taken up", lambda: self.server.ask("q=river").status == 200 and
                        self.ids("river") == ["back"])

    def test_damaged_and_repaired(self):
        shutil.copytree(self.path("index"), self.path("whole"))
        for name in os.listdir(self.path("index")):
            with open(self.path("index", name), "r+b") as file:
                data = bytearray(file.read())
                for i in range(0, len(data), 13):
                    data[i] ^= 0x55
                file.seek(0)
                file.write(data)
        for query in ("q=river", "q=spring", "article=river", "q=riv&format=suggest", "q=%22the+river%22&format=json"):
            response = self.server.ask(query)
            self.assertTrue(response.whole)
            self.assertIn(response.status, (200, 404, 503))
        shutil.rmtree(self.path("index"))
        os.rename(self.path("whole"), self.path("index"))
        self.wait_until("the repaired index is taken up", lambda: self.server.ask("q=river").status == 200)
        self.assertIsNone(self.server.process.poll())

    def test_cut_while_mapped(self):
        shutil.copytree(self.path("index"), self.path("whole"))
        self.server.stop()
        self.server = self.serve(self.conf, **NO_LEAKS)
        self.assertIn(RIVER, self.server.ask("q=river").body)
        statuses = set()
        for round_ in range(3):
            for name in os.listdir(self.path("index")):
                os.truncate(self.path("index", name), 0)
            for query in ("q=river", "q=bridge", "q=snow&format=json", "article=river", "q=brid&format=suggest"):
                response = self.server.ask(query)
                self.assertTrue(response.whole)
                statuses.add(response.status)
                self.assertIn(response.status, (200, 404, 503), (round_, query))
            shutil.rmtree(self.path("index"))
            shutil.copytree(self.path("whole"), self.path("index"))
            self.wait_until("the whole index is taken up",
                            lambda: RIVER in self.server.ask("q=river").body)
        self.assertIn(503, statuses)
        self.assertIsNone(self.server.process.poll())

    def test_many_commits_while_asked(self):
        for i in range(30):
            self.index([{"id": "one", "text": f"A zeppelin, {i}."}])
            self.assertEqual(self.ids("zeppelin"), ["one"])
        with os.scandir(f"/proc/{self.server.process.pid}/fd") as descriptors:
            self.assertLess(sum(1 for _ in descriptors), 20)


class Workers(support.Case):
    def start(self, environment=None, **settings):
        self.conf = self.site(**settings)
        self.server = self.serve(self.conf, **(environment or {}))
        self.assertIn(RIVER, self.server.ask("q=river").body)
        return self.server

    def test_several(self):
        server = self.start(workers=3)
        self.assertEqual(len(server.workers()), 3)
        self.assertNotIn(server.process.pid, server.workers())
        for worker in server.workers():
            if support.HAS_SANDBOX:
                self.wait_until("in the sandbox", lambda: status_field(worker, "Seccomp") == "2")  # pylint: disable=W0640
        with contextlib.ExitStack() as stack:  # three connections that are kept, and one more
            kept = [stack.enter_context(FastCgi(server.address)) for _ in range(3)]
            for client in kept:
                self.assertIn(RIVER, client.ask(variables("q=river"), keep=True).body)
            self.assertIn(RIVER, server.ask("q=river").body)

    def test_killed(self):
        server = self.start(workers=2)
        for _ in range(3):
            before = server.workers()
            for worker in before:
                os.kill(worker, signal.SIGKILL)
            self.assertIn(RIVER, server.ask("q=river").body)
            self.wait_until("both are back", lambda: len(server.workers()) == 2 and
                            not set(server.workers()) & set(before))  # pylint: disable=W0640
        self.assertIn("signal 9", server.log())

    def test_replaced_at_once(self):
        server = self.start(workers=2)
        time.sleep(2.2)  # old enough for being replaced without a pause
        before = server.workers()
        os.kill(before[0], signal.SIGABRT)
        begin = time.monotonic()
        self.wait_until("it is replaced", lambda: len(server.workers()) == 2 and before[0] not in server.workers())
        self.assertLess(time.monotonic() - begin, 2)
        self.assertIn(before[1], server.workers())

    def test_terminated(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            server = self.start(workers=3)
            workers = server.workers()
            self.assertEqual(server.stop(number), 0)
            for worker in workers:
                self.assertFalse(os.path.exists(f"/proc/{worker}"))

    def test_supervisor_killed(self):
        server = self.start(workers=2)
        workers = server.workers()
        server.process.kill()
        server.process.wait()
        self.wait_until("the workers end", lambda: not any(
            os.path.exists(f"/proc/{worker}") and status_field(worker, "State") != "Z" for worker in workers))

    def test_worker_told_to_end(self):
        server = self.start(workers=2)
        before = server.workers()
        os.kill(before[0], signal.SIGTERM)
        self.wait_until("it is replaced", lambda: len(server.workers()) == 2 and before[0] not in server.workers())

    def test_number_of_requests(self):
        server = self.start(requests=10)
        for _ in range(9):
            self.assertIn(RIVER, server.ask("q=river").body)
        self.assertEqual(server.process.wait(20), 0)
        server = self.start(workers=2, requests=5)
        for _ in range(100):
            self.assertIn(RIVER, server.ask("q=river").body)

    def test_garbage(self):
        """A server that does not keep to the protocol may cost a worker, and nothing more."""
        server = self.start(NO_LEAKS, workers=2)
        source = random.Random(4)
        good = FastCgi.record(FastCgi.BEGIN, 1, b"\0\1\0\0\0\0\0\0") + \
            FastCgi.stream(FastCgi.PARAMS, 1, FastCgi.pairs(variables("q=river"))) + FastCgi.stream(FastCgi.STDIN, 1, b"")
        pieces = [source.randbytes(source.randrange(300)) for _ in range(100)]
        for _ in range(200):
            changed = bytearray(good)
            changed[source.randrange(24)] = source.randrange(256)  # of the first headers
            pieces.append(bytes(changed))
        pieces.append(good[:24] + b"\xff\xff\xff\xff\xff\xff\xff\xff" + good[32:])  # lengths of 2 GiB
        for piece in pieces:
            with FastCgi(server.address) as client, contextlib.suppress(OSError, EOFError):
                client.socket.sendall(piece)
                client.socket.shutdown(socket.SHUT_WR)
                client.receive()
        self.assertIn(RIVER, server.ask("q=river").body)
        self.assertIsNone(server.process.poll())


class Surroundings(support.Case):
    def test_full_log(self):
        conf = self.site(log="requests", workers=2)
        with open("/dev/full", "wb") as full:
            server = self.serve(conf, stderr=full)
            for _ in range(20):
                self.assertIn(RIVER, server.ask("q=river").body)
            os.kill(server.workers()[0], signal.SIGKILL)
            self.assertIn(RIVER, server.ask("q=river").body)

    def test_no_log(self):
        conf = self.site(log="requests")
        address = self.path("s")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(address)
            listening.listen(8)
            with subprocess.Popen(["sh", "-c", 'exec "$0" >&- 2>&-', CGI], stdin=listening, env={"CSA_CONFIG": conf}) as process:
                with FastCgi(address) as client:
                    self.assertIn(RIVER, client.ask(variables("q=river")).body)
                process.terminate()
                self.assertEqual(process.wait(20), 0)

    def test_broken_configuration(self):
        server = self.serve(self.write("csa.conf", "nonsense\n"))
        for _ in range(3):
            response = server.ask("q=river")
            self.assertEqual(response.status, 500)
            self.assertNotIn(self.folder.encode(), response.raw)
        self.assertIn("csa.conf:1", server.log())

    def test_template_put_right(self):
        conf = self.site(header="header")
        self.write("header", "<p {{q}}>")
        server = self.serve(conf)
        self.assertEqual(server.ask("q=river").status, 500)
        self.write("header", "<p>{{title}}</p>")
        self.wait_until("the site is opened", lambda: server.ask("q=river").status == 200)
        self.assertIn("header:1", server.log())

    def test_no_sandbox(self):
        server = self.serve(self.site(sandbox="no"))
        self.assertIn(RIVER, server.ask("q=river").body)
        self.assertEqual(status_field(server.process.pid, "Seccomp"), "0")

    def test_environment_is_not_read(self):
        server = self.serve(self.site(), CSA_INDEX="/nowhere", CSA_SYNONYMS="/nowhere", GATEWAY_INTERFACE="CGI/1.1",
                            REQUEST_METHOD="POST", QUERY_STRING="q=other", TZ=":/etc/passwd")
        self.assertIn(RIVER, server.ask("q=river").body)

    def test_no_litter(self):
        conf = self.site()
        with tempfile.TemporaryDirectory() as temporary:
            server = self.serve(conf, TMPDIR=temporary)
            for query in ("q=river", "q=riv&format=suggest", "article=river", "q=%22the+river%22&format=atom"):
                server.ask(query)
                server.ask("", method="POST", body=query.encode())
            self.assertEqual(os.listdir(temporary), [])
        self.assertEqual(sorted(os.listdir(self.folder)), ["csa.conf", "fastcgi.log", "index", "socket"])

    def test_memory_is_flat(self):
        server = self.serve(self.site())
        given = [variables(query) for query in (
            "q=river", "q=bridge&format=json", "q=the+river&format=atom", "q=rivr", "article=river", "q=riv&format=suggest",
            "page=x", "q=%22old+bridge%22&sort=newest", "q=" + "a" * 4000, "q=%D1%80%D0%B5%D0%BA%D0%B0")]
        given += [variables("q=river", HTTP_ACCEPT_ENCODING="gzip")]

        def ask(count):
            with FastCgi(server.address) as client:
                for i in range(count):
                    client.ask(given[i % len(given)], keep=True)
            return memory(server.process.pid)

        ask(1000)
        sizes = [ask(1000) for _ in range(5)]
        grown = [after - before for before, after in zip(sizes, sizes[1:])]
        if not support.SANITIZED:  # they keep what was freed
            # A search that took long may leave a larger arena, which is kept; what leaks makes it larger each time.
            self.assertLess(sorted(grown)[1], 4096, sizes)
            self.assertLess(sizes[-1], 16 * 1024 * 1024, sizes)


if __name__ == "__main__":
    if not support.HAS_FASTCGI:
        print("skipped: csa.cgi was built without FastCGI")
        raise SystemExit(77)
    support.main()
