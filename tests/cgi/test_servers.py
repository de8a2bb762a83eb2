"""Every way of docs/site.md to set up a web server, line by line, with the real server.

The commands and files of docs/site.md are taken as they stand. What differs is where they land: a folder of the test
stands for the root of the machine, so that /etc, /run, /var and /usr/local in commands and files become folders below
it, which begin as copies of what Debian's packages have put there; port 80 is one that is free, on the loopback address;
and nobody is root: sudo is left out, and servers run as the user that they were started by. `apt install` only looks
whether the package is there (the test is skipped where it is not), and systemctl is played: it starts the server, or the
socket's service with the listening socket as standard input, as systemd does.

Run as test_cgi.py is.
"""
import concurrent.futures
import gzip
import html.parser
import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import xml.etree.ElementTree

import support

PAGE = os.path.join(support.ROOT, "docs", "site.md")
FILES = os.path.join(support.ROOT, "docs", "site")
INSTALLED = "/usr/local/share/doc/csa/site"
# Folders of the machine that the test has its own of. A path within another one is left alone.
PLACES = re.compile(r"(?<![\w.}-])/(?=(?:etc|run|var|usr/local)/)")
SEARCH = "/search"
PACKAGES = {
    "apache2": ["/usr/sbin/apache2", "/usr/sbin/a2enmod", "/etc/apache2/apache2.conf"],
    "libapache2-mod-fcgid": ["/usr/lib/apache2/modules/mod_fcgid.so"],
    "nginx": ["/usr/sbin/nginx", "/etc/nginx/sites-available/default"],
    "fcgiwrap": ["/usr/sbin/fcgiwrap"],
    "spawn-fcgi": ["/usr/bin/spawn-fcgi"],
    "lighttpd": ["/usr/sbin/lighttpd", "/usr/sbin/lighty-enable-mod", "/etc/lighttpd/lighttpd.conf"],
}
SETUP = "Install, index, configure"
SYSTEMD = "csa.cgi under systemd"


def read_page():
    with open(PAGE, encoding="utf-8") as page:
        return page.read()


def sections():
    """(heading, text) of the page, in order; the text of a heading ends at the next heading of any level."""
    parts = re.split(r"^#+ (.*)$", read_page(), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def commands(heading):
    """The lines of the ```sh blocks below a heading."""
    text = dict(sections())[heading]
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


class Forms(html.parser.HTMLParser):
    """What of a page is looked at: the attributes of its input fields, by name."""

    def __init__(self, text):
        super().__init__()
        self.fields = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "input" and "name" in attributes:
            self.fields.setdefault(attributes["name"], attributes)


class Machine:
    """A folder in the place of a machine's root, and the servers that run in it."""

    def __init__(self, case):
        self.case = case
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="csa-web-"))
        self.servers = {}
        self.as_nobody = {"user": support.NOBODY, "group": support.NOBODY, "extra_groups": []} \
            if os.geteuid() == 0 else {}
        for name in ("etc/systemd/system", "run/lighttpd", "usr/local/bin", "usr/local/lib/cgi-bin", "var/lib/apache2/fcgid/sock",
                     "var/log/apache2", "var/log/lighttpd", "var/log/nginx", "var/lock/apache2", "var/run/apache2/socks",
                     "var/cache/lighttpd/uploads", "var/lib/nginx", "var/www/html", "tmp"):
            os.makedirs(self.path(name))
        if os.path.exists("/etc/mime.types"):
            shutil.copy("/etc/mime.types", self.path("etc/mime.types"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            "PATH": f"{self.path('usr/local/bin')}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "TMPDIR": self.path("tmp"),
            "APACHE_CONFDIR": self.path("etc/apache2"),
            "APACHE_STATE_DIRECTORY": self.path("var/lib/apache2"),
            "CSA_CONFIG": self.path("etc/csa/csa.conf"),  # the path that is built into csa.cgi
        }

    def path(self, name):
        return os.path.join(self.folder, name)

    def place(self, text):
        """Text with the machine's folders in place of those of the real one."""
        return PLACES.sub(self.folder + "/", text)

    def own(self):
        """The user that everything runs as owns all of it."""
        if self.as_nobody:
            for folder, folders, files in os.walk(self.folder):
                for name in [".", *folders, *files]:
                    os.lchown(os.path.join(folder, name), support.NOBODY, support.NOBODY)

    def take(self, folder, changes=()):
        """A copy of a folder of the real machine, paths placed, and other changes (pattern, replacement) made."""
        shutil.copytree("/" + folder, self.path(folder), symlinks=True, dirs_exist_ok=True)
        for path, _, names in os.walk(self.path(folder)):
            for name in names:
                file = os.path.join(path, name)
                if os.path.islink(file):
                    target = os.readlink(file)
                    if self.place(target) != target:
                        os.unlink(file)
                        os.symlink(self.place(target), file)
                    continue
                with open(file, encoding="utf-8", errors="surrogateescape") as source:
                    text = self.place(source.read())
                for pattern, replacement in changes:
                    text = re.sub(pattern, replacement, text, flags=re.M)
                with open(file, "w", encoding="utf-8", errors="surrogateescape") as out:
                    out.write(text)
        self.own()

    # ---- commands ----

    def run(self, line):
        """A command of the page."""
        words = shlex.split(line)
        words = words[1:] if words[0] == "sudo" else words
        play = getattr(self, "play_" + re.sub(r"\W", "_", words[0]), None)
        if line == "./try.sh":
            return
        if play is not None:
            play(words[1:])
            return
        self.call(["sh", "-c", self.place(re.sub(r"^sudo ", "", line))])

    def call(self, arguments):
        done = subprocess.run(arguments, cwd=support.ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False, **self.as_nobody)
        self.case.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout.decode(errors='replace')}")

    def play_meson(self, words):
        self.case.assertEqual(words, ["install", "-C", "build"])
        for source, target in ((support.INDEXER, "bin/csa-index"), (support.SEARCHER, "bin/csa-search"),
                               (support.CGI, "lib/cgi-bin/csa.cgi")):
            shutil.copy(source, self.path("usr/local/" + target))
        os.makedirs(self.place(INSTALLED))
        for name in os.listdir(FILES):
            with open(os.path.join(FILES, name), encoding="utf-8") as source, \
                    open(os.path.join(self.place(INSTALLED), name), "w", encoding="utf-8") as out:
                out.write(self.place(source.read()))
        self.own()

    def play_apt(self, words):
        self.case.assertEqual(words[0], "install")
        changes = {
            "apache2": [(r"^Listen 80$", f"Listen 127.0.0.1:{self.port}\n" + self.fcgid_folder()), (r"\*:80\b", f"*:{self.port}"),
                        (r"^\s*Listen 443$", "")],
            "nginx": [(r"^(\s*)listen 80 default_server;", rf"\g<1>listen 127.0.0.1:{self.port} default_server;"),
                      (r"^\s*listen \[::\]:80.*", ""), (r"^user .*", ""), (r"^http \{", "http {\n" + "".join(
                          f"{kind}_temp_path {self.path('var/lib/nginx')}/{kind};\n"
                          for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")))],
            "lighttpd": [(r"^server\.port\s*=.*", f'server.port = {self.port}\nserver.bind = "127.0.0.1"'),
                         (r"^include_shell .*use-ipv6.*", ""), (r"^server\.(user|group)name.*", "")],
        }
        for package in words[1:]:
            if not all(os.path.exists(file) for file in PACKAGES[package]):
                self.case.skipTest(f"{package} is not installed")
            if package in changes:
                self.take("etc/" + package, changes[package])

    def fcgid_folder(self):
        """mod_fcgid has a folder of its own built in."""
        folder = self.path("var/lib/apache2/fcgid")
        return f"<IfModule mod_fcgid.c>\nFcgidIPCDir {folder}/sock\nFcgidProcessTableFile {folder}/shm\n</IfModule>"

    def play_lighty_enable_mod(self, words):
        """It has its folder written in it."""
        with open("/usr/sbin/lighty-enable-mod", encoding="utf-8") as source:
            program = self.place(source.read())
        with open(self.path("tmp/lighty-enable-mod"), "w", encoding="utf-8") as out:
            out.write(program)
        self.call(["perl", self.path("tmp/lighty-enable-mod"), *words])

    def play_nginx(self, words):
        self.call(["/usr/sbin/nginx", *words, "-c", self.path("etc/nginx/nginx.conf"), "-e", "stderr"])

    def play_systemctl(self, words):
        verb, unit = " ".join(words[:-1]), words[-1]
        {
            ("restart", "apache2"): self.start_apache,
            ("restart", "nginx"): self.start_nginx,
            ("restart", "lighttpd"): self.start_lighttpd,
            ("enable --now", "fcgiwrap.socket"): self.start_fcgiwrap,
            ("enable --now", "csa.socket"): self.start_service,
            ("", "daemon-reload"): lambda: None,
        }[verb, unit]()

    def play_curl(self, words):
        """The address is asked for; the port is the machine's."""
        address = urllib.parse.urlsplit(words[-1])
        self.case.assertEqual(address.netloc, "localhost")
        response = self.ask(f"{address.path}?{address.query}")
        self.case.assertEqual(response.status, 200, response.body[:2000])

    # ---- servers ----

    def start(self, name, arguments, **options):
        with open(self.path(f"var/log/{name}.out"), "ab") as log:
            self.servers[name] = subprocess.Popen(
                arguments, cwd=self.folder, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=log, stderr=log,
                env=options.pop("env", self.environment), **self.as_nobody, **options)

    def wait_port(self):
        end = time.monotonic() + 30
        while True:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            running = all(server.poll() is None for server in self.servers.values())
            self.case.assertTrue(running and time.monotonic() < end, f"no server on its port\n{self.logs()}")
            time.sleep(0.05)

    def start_apache(self):
        folder = self.path("etc/apache2")
        self.start("apache2", ["sh", "-c", f". {folder}/envvars; exec /usr/sbin/apache2 -d {folder} -D FOREGROUND"])
        self.wait_port()

    def start_nginx(self):
        self.start("nginx", ["/usr/sbin/nginx", "-c", self.path("etc/nginx/nginx.conf"), "-e",
                             self.path("var/log/nginx/error.log"), "-g", "daemon off;"])
        self.wait_port()

    def start_lighttpd(self):
        self.start("lighttpd", ["/usr/sbin/lighttpd", "-D", "-f", self.path("etc/lighttpd/lighttpd.conf")])
        self.wait_port()

    def wait_file(self, path):
        end = time.monotonic() + 30
        while not os.path.exists(path):
            self.case.assertLess(time.monotonic(), end, f"{path} does not come\n{self.logs()}")
            time.sleep(0.05)

    def start_fcgiwrap(self):
        self.start("fcgiwrap", ["/usr/sbin/fcgiwrap", "-f", "-s", "unix:" + self.path("run/fcgiwrap.socket")])
        self.wait_file(self.path("run/fcgiwrap.socket"))

    def unit(self, name):
        """The settings of a unit file, a list for each name."""
        settings = {}
        with open(self.path("etc/systemd/system/" + name), encoding="utf-8") as unit:
            for key, value in re.findall(r"^(\w+)=(.*)$", unit.read(), flags=re.M):
                settings.setdefault(key, []).append(value)
        return settings

    def start_service(self):
        """csa.socket and csa.service, as systemd has them: the socket listens and becomes standard input."""
        listening = self.unit("csa.socket")
        service = self.unit("csa.service")
        self.case.assertEqual(service["StandardInput"], ["socket"])
        path = listening["ListenStream"][0]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.own()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as opened:
            opened.bind(path)
            opened.listen(64)
            self.own()
            os.chmod(path, int(listening["SocketMode"][0], 8))
            environment = dict(setting.split("=", 1) for setting in service["Environment"])
            self.start("csa", service["ExecStart"][0].split(), stdin=opened, env=environment)

    def programs(self):
        """The processes of csa.cgi that belong to this machine: {number: its parent's}."""
        found = {}
        program = self.path("usr/local/lib/cgi-bin/csa.cgi")
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/cmdline", "rb") as file:
                    name = file.read().split(b"\0")[0].decode(errors="replace")
                with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if name == program and fields[0] != "Z":
                found[int(number)] = int(fields[1])
        return found

    def workers(self):
        """Those of them that answer: not the one that only watches over the others."""
        found = self.programs()
        return [number for number in found if number not in found.values()]

    def stop(self):
        for server in reversed(self.servers.values()):
            if server.poll() is None:
                server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        pid_file = self.path("run/csa/csa.pid")
        if os.path.exists(pid_file):
            with open(pid_file, encoding="ascii") as file:
                os.kill(int(file.read()), signal.SIGTERM)

    def logs(self):
        texts = []
        for folder, _, names in os.walk(self.path("var/log")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as log:
                    texts.append(f"-- {name}\n{log.read()}")
        return "\n".join(texts)

    # ---- requests ----

    def ask(self, target, method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=body,
                               headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            response.body = response.read()
            return response
        finally:
            connection.close()


class Servers(unittest.TestCase):
    """One test for each section of the page on a web server."""

    maxDiff = None

    def setUp(self):
        self.machine = Machine(self)
        self.addCleanup(shutil.rmtree, self.machine.folder)
        self.machine.own()
        os.chmod(self.machine.folder, 0o755)

    def follow(self, *headings):
        """Does what the page says, then asks."""
        for heading in (SETUP, *headings, "The web server"):
            lines = commands(heading)
            self.assertTrue(lines, heading)
            for line in lines:
                self.machine.run(line)

    def check(self, *headings, fastcgi):
        if fastcgi and not support.HAS_FASTCGI:
            self.skipTest("csa.cgi was built without FastCGI")
        for line in commands(headings[-1]):  # says at once what is not installed
            if "apt install" in line:
                for package in line.split()[3:]:
                    if not all(os.path.exists(file) for file in PACKAGES[package]):
                        self.skipTest(f"{package} is not installed")
        try:
            self.follow(*headings)
            self.ask_for_pages()
            self.ask_for_data()
            self.ask_as_programs_do()
            self.ask_what_is_wrong()
            self.ask_at_once()
            self.change_the_index()
            if fastcgi:
                self.kill_a_worker()
            else:
                self.wait_until("CGI leaves processes", lambda: not self.machine.programs())
        finally:
            self.machine.stop()
        self.wait_until("csa.cgi is left behind", lambda: not self.machine.programs())
        self.look_at_logs()

    def wait_until(self, words, condition):
        end = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), end, f"{words}\n{self.machine.logs()}")
            time.sleep(0.05)

    def ask(self, query="", method="GET", status=200, path="", body=None, **headers):
        if not isinstance(query, str):
            query = urllib.parse.urlencode(query)
        response = self.machine.ask(SEARCH + path + (f"?{query}" if query else ""), method, body, **headers)
        wanted = status if isinstance(status, tuple) else (status,)
        if response.status not in wanted:
            self.fail(f"{method} {path}?{query[:200]}: {response.status}\n{response.body[:2000]!r}\n"
                      f"{self.machine.logs()}")
        return response

    def ask_json(self, query, **options):
        response = self.ask(query, **options)
        self.assertEqual(response.getheader("Content-Type").split(";")[0], "application/json")
        return support.json.loads(response.body)

    def ask_for_pages(self):
        for query in ("", [("q", "gas pipeline")], [("q", "qqqxyzzy")]):
            page = self.ask(query)
            self.assertEqual(page.getheader("Content-Type").lower().replace(" ", ""), "text/html;charset=utf-8")
            self.assertEqual(page.getheader("X-Content-Type-Options"), "nosniff")
            self.assertIn("default-src", page.getheader("Content-Security-Policy"))
            self.assertIn("q", Forms(page.body.decode()).fields)
        # what was typed comes back, in any script, and as text only
        for typed in ("газ 天然气 straße", "\"><script>alert(1)</script>", "a&b=c%3D+d"):
            page = self.ask([("q", typed)])
            self.assertEqual(Forms(page.body.decode()).fields["q"].get("value"), typed)
        # a query string without = becomes arguments of the program under CGI; nobody reads them
        self.assertIn("q", Forms(self.ask("-h+--version").body.decode()).fields)
        style = re.search(rb'href="([^"]*format=style[^"]*)"', page.body)
        self.assertIsNotNone(style, "the page has no style of its own")
        sheet = self.machine.ask(urllib.parse.urljoin(SEARCH, style[1].decode().replace("&amp;", "&")))
        self.assertEqual((sheet.status, sheet.getheader("Content-Type").split(";")[0]), (200, "text/css"))

    def ask_for_data(self):
        query = [("q", "gas pipeline"), ("format", "json")]
        got = self.ask_json(query)
        out = subprocess.run([support.SEARCHER, "-d", self.machine.path("var/lib/csa/site.index"), "--json",
                              "gas", "pipeline"], stdout=subprocess.PIPE, check=True).stdout
        wanted = support.json.loads(out)
        self.assertEqual([hit["article"]["id"] for hit in got["hits"]], [hit["article"]["id"] for hit in wanted["hits"]])
        self.assertEqual((got["articles"], got["passages"]), (wanted["articles"], wanted["passages"]))
        posted = self.ask_json("", method="POST", body=urllib.parse.urlencode(query),
                               Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(posted["hits"], got["hits"])
        feed = self.ask([("q", "gas"), ("format", "atom")])
        self.assertEqual(feed.getheader("Content-Type").split(";")[0], "application/atom+xml")
        entries = xml.etree.ElementTree.fromstring(feed.body).findall("{http://www.w3.org/2005/Atom}entry")
        self.assertTrue(entries)
        description = self.ask("format=opensearch")
        self.assertIn("OpenSearchDescription", xml.etree.ElementTree.fromstring(description.body).tag)
        self.assertIn(SEARCH.encode(), description.body)
        suggestions = support.json.loads(self.ask([("q", "pip"), ("format", "suggest")]).body)
        self.assertEqual(suggestions[0], "pip")

    def ask_as_programs_do(self):
        query = [("q", "gas"), ("sort", "newest")]
        page = self.ask(query)
        head = self.ask(query, method="HEAD")
        self.assertEqual(head.body, b"")
        for name in ("Content-Type", "ETag", "Cache-Control", "Content-Security-Policy"):
            self.assertEqual(head.getheader(name), page.getheader(name), name)
        if head.getheader("Content-Length") is not None:
            self.assertEqual(int(head.getheader("Content-Length")), len(page.body))
        tag = page.getheader("ETag")
        same = self.ask(query, status=304, If_None_Match=tag)
        self.assertEqual((same.body, same.getheader("ETag")), (b"", tag))
        self.ask(query, If_None_Match='"another"')
        packed = self.ask(query, Accept_Encoding="gzip")
        self.assertEqual(packed.getheader("Content-Encoding"), "gzip")
        self.assertIn("Accept-Encoding", packed.getheader("Vary"))
        self.assertLess(len(packed.body), len(page.body))
        self.assertIn("q", Forms(gzip.decompress(packed.body).decode()).fields)
        self.ask(query, status=304, If_None_Match=packed.getheader("ETag"), Accept_Encoding="gzip")

    def ask_what_is_wrong(self):
        self.ask(path="/no/such/page", status=404)
        self.ask([("article", "../../etc/passwd")], status=404)
        self.ask([("article", "/etc/passwd")], status=404)
        self.ask("page=0", status=400)
        self.ask("q=%ff", status=400)
        self.ask("q=gas", method="DELETE", status=(405, 501))
        self.ask("q=" + "a" * 9000, status=(414, 431))
        self.ask("q=" + "a" * 100000, status=(400, 414, 431))
        self.ask("", method="POST", body="q=" + "a" * 100000, status=413,
                 Content_Type="application/x-www-form-urlencoded")
        split = self.ask("q=%0d%0aX-Evil:%201&n=%0d%0aX-Evil:%201", status=400)
        self.assertIsNone(split.getheader("X-Evil"))

    def ask_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda n: self.ask_json([("q", "gas"), ("n", n), ("format", "json")]),
                                       [1 + n % 10 for n in range(48)]))
        for n, answer in enumerate(answers):
            self.assertEqual(len(answer["hits"]), min(1 + n % 10, answer["articles"]))

    def change_the_index(self):
        """What is committed is found by the next request, and a former tag no longer holds."""
        query = [("q", "gas"), ("sort", "newest")]
        tag = self.ask(query).getheader("ETag")
        self.assertEqual(self.ask_json([("q", "zyzzogeton"), ("format", "json")])["hits"], [])
        with open(self.machine.path("tmp/new.txt"), "w", encoding="utf-8") as out:
            out.write("A new article\n\nThe zyzzogeton is a leafhopper.\n")
        self.machine.run(f"sudo csa-index --quiet -d /var/lib/csa/site.index {self.machine.path('tmp/new.txt')}")
        found = self.ask_json([("q", "zyzzogeton"), ("format", "json")])
        self.assertEqual(len(found["hits"]), 1)
        self.ask(query, If_None_Match=tag)

    def kill_a_worker(self):
        for _ in range(3):
            self.ask("q=gas")
            before = self.machine.workers()
            self.assertTrue(before, self.machine.logs())
            os.kill(before[0], signal.SIGKILL)
            self.wait_until("no answer after a worker was killed",
                            lambda: self.machine.ask(SEARCH + "?q=gas").status == 200)
            self.wait_until("it lives on", lambda: before[0] not in self.machine.workers())  # pylint: disable=W0640

    def look_at_logs(self):
        logs = self.machine.logs()
        for words in ("Sanitizer", "runtime error"):
            self.assertNotIn(words, logs)
        for line in logs.splitlines():
            self.assertNotRegex(line, r"csa\.cgi: \d{4}-.*127\.0\.0\.1")

    def test_apache_cgid(self):
        self.check("Apache with mod_cgid", fastcgi=False)

    def test_apache_fcgid(self):
        self.check("Apache with mod_fcgid", fastcgi=True)

    def test_apache_proxy_fcgi(self):
        self.check(SYSTEMD, "Apache with mod_proxy_fcgi", fastcgi=True)

    def test_nginx_systemd_socket(self):
        self.check(SYSTEMD, "nginx with a systemd socket", fastcgi=True)

    def test_nginx_spawn_fcgi(self):
        self.check("nginx with spawn-fcgi", fastcgi=True)

    def test_nginx_fcgiwrap(self):
        self.check("nginx with fcgiwrap", fastcgi=False)

    def test_lighttpd_cgi(self):
        self.check("lighttpd with mod_cgi", fastcgi=False)

    def test_lighttpd_fastcgi(self):
        self.check("lighttpd with mod_fastcgi", fastcgi=True)

    def test_systemd_units(self):
        """systemd finds no mistake in the units."""
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not here")

        def verify(*units):
            return subprocess.run(["systemd-analyze", "verify", "--man=no", *units], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)

        for line in commands(SETUP) + [line for line in commands(SYSTEMD) if "systemctl" not in line]:
            self.machine.run(line)
        plain = self.machine.path("etc/systemd/system/plain.service")
        with open(plain, "w", encoding="utf-8") as out:
            out.write("[Service]\nExecStart=/bin/true\n")
        if verify(plain).returncode != 0:
            self.skipTest("systemd-analyze cannot work here")
        done = verify(*(self.machine.path("etc/systemd/system/" + name) for name in ("csa.socket", "csa.service")))
        self.assertEqual((done.returncode, done.stdout.decode()), (0, ""))


class Page(support.Case):
    """docs/site.md and docs/site/ are of one piece, and the tests above leave nothing out."""

    def test_files_are_quoted(self):
        quoted = dict(re.findall(r"^```conf (\S+)\n(.*?)^```$", read_page(), flags=re.M | re.S))
        self.assertEqual(sorted(quoted), sorted(os.listdir(FILES)))
        for name, text in quoted.items():
            with open(os.path.join(FILES, name), encoding="utf-8") as file:
                self.assertEqual(text, file.read(), name)

    def test_files_are_installed(self):
        with open(os.path.join(support.ROOT, "docs", "meson.build"), encoding="utf-8") as file:
            self.assertEqual(sorted(re.findall(r"'site/([^']+)'", file.read())), sorted(os.listdir(FILES)))

    def test_every_section_is_run(self):
        with open(os.path.abspath(__file__), encoding="utf-8") as file:
            own = file.read()
        for heading, text in sections():
            if "```sh\n" in text:
                self.assertIn(f'"{heading}"', own)

    def test_own_look(self):
        """The example of a site's own files, as it stands."""
        files = dict(re.findall(r"^```(?:conf-lines|html|css|words) (\S+)\n(.*?)^```$", read_page(), flags=re.M | re.S))
        for name, text in files.items():
            self.write(name, ("index = index\n" if name == "csa.conf" else "") + text)
        self.index()
        page = self.cgi(self.path("csa.conf"), "q=river")
        self.assertEqual((page.status, self.error), (200, ""))
        for words in ("The Example Archive", 'class="banner"', "The Example Gazette", "mailto:library@example.org",
                      "Search ninety years of the Gazette: ask", "More like this"):
            self.assertIn(words, page.text)
        style = self.cgi(self.path("csa.conf"), "format=style").text
        self.assertIn("--csa-accent", style.partition("--csa-accent: #7a1f1f")[0])
        self.assertIn(".banner", style)

    def test_values_are_listed(self):
        """Every value that the built-in page uses is listed."""
        with open(os.path.join(support.ROOT, "searcher", "site", "assets", "page.html"), encoding="utf-8") as template:
            used = set(re.findall(r"\{\{[#^]?([a-z_]+)\}\}", template.read()))
        described = read_page().partition("\n### The values\n")[2].partition("\n## ")[0]
        listed = {part for name in re.findall(r"`([a-z_.]+)`", described) for part in name.split(".")}
        self.assertEqual(sorted(used - listed), [])

    def test_settings_are_described(self):
        """Each name of csa.conf stands in its man page and in the page's table."""
        with open(os.path.join(support.ROOT, "searcher", "site", "config.c"), encoding="utf-8") as file:
            names = re.findall(r"^ *SETTING\(\w+, (\w+),", file.read(), flags=re.M)
        with open(os.path.join(support.ROOT, "docs", "csa.conf.5"), encoding="utf-8") as file:
            described = [name for line in re.findall(r"^\.It Cm (.*)$", file.read(), flags=re.M)
                         for name in line.replace(" ,", "").split()]
        self.assertEqual(sorted(described), sorted(names))
        listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.*?)\|", dict(sections())["Configuration"], re.M)))
        self.assertEqual(sorted(listed), sorted(names))

    def test_links_within_the_page(self):
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading, _ in sections()}
        for anchor in re.findall(r"\]\(#([^)]+)\)", read_page()):
            self.assertIn(anchor, anchors)


if __name__ == "__main__":
    support.main()
