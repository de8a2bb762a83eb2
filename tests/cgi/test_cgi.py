"""csa.cgi through CGI/1.1: methods, statuses, formats, hostile variables, and what it leaves alone."""
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree as tree

import support
from support import CGI, NOBODY, variables

GUARDS = ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"]
ATOM = "{http://www.w3.org/2005/Atom}"
ERROR_STATUSES = (400, 404, 405, 413, 414, 500, 503)


class Cgi(support.Case):
    def check(self, response, status, content_type="text/html"):
        """What every response has."""
        self.assertTrue(response.whole, response.raw[:500])
        self.assertEqual(response.status, status, response.raw[:1000] + self.error.encode())
        self.assertEqual(len(response.headers) + 1, len(response.lines), "a header stands twice")
        if status != 304:
            self.assertEqual(response.headers["content-type"], content_type + "; charset=utf-8")
        for name in GUARDS:
            self.assertIn(name, response.headers)
        self.assertIn("frame-ancestors 'none'", response.headers["content-security-policy"])
        self.assertNotIn("unsafe", response.headers["content-security-policy"])
        self.assertEqual(response.headers["x-content-type-options"], "nosniff")
        if status in ERROR_STATUSES:
            self.check_says_nothing(response)
        if status >= 400:
            self.assertEqual(response.headers["cache-control"], "no-store")
        if response.body and "content-length" in response.headers:
            self.assertEqual(int(response.headers["content-length"]), len(response.body))
        return response

    def check_says_nothing(self, response):
        """Of the machine."""
        for words in (self.folder, "csa.conf", "No such file", "Permission denied", "index/", "/usr", "/etc"):
            self.assertNotIn(words.encode(), response.raw)


class Answers(Cgi):
    def setUp(self):
        super().setUp()
        self.conf = self.site()

    def ask(self, *arguments, status=200, content_type="text/html", **options):
        return self.check(self.cgi(self.conf, *arguments, **options), status, content_type)

    def test_page(self):
        page = self.ask("q=river").text
        self.assertTrue(page.lower().startswith("<!doctype html>"))
        self.assertIn("The <mark>river</mark> in spring", page)
        self.assertIn("A bridge &amp; its &lt;builders&gt;", page)
        self.assertEqual(self.error, "")
        self.assertEqual(self.returned, 0)
        self.assertIn("<form", self.ask("").text)
        self.assertIn("<form", self.ask("q=nothinglikeit").text)

    def test_json(self):
        found = self.ask("q=river&format=json", content_type="application/json").json()
        self.assertEqual(sorted(hit["article"]["id"] for hit in found["hits"]), ["bridge", "river"])
        with open(self.conf, encoding="utf-8") as conf:
            self.assertNotIn(conf.read(), json.dumps(found))

    def test_atom(self):
        feed = tree.fromstring(self.ask("q=river&format=atom", content_type="application/atom+xml").body)
        self.assertEqual(feed.tag, ATOM + "feed")
        self.assertEqual(len(feed.findall(ATOM + "entry")), 2)

    def test_opensearch(self):
        response = self.ask("format=opensearch", content_type="application/opensearchdescription+xml")
        self.assertIn("OpenSearchDescription", tree.fromstring(response.body).tag)

    def test_suggestions(self):
        typed, offered, *_ = self.ask("q=riv&format=suggest", content_type="application/x-suggestions+json").json()
        self.assertEqual(typed, "riv")
        self.assertIn("river", [text.lower() for text in offered])

    def test_parts_of_the_page(self):
        for link in re.findall(r'(?:href|src)="[^"]*\?([^"]*format=(?:style|script)[^"]*)"', self.ask("q=river").text):
            link = link.replace("&amp;", "&")
            kind = "text/css" if "style" in link else "text/javascript"
            self.assertIn("immutable", self.ask(link, content_type=kind).headers["cache-control"])

    def test_other_languages(self):
        self.assertIn("<mark>река</mark>", self.ask([("q", "река")]).text)
        self.assertIn("河流", self.ask([("q", "河流")]).text)

    def test_head(self):
        for query in ("q=river", "q=river&format=json", "format=style", "article=river"):
            whole = self.cgi(self.conf, query)
            head = self.cgi(self.conf, query, method="HEAD")
            self.assertEqual(head.body, b"")
            self.assertEqual(head.status, 200)
            self.assertEqual(sorted(head.headers), sorted(whole.headers))
            self.assertEqual(head.headers["content-type"], whole.headers["content-type"])
        self.assertEqual(self.cgi(self.conf, "page=x", method="HEAD").body, b"")

    def test_post(self):
        page = self.ask("", method="POST", body=b"q=river&sort=newest").text
        self.assertIn("<mark>river</mark>", page)
        self.assertIn("<form", self.ask("", method="POST", body=b"").text)
        self.ask("", method="POST", body=b"{}", CONTENT_TYPE="application/json", status=415)

    def test_not_modified(self):
        for query in ("q=river", "q=river&format=json", "q=river&format=atom", "format=style", "format=opensearch"):
            first = self.cgi(self.conf, query)
            tag = first.headers["etag"]
            again = self.ask(query, HTTP_IF_NONE_MATCH=tag, status=304)
            self.assertEqual(again.body, b"")
            self.assertEqual(again.headers["etag"], tag)
            self.ask(query, HTTP_IF_NONE_MATCH='"other", ' + tag, status=304)
            self.ask(query, HTTP_IF_MODIFIED_SINCE=first.headers["last-modified"], status=304)
            changed = self.cgi(self.conf, query, HTTP_IF_NONE_MATCH='"another"')
            self.assertEqual(changed.status, 200)
        self.assertNotEqual(self.ask("q=river").headers["etag"].replace("W/", ""), "")

    def test_tag_follows_the_index(self):
        tag = self.ask("q=river").headers["etag"]
        self.index([{"id": "new", "text": "Another river."}])
        changed = self.ask("q=river", HTTP_IF_NONE_MATCH=tag)
        self.assertNotEqual(changed.headers["etag"], tag)

    def test_gzip(self):
        plain = self.ask("format=style", content_type="text/css")
        packed = self.ask("format=style", HTTP_ACCEPT_ENCODING="br;q=1.0, gzip;q=0.8", content_type="text/css")
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertLess(len(packed.body), len(plain.body))
        for response in (plain, packed, self.ask("q=river")):
            self.assertIn("Accept-Encoding", response.headers["vary"])
        for refused in ("gzip;q=0", "identity", "br", "gzip;q=x", ""):
            self.assertNotIn("content-encoding", self.ask("q=river", HTTP_ACCEPT_ENCODING=refused).headers)

    def test_bad_requests(self):
        for query in ("page=x", "page=0", "page=-1", "n=0", "n=1000000", "format=exe", "sort=up", "q=%ff", "q=%c0%af",
                      "q=%00", "q=%ed%a0%80", "date=yesterday", "&".join(f"source=s{i}" for i in range(40)),
                      "&".join(f"x{i}=1" for i in range(200))):
            with self.subTest(query=query[:60]):
                self.ask(query, status=400)
        self.ask("q=" + "a" * 5000, status=414)
        self.ask("x=" + "a" * 9000, status=414)
        self.ask("q=river", PATH_INFO="/../../etc/passwd", status=404)
        self.ask("q=river", PATH_INFO="/")
        self.ask("article=none", status=404)
        refused = self.ask("q=river", method="DELETE", status=405)
        self.assertIn("GET", refused.headers["allow"])
        for method in ("get", "PUT", "CONNECT", "\x1b[2J", "", None):
            self.ask("q=river", method=method, status=405)
        self.ask("", method="POST", body=b"q=" + b"a" * 10000, status=413)
        self.assertEqual(self.returned, 0)

    def test_errors_for_programs(self):
        told = self.ask("q=river&format=json&page=x", status=400, content_type="application/json").json()
        self.assertEqual(told["error"]["status"], 400)

    def test_unknown_parameters_are_ignored(self):
        plain = self.ask("q=river&format=json", content_type="application/json").json()
        more = self.ask("q=river&format=json&utm_source=x&debug=1&config=/etc/passwd&d=/", content_type="application/json")
        self.assertEqual(plain["hits"], more.json()["hits"])

    def test_content_length(self):
        for length in ("-1", "+3", "0x8", "3 ", "3,3", "abc", "1e3", "٣"):
            self.ask("q=river", method="POST", body=b"q=x", CONTENT_LENGTH=length, status=400)
            self.ask("q=river", CONTENT_LENGTH=length, status=400)
        self.ask("q=river", method="POST", body=b"q=x", CONTENT_LENGTH="4", status=400)
        for length in ("9000", "4294967296", "18446744073709551615", "9" * 400):
            self.ask("q=river", method="POST", body=b"q=x", CONTENT_LENGTH=length, status=413)
        self.assertIn("<mark>river</mark>", self.ask("", method="POST", body=b"q=river and more", CONTENT_LENGTH="7").text)
        self.assertIn("<mark>river</mark>", self.ask("q=river", method="POST", body=b"q=x", CONTENT_LENGTH="").text)
        self.assertIn("<mark>river</mark>", self.ask("q=river", method="POST", body=b"q=x", CONTENT_LENGTH=None).text)

    def test_errors_without_a_site(self):
        """A program can read what is wrong, even where there is no configuration."""
        for query, kind in (("q=a", "text/html"), ("q=a&format=json", "application/json"), ("format=atom", "text/plain")):
            self.check(self.cgi(self.path("gone.conf"), query), 500, kind)

    def test_behind_a_login(self):
        self.assertEqual(self.ask("q=river").headers["cache-control"], "max-age=60")
        for name in ("REMOTE_USER", "HTTP_AUTHORIZATION"):
            self.assertEqual(self.ask("q=river", **{name: "x"}).headers["cache-control"], "private, max-age=60")

    def test_slow_body(self):
        reading, writing = os.pipe()
        begin = time.monotonic()
        os.write(writing, b"q=")
        try:
            response = self.cgi(self.conf, "", method="POST", body=b"q=river", stdin=reading)
        finally:
            os.close(reading)
            os.close(writing)
        self.check(response, 408)
        self.assertLess(time.monotonic() - begin, 20)

    def test_headers_that_lie(self):
        for name in ("HTTP_HOST", "SCRIPT_NAME", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "REMOTE_ADDR",
                     "HTTP_IF_MODIFIED_SINCE", "HTTPS", "CONTENT_TYPE"):
            for value in ("\r\nX-Evil: 1", "<script>alert(1)</script>", "a" * 100000, "\x01\x1b[2J", "javascript:alert(1)",
                          "//evil.example/", "%0d%0aX-Evil:%201", "\"><svg onload=alert(1)>", "%s%n%s", "{{q}}", "", b"\xff\xfe"):
                for query in ("q=river", "q=river&format=atom", "format=opensearch", "page=x"):
                    value = value if isinstance(value, str) else os.fsdecode(value)
                    response = self.cgi(self.conf, query, **{name: value})
                    self.assertIn(response.status, (200, 400), (name, value[:50], self.error))
                    self.assertNotIn("x-evil", response.headers)
                    self.assertNotIn(b"<script>alert", response.body)
                    self.assertNotIn(b"<svg onload", response.body)
                    self.assertNotIn(b"\x1b", response.raw)
                    self.assertNotIn(b'"javascript:', response.raw)
                    self.assertNotIn(b'"//evil', response.raw)

    def test_arguments_are_not_read(self):
        plain = self.ask("q=river&format=atom", content_type="application/atom+xml").body
        for argument in ("--version", "--help", "-d", "/etc/passwd", "-s", "q=other", "--config=/etc/passwd"):
            done = subprocess.run([CGI, argument, argument], env={"CSA_CONFIG": self.conf, **variables("q=river&format=atom")},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60, check=True)
            self.assertEqual(support.Response(done.stdout).body, plain)

    def test_environment_is_not_read(self):
        plain = self.ask("q=river").headers["etag"]
        other = self.index([{"id": "x", "text": "Another river."}], name="other")
        odd = {"CSA_INDEX": other, "CSA_SYNONYMS": "/nowhere", "CSA_HISTORY": "/nowhere", "HTTP_PROXY": "http://evil.example",
               "HTTP_CSA_CONFIG": "/nowhere", "TZ": ":/etc/passwd", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "COLUMNS": "1",
               "FCGI_WEB_SERVER_ADDRS": "192.0.2.1", "HOME": "/nowhere"}
        self.assertEqual(self.ask("q=river", **odd).headers["etag"], plain)
        self.assertIn("The <mark>river</mark>", self.ask("q=river", **odd).text)


class Configurations(Cgi):
    def test_none(self):
        for path in ("/nowhere/csa.conf", self.folder, "/dev/null"):
            response = self.check(self.cgi(path, "q=river"), 500)
            self.assertIn("configuration", self.error)
            self.assertEqual(self.cgi(path, "q=river", method="HEAD").body, b"")
            self.assertGreater(len(response.body), 100)

    def test_broken(self):
        self.index()
        for line in ("speed = high", "hits = many", "index = twice", "nonsense", "hits = 5\nhits = 6", "memory = 1K"):
            path = self.write("csa.conf", f"index = index\n{line}\n")
            self.check(self.cgi(path, "q=river"), 500)
            self.assertRegex(self.error, r"csa\.conf:[23]: ")

    def test_broken_files(self):
        self.index()
        for name, content in (("words", "no such key = x\n"), ("page", "<p {{q}}>"), ("page", "{{#open}}")):
            path = self.configure(**{name: "file"})
            self.write("file", content)
            self.check(self.cgi(path, "q=river"), 500)
            self.assertIn("file:1: ", self.error)
            os.unlink(self.path("file"))
            self.check(self.cgi(path, "q=river"), 500)

    def test_no_index(self):
        path = self.configure()
        response = self.check(self.cgi(path, "q=river"), 503)
        self.assertTrue(response.headers["retry-after"].isdigit())
        self.assertIn("index", self.error)
        self.check(self.cgi(path, "q=river&format=json"), 503, "application/json")
        self.check(self.cgi(path, "format=style"), 200, "text/css")

    def test_damaged_index(self):
        path = self.site()
        for name in os.listdir(self.path("index")):
            with open(self.path("index", name), "r+b") as file:
                file.truncate(16)
        response = self.check(self.cgi(path, "q=river"), 503)
        self.assertTrue(response.headers["retry-after"].isdigit())
        self.assertNotEqual(self.error, "")

    def test_log(self):
        path = self.site(log="requests")
        self.cgi(path, "q=secret", REMOTE_ADDR="192.0.2.77")
        self.assertRegex(self.error, r"\Acsa\.cgi: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ GET 200, \d+ bytes, [\d.]+ ms\n\Z")
        path = self.site(log="requests", log_addresses="yes")
        self.cgi(path, "q=secret", REMOTE_ADDR="192.0.2.77")
        self.assertIn(" 192.0.2.77 GET", self.error)
        self.assertNotIn("secret", self.error)
        self.cgi(path, "q=secret", REMOTE_ADDR="1\n\x1b[2J\x7f\x85\\")
        self.assertIn("1\\x0a\\x1b[2J\\x7f\\xc2\\x85\\x5c", self.error)
        self.assertEqual(self.error.count("\n"), 1)

    def test_started_by_hand(self):
        for arguments in ((), ("--help",), ("--version",), ("/etc/passwd",)):
            done = subprocess.run([CGI, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={}, timeout=60,
                                  check=True)
            self.assertIn(b"csa-search", done.stdout)
            self.assertIn(b"takes no arguments", done.stdout)
            self.assertLess(done.stdout.count(b"\n"), 20)


class Surroundings(Cgi):
    """Descriptors, users and files."""

    def listing(self):
        found = []
        for path, folders, names in os.walk(self.folder):
            for name in folders + names:
                status = os.lstat(os.path.join(path, name))
                found.append((os.path.join(path, name), status.st_size, status.st_mtime_ns, status.st_mode))
        return sorted(found)

    def test_no_litter(self):
        path = self.site()
        before = self.listing()
        for query in ("q=river", "q=river&format=json", "article=river", "q=riv&format=suggest", "page=x"):
            self.cgi(path, query)
            self.cgi(path, "", method="POST", body=query.encode())
        self.assertEqual(self.listing(), before)

    def test_unprivileged(self):
        if os.getuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv")
        path = self.site()
        copy = shutil.copy(CGI, self.path("csa.cgi"))
        os.chmod(copy, 0o755)
        for folder, folders, names in os.walk(self.folder):
            for name in folders + names:
                os.chmod(os.path.join(folder, name), 0o755 if name in folders or name == "csa.cgi" else 0o444)
        os.chmod(self.path("index"), 0o555)
        before = self.listing()
        done = subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs",
                               "--inh-caps=-all", copy],
                              env={"CSA_CONFIG": path, **variables("q=river")}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=True)
        self.error = done.stderr.decode()
        self.assertEqual(self.error, "")
        self.assertIn("<mark>river</mark>", self.check(support.Response(done.stdout), 200).text)
        self.assertEqual(self.listing(), before)

    def shell(self, path, redirections, **options):
        """csa.cgi started by a shell with redirections; (exit status, stdout, stderr)."""
        done = subprocess.run(["sh", "-c", f'exec "$0" {redirections}', CGI], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"CSA_CONFIG": path, **variables("q=river", **options)}, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_closed_descriptors(self):
        path = self.site(log="requests")
        for redirections in ("<&-", "2>&-", "<&- 2>&-", "<&- 2>/dev/full"):
            status, out, _ = self.shell(path, redirections)
            self.assertEqual(status, 0)
            self.assertIn(b"<mark>river</mark>", out)
        for redirections in (">&-", ">&- <&- 2>&-", ">/dev/full"):
            status, out, error = self.shell(path, redirections)
            self.assertEqual((status, out), (0, b""))
            self.assertNotIn(b"Sanitizer", error)
        status, out, _ = self.shell(path, "<&-", method="POST", CONTENT_LENGTH="7")
        self.assertIn(b"Status: 400", out)

    def test_server_that_goes_away(self):
        path = self.site()
        process = subprocess.Popen([CGI], env={"CSA_CONFIG": path, **variables("q=river")}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        with process.stderr as error:
            self.assertEqual(error.read(), b"")
        self.assertEqual(process.wait(60), 0)

    def test_limits(self):
        """With little memory: an answer or a page that says so, and no crash."""
        path = self.site()
        done = subprocess.run(["sh", "-c", 'ulimit -d 40000; exec "$0"', CGI], env={"CSA_CONFIG": path, **variables("q=river")},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
        if not support.SANITIZED:
            self.assertGreaterEqual(done.returncode, 0, done.stderr)
            self.assertIn(support.Response(done.stdout).status, (200, 500, 503))

    def test_told_to_end(self):
        """SIGTERM in the middle of a request ends the process; nothing is left."""
        path = self.site()
        before = self.listing()
        process = subprocess.Popen([CGI], env={"CSA_CONFIG": path, **variables("", method="POST", CONTENT_LENGTH="100")},
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual(self.listing(), before)


if __name__ == "__main__":
    support.main()
