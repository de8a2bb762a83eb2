"""csa-search --serve: the site on this machine only, asked over HTTP as a browser asks it.

Run as test_cgi.py is.
"""
import gzip
import http.client
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
import unittest
import urllib.parse

import support

INTRODUCTION = re.compile(r"\Ahttp://127\.0\.0\.1:(\d+)/  .*Ctrl-C.*\n\Z")


def has_preview():
    text = subprocess.run([support.SEARCHER, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return re.search(r"^with: .*preview", text, re.M) is not None


class Preview:
    """csa-search --serve on a port that is free; `with` ends it by Ctrl-C and looks at how it ended."""

    def __init__(self, case, *arguments, environment=None, port="0"):
        self.case = case
        self.troubles = None  # what it may say on standard error
        self.process = subprocess.Popen(
            [support.SEARCHER, *arguments, "--serve", port], cwd=case.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(environment or {})})
        line = self.process.stdout.readline().decode()
        match = INTRODUCTION.match(line)
        if match is None:
            self.process.kill()
            _, error = self.process.communicate()
            case.fail(f"{line!r}\n{error.decode()}")
        self.port = int(match[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        out, error = self.process.communicate(timeout=60)
        self.case.assertEqual((self.process.returncode, out), (0, b""))
        if self.troubles is None:
            self.case.assertEqual(error, b"")
        else:
            self.case.assertIn(self.troubles, error)
            self.case.assertNotIn(b"Sanitizer", error)

    def ask(self, target, method="GET", body=None, host=None, address="127.0.0.1", **headers):
        connection = http.client.HTTPConnection(address, self.port, timeout=60)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            if host is not None:
                given["Host"] = host
            connection.request(method, target, body=body, headers=given)
            response = connection.getresponse()
            response.body = response.read()
            return response
        finally:
            connection.close()

    def send(self, data):
        """Bytes as they are; what comes back until the server closes, or nothing more comes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
            client.sendall(data)
            got = b""
            try:
                while part := client.recv(65536):
                    got += part
            except TimeoutError:
                pass
            return got


@unittest.skipUnless(has_preview(), "csa-search was built without the preview")
class Serve(support.Case):
    def ids(self, response):
        self.assertEqual(response.status, 200, response.body)
        return [hit["article"]["id"] for hit in support.json.loads(response.body)["hits"]]

    def test_page(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            page = preview.ask("/?q=river")
            self.assertEqual(page.status, 200)
            self.assertEqual(page.getheader("Content-Type").lower().replace(" ", ""), "text/html;charset=utf-8")
            self.assertEqual(page.getheader("X-Content-Type-Options"), "nosniff")
            self.assertEqual(int(page.getheader("Content-Length")), len(page.body))
            self.assertIn("Ada Quill", page.body.decode())
            # every link of the page to this site stays on it: none leads to another path
            for link in re.findall(rb'(?:href|src|action)="(/[^"]*)"', page.body):
                self.assertRegex(link, rb"\A/(\?|\Z)")
            style = re.search(rb'href="([^"]*format=style[^"]*)"', page.body)[1].decode().replace("&amp;", "&")
            self.assertEqual(preview.ask(urllib.parse.urljoin("/", style)).status, 200)

    def test_methods(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            self.assertEqual(self.ids(preview.ask("/?q=bridge&format=json")),
                             self.ids(preview.ask("/", "POST", "q=bridge&format=json",
                                                  Content_Type="application/x-www-form-urlencoded")))
            page, head = preview.ask("/?q=bridge&format=atom"), preview.ask("/?q=bridge&format=atom", "HEAD")
            self.assertEqual((head.status, head.body), (200, b""))
            self.assertEqual(head.getheader("Content-Length"), str(len(page.body)))
            self.assertEqual(head.getheader("ETag"), page.getheader("ETag"))
            same = preview.ask("/?q=bridge&format=atom", If_None_Match=page.getheader("ETag"))
            self.assertEqual((same.status, same.body), (304, b""))
            packed = preview.ask("/?q=bridge", Accept_Encoding="gzip")
            self.assertEqual(packed.getheader("Content-Encoding"), "gzip")
            self.assertIn(b"<html", gzip.decompress(packed.body))
            for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
                self.assertEqual(preview.ask("/?q=bridge", method).status, 405, method)
        environment = {"CSA_CONFIG": self.configure(cors="https://other.example")}
        with Preview(self, environment=environment) as preview:
            options = preview.ask("/?q=bridge", "OPTIONS", Origin="https://other.example")
            self.assertEqual((options.status, options.body), (204, b""))
            self.assertEqual(options.getheader("Access-Control-Allow-Origin"), "https://other.example")

    def test_absolute_form_and_304(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            def get(target, more=""):
                return preview.send(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n".encode())

            self.assertIn(b" 200 ", get("http://127.0.0.1:1/?q=river")[:20])
            self.assertIn(b" 200 ", get("HTTP://localhost?q=river")[:20])
            self.assertIn(b" 404 ", get("http://localhost/x?q=river")[:20])
            self.assertIn(b" 421 ", get("http://example.org/?q=river")[:20])
            head, _, body = get("/?q=river", "If-None-Match: *\r\n").partition(b"\r\n\r\n")
            self.assertEqual((head.split(b"\r\n")[0], body), (b"HTTP/1.1 304 Not Modified", b""))
            self.assertNotRegex(head.lower(), b"content-length|transfer-encoding")

    def test_as_many_as_it_takes(self):
        """All connections are in use and end together: it listens again."""
        self.index()
        with Preview(self, "-d", "index") as preview:
            for more in (b"\r\n", b""):  # answered, and half asked
                clients = [socket.create_connection(("127.0.0.1", preview.port)) for _ in range(64)]
                for client in clients:
                    client.sendall(b"GET /?q=river HTTP/1.1\r\nHost: localhost\r\n" + more)
                    if more:
                        client.recv(1)
                for client in clients:
                    client.close()
                begin = time.monotonic()
                self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])
                self.assertLess(time.monotonic() - begin, 20)

    def test_cut_while_mapped(self):
        """The files of the index lose their bytes while they are read: 503, and it goes on when there is one again."""
        self.index()
        with Preview(self, "-d", "index", environment={"ASAN_OPTIONS": "detect_leaks=0:handle_sigbus=0"}) as preview:
            preview.troubles = b"503"
            self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])
            for name in os.listdir(self.path("index")):
                os.truncate(self.path("index", name), 0)
            self.assertEqual(preview.ask("/?q=bridge&format=json").status, 503)
            self.assertEqual(preview.ask("/?q=bridge&format=json").status, 503)
            shutil.rmtree(self.path("index"))
            self.index()
            self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])

    def test_what_is_wrong(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            for target in ("/favicon.ico", "/a/b?q=river", "//", "/../etc/passwd", "/%2e%2e/etc/passwd", "/index.html"):
                self.assertEqual(preview.ask(target).status, 404, target)
            self.assertEqual(preview.ask("/?page=0").status, 400)
            self.assertEqual(preview.ask("/?q=" + "a" * 8000).status, 414)
            self.assertEqual(preview.ask("/?q=" + "a" * 60000).status, 414)
            self.assertIn(preview.ask("/?q=" + "a" * 600000).status, (414, 431))
            large = preview.ask("/", "POST", "q=" + "a" * 200000, Content_Type="application/x-www-form-urlencoded")
            self.assertEqual(large.status, 413)
            self.assertEqual(preview.ask("/?q=%0d%0aX-Evil:1").getheader("X-Evil"), None)
            # and bytes that are no HTTP; it answers others afterwards
            for data in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n",
                         b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nq=",
                         b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nq="):
                self.assertNotIn(b" 200 ", preview.send(data))
            self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])

    def test_only_by_loopback_names(self):
        """Otherwise a page whose name leads to 127.0.0.1 could read the index."""
        self.index()
        with Preview(self, "-d", "index") as preview:
            for host in ("127.0.0.1", "localhost", "LOCALHOST:1", "[::1]", f"localhost:{preview.port}", "[::1]:80"):
                self.assertEqual(preview.ask("/?q=river", host=host).status, 200, host)
            for host in ("example.org", f"example.org:{preview.port}", "localhost.example.org", "127.0.0.1.example.org",
                         "localhost:80.example.org", "localhost:80@example.org", "127.0.0.2", "", "[::1", "x127.0.0.1",
                         "localhost " * 1000):
                refused = preview.ask("/?q=river", host=host)
                self.assertNotIn(b"river", refused.body)
                self.assertIn(refused.status, (400, 421, 431), host)
            self.assertNotIn(b" 200 ", preview.send(b"GET /?q=river HTTP/1.0\r\n\r\n"))

    def test_only_on_loopback_addresses(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            listening = set()
            for family in ("tcp", "tcp6"):
                with open(f"/proc/net/{family}", encoding="ascii") as table:
                    for line in table.readlines()[1:]:
                        address, _, port = line.split()[1].rpartition(":")
                        if int(port, 16) == preview.port and line.split()[3] == "0A":
                            listening.add(address)
            self.assertLessEqual({"0100007F"}, listening)
            self.assertLessEqual(listening, {"0100007F", "00000000000000000000000001000000"})
            if len(listening) == 2:
                self.assertEqual(preview.ask("/?q=river", address="::1").status, 200)

    def test_many_connections(self):
        """More than it takes at a time wait or are refused; it goes on."""
        self.index()
        with Preview(self, "-d", "index") as preview:
            idle = [socket.create_connection(("127.0.0.1", preview.port)) for _ in range(20)]
            failures = []

            def ask():
                try:
                    for _ in range(10):
                        self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])
                except Exception as problem:  # pylint: disable=broad-except
                    failures.append(problem)

            threads = [threading.Thread(target=ask) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])
            for connection in idle:
                connection.close()

    def test_visitors_who_leave(self):
        """A connection that is reset while it is written to is nobody else's trouble."""
        self.index()
        with Preview(self, "-d", "index") as preview:
            for _ in range(50):
                client = socket.create_connection(("127.0.0.1", preview.port))
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(b"GET /?q=river HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
                client.close()
            self.assertEqual(self.ids(preview.ask("/?q=fluss&format=json")), ["fluss"])

    def test_index_changes(self):
        self.index()
        with Preview(self, "-d", "index") as preview:
            self.assertEqual(self.ids(preview.ask("/?q=zyzzogeton&format=json")), [])
            self.index([{"id": "new", "text": "The zyzzogeton is a leafhopper."}])
            self.assertEqual(self.ids(preview.ask("/?q=zyzzogeton&format=json")), ["new"])

    def test_configuration(self):
        """Defaults in the language of the locale; CSA_CONFIG's site; and what goes before it."""
        self.index()
        self.index([{"id": "other", "title": "Another index", "text": "Another river."}], name="other")
        with Preview(self, "-d", "index", environment={"LC_ALL": "de_DE.UTF-8"}) as preview:
            self.assertIn(b'lang="de"', preview.ask("/").body)
        with Preview(self, "-d", "index", environment={"LC_ALL": "fr_FR.UTF-8"}) as preview:
            self.assertIn(b'lang="en"', preview.ask("/").body)
        with Preview(self, environment={"CSA_INDEX": "other"}) as preview:
            self.assertEqual(self.ids(preview.ask("/?q=river&format=json")), ["other"])
        configuration = self.configure(title="Harbour library", language="ru", hits=1)
        with Preview(self, environment={"CSA_CONFIG": configuration, "CSA_INDEX": "other"}) as preview:
            page = preview.ask("/").body
            self.assertIn(b"Harbour library", page)
            self.assertIn(b'lang="ru"', page)
            self.assertEqual(len(self.ids(preview.ask("/?q=river+bridge&format=json"))), 1)
        with Preview(self, "-d", "other", "-n", "2", environment={"CSA_CONFIG": configuration}) as preview:
            self.assertIn(b"Harbour library", preview.ask("/").body)
            self.assertEqual(self.ids(preview.ask("/?q=river&format=json")), ["other"])
        synonyms = self.write("synonyms.txt", "weir, bridge\n")
        with_synonyms = self.configure(synonyms="synonyms.txt")
        for environment, arguments in (({"CSA_SYNONYMS": synonyms}, ("-d", "index")),
                                       ({"CSA_CONFIG": with_synonyms, "CSA_SYNONYMS": "gone.txt"}, ())):
            with Preview(self, *arguments, environment=environment) as preview:
                self.assertIn("bridge", self.ids(preview.ask("/?q=weir&format=json")))
        with Preview(self, "-d", "index", "--synonyms", synonyms) as preview:
            self.assertIn("bridge", self.ids(preview.ask("/?q=weir&format=json")))

    def refused(self, *arguments, environment=None):
        done = subprocess.run([support.SEARCHER, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False,
                              env={"PATH": os.environ["PATH"], **(environment or {})})
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        error = done.stderr.decode()
        self.assertRegex(error, r"\Acsa-search: .*\n\Z")
        return error

    def test_refusals(self):
        self.index()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            error = self.refused("-d", "index", "--serve", str(port))
            self.assertIn(f"port {port} is taken", error)
            self.assertIn("--serve", error)
            self.assertEqual(error, self.refused("-d", "index", f"--serve={port}"))
        self.assertIn("nowhere", self.refused("-d", "nowhere", "--serve", "0"))
        self.assertIn("65535", self.refused("-d", "index", "--serve", "65536"))
        self.assertIn("QUERY", self.refused("-d", "index", "--serve", "0", "river"))
        mistyped = self.refused("-d", "index", "--serve", "80x")
        self.assertIn("--serve", mistyped)
        self.assertIn("80x", mistyped)
        self.assertNotIn("QUERY", mistyped)
        self.assertIn("--json", self.refused("-d", "index", "--json", "--serve"))
        self.assertIn("--interactive", self.refused("-d", "index", "-i", "--serve"))
        broken = self.write("broken.conf", "index = index\ncolour = red\n")
        self.assertIn("broken.conf:2", self.refused("--serve", "0", environment={"CSA_CONFIG": broken}))
        self.assertIn("gone.conf", self.refused("--serve", "0", environment={"CSA_CONFIG": "gone.conf"}))
        self.assertIn("gone.txt", self.refused("-d", "index", "--synonyms", "gone.txt", "--serve", "0"))

    def test_ends_by_either_signal(self):
        self.index()
        for number in (signal.SIGINT, signal.SIGTERM):
            with Preview(self, "-d", "index") as preview:
                with socket.create_connection(("127.0.0.1", preview.port)) as waiting:
                    waiting.sendall(b"GET / HT")
                    preview.process.send_signal(number)
                    preview.process.wait(30)


if __name__ == "__main__":
    support.main()
