"""What the tests of csa.cgi share: a site in a temporary folder, the program run through CGI, and a small FastCGI
client, so that FastCGI is tested without a web server.

Each test file is run as `python3 test_NAME.py INDEXER SEARCHER CSA.CGI [unittest options]`.
"""
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
CORPUS = os.path.join(ROOT, "corpus", "articles")
NOBODY = 65534

# Small, and with something of each kind that a page shows: authors, sources, years, languages, a URL or none.
ARTICLES = [
    {"id": "river", "title": "The river in spring", "url": "https://example.org/river", "author": "Ada Quill",
     "source": "Gazette", "date": "2021-04-02", "language": "en",
     "text": "The river rises in spring. Melting snow fills the river, and the old bridge is closed.\n\n"
             "Boats stay at the quay until the river falls again."},
    {"id": "bridge", "title": "A bridge & its <builders>", "author": "B. \"Bo\" O'Hara", "source": "Gazette",
     "date": "2022-07-19", "language": "en",
     "text": "The bridge over the river was built in two years. Its builders wrote 1 < 2 && 3 > 2 on a stone."},
    {"id": "reka", "title": "Весенняя река", "url": "https://example.org/reka", "source": "Вестник",
     "date": "2022-03-30", "language": "ru", "text": "Весной река выходит из берегов. Мост через реку закрыт."},
    {"id": "fluss", "title": "Der Fluss", "source": "Zeitung", "date": "2023-01-11", "language": "de",
     "text": "Der Fluss ist im Winter ruhig. Die Brücke über den Fluss ist offen."},
    {"id": "he", "title": "河流", "source": "日报", "date": "2023-05-06", "language": "zh", "text": "春天河流上涨。桥梁关闭。"},
]


def take_programs():
    """Takes the three programs off the command line, before unittest reads it."""
    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} INDEXER SEARCHER CSA.CGI")
    programs = [os.path.abspath(name) for name in sys.argv[1:4]]
    del sys.argv[1:4]
    return programs


INDEXER, SEARCHER, CGI = take_programs()


def program_parts():
    """What csa.cgi says of itself when it is started by hand: (the parts that it has, all of the text)."""
    text = subprocess.run([CGI], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={}, check=True).stdout.decode()
    return next((line for line in text.splitlines() if line.startswith("with: ")), ""), text


PARTS, _INTRODUCTION = program_parts()
HAS_FASTCGI = "FastCGI" in PARTS
SANITIZED = "sanitizers:" in _INTRODUCTION
HAS_SANDBOX = "sandbox" in PARTS and not SANITIZED


class Response:
    """A response as a server gets it from csa.cgi: status, headers (names in small letters), body."""

    def __init__(self, raw):
        self.raw = raw
        head, separator, self.body = raw.partition(b"\r\n\r\n")
        self.whole = bool(separator)
        self.lines = head.split(b"\r\n") if head else []
        self.headers = {}
        for line in self.lines:
            name, _, value = line.decode("latin-1").partition(": ")
            self.headers[name.lower()] = value
        self.status = int(self.headers.pop("status", "0 ").split(" ")[0])

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def type(self):
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self):
        return json.loads(self.text)


def variables(query="", method="GET", body=None, **more):
    """The variables of a request as a server gives them; query is text or a list of (name, value)."""
    if not isinstance(query, (str, bytes)):
        query = urllib.parse.urlencode(query)
    given = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": method,
             "SCRIPT_NAME": "/cgi-bin/csa.cgi", "QUERY_STRING": query, "REMOTE_ADDR": "192.0.2.7",
             "HTTP_HOST": "www.example.org", "SERVER_NAME": "www.example.org", "SERVER_PORT": "80"}
    if body is not None:
        given["CONTENT_LENGTH"] = str(len(body))
        given["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
    given.update(more)
    return {name: value for name, value in given.items() if value is not None}


class FastCgi:
    """A client of FastCGI 1.0: one request a connection, or several when it is kept."""

    BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7

    def __init__(self, address, timeout=30):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.connect(address)  # before the timeout is set: so it waits where the queue is full
        self.socket.settimeout(timeout)
        self.number = 0
        self.error = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def record(kind, number, content=b""):
        padding = -len(content) % 8
        return struct.pack("!BBHHBx", 1, kind, number, len(content), padding) + content + bytes(padding)

    @staticmethod
    def pairs(given):
        def length(size):
            return bytes([size]) if size < 128 else struct.pack("!I", size | 1 << 31)

        parts = []
        for name, value in given.items():
            name = name.encode()
            value = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
            parts.append(length(len(name)) + length(len(value)) + name + value)
        return b"".join(parts)

    @classmethod
    def stream(cls, kind, number, content, part=65528):
        """A stream's records, the empty one that ends it included."""
        records = [cls.record(kind, number, content[i:i + part]) for i in range(0, len(content), part)]
        return b"".join(records) + cls.record(kind, number)

    def send(self, given, body=b"", keep=False):
        self.number += 1
        begin = self.record(self.BEGIN, self.number, struct.pack("!HB5x", 1, 1 if keep else 0))
        self.socket.sendall(begin + self.stream(self.PARAMS, self.number, self.pairs(given)) +
                            self.stream(self.STDIN, self.number, body))

    def read(self, size):
        parts = b""
        while len(parts) < size:
            part = self.socket.recv(size - len(parts))
            if not part:
                raise EOFError("the connection was closed")
            parts += part
        return parts

    def receive(self):
        out = []
        while True:
            _, kind, _, size, padding = struct.unpack("!BBHHBx", self.read(8))
            content = self.read(size + padding)[:size]
            if kind == self.STDOUT:
                out.append(content)
            elif kind == self.STDERR:
                self.error += content
            elif kind == self.END:
                return Response(b"".join(out))

    def ask(self, given, body=b"", keep=False):
        self.send(given, body, keep)
        return self.receive()


class Server:
    """csa.cgi as a FastCGI process with a listening socket, as spawn-fcgi starts it."""

    def __init__(self, folder, configuration, stderr=None, **environment):
        self.address = os.path.join(folder, "socket")
        self.log_path = os.path.join(folder, "fastcgi.log")
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.path.exists(self.address):
            os.unlink(self.address)
        listening.bind(self.address)
        listening.listen(64)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([CGI], stdin=listening, stdout=subprocess.DEVNULL, stderr=stderr or log,
                                            cwd=folder, env={"CSA_CONFIG": configuration, **environment})
        listening.close()

    def ask(self, *arguments, body=None, **options):
        with FastCgi(self.address) as client:
            return client.ask(variables(*arguments, body=body, **options), body or b"")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def workers(self):
        """The processes that answer: the children of the supervisor, or the process itself."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as children:
            return [int(number) for number in children.read().split()] or [self.process.pid]

    def stop(self, number=signal.SIGTERM, timeout=30):
        """Ends it, returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Case(unittest.TestCase):
    """A test with a folder of its own, in which a site is made."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="csa-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            server.stop()
            log = server.log()
            self.assertNotIn("Sanitizer", log)
            self.assertNotIn("runtime error", log)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        """Writes a file (text or bytes) below the folder, returns its path."""
        path = self.path(name)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def index(self, articles=None, name="index"):
        """Indexes articles (those above, unless given) into a folder."""
        lines = "".join(json.dumps(article) + "\n" for article in (ARTICLES if articles is None else articles))
        subprocess.run([INDEXER, "-d", self.path(name), "--quiet", self.write("articles.jsonl", lines)],
                       check=True, cwd=self.folder, stdout=subprocess.DEVNULL)
        os.unlink(self.path("articles.jsonl"))
        return self.path(name)

    def configure(self, name="csa.conf", index="index", **settings):
        """A configuration of the index and of these settings."""
        lines = [f"index = {index}"] + [f"{key} = {value}" for key, value in settings.items()]
        return self.write(name, "\n".join(lines) + "\n")

    def site(self, articles=None, **settings):
        self.index(articles)
        return self.configure(**settings)

    def serve(self, configuration, **options):
        """A FastCGI process that ends with the test."""
        server = Server(self.folder, configuration, **options)
        self.addCleanup(server.stop)
        self.servers.append(server)
        return server

    def cgi(self, configuration, *arguments, body=None, program=(), stdin=None, **options):
        """One request by CGI; its standard error is kept in self.error. program: what starts csa.cgi."""
        environment = {"PATH": os.environ.get("PATH", ""), **variables(*arguments, body=body, **options)}
        if configuration is not None:
            environment["CSA_CONFIG"] = configuration
        source = {"stdin": stdin} if stdin is not None else {"input": body or b""}
        done = subprocess.run([*program, CGI], **source, env=environment, cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, check=False)
        self.error = done.stderr.decode("utf-8", "replace")
        self.returned = done.returncode
        self.assertNotIn("Sanitizer", self.error)
        self.assertNotIn("runtime error", self.error)
        return Response(done.stdout)

    def wait_until(self, words, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, words)
            time.sleep(0.02)


def main():
    unittest.main()
