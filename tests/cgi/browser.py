"""What the tests in a browser share: headless Chromium, spoken to through chromedriver with nothing but Python's own
library (WebDriver, https://www.w3.org/TR/webdriver2/), and a small web server on the loopback address that starts
csa.cgi for each request. Tests are skipped by name where Chromium or its driver is not installed.
"""
import base64
import http.server
import json
import os
import re
import shutil
import socketserver
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Down": "\ue015", "Up": "\ue013", "Home": "\ue011", "End": "\ue010",
        "Tab": "\ue004"}
PHONE, DESKTOP = (320, 800), (1280, 900)

# What of Chromium would ask the network by itself is switched off.
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
         "--disable-dev-shm-usage", "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
         "--hide-scrollbars", "--force-color-profile=srgb", "--lang=en"]


class WebServer:
    """Answers http://127.0.0.1:PORT/search?... by starting a CGI program; every other path is 404."""

    PATH = "/search"

    def __init__(self, program, folder, configuration):
        self.asked = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path, _, query = self.path.partition("?")
                server.asked.append(self.path)
                if path != server.PATH:
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.answer(server.run(query, self.headers))

            def answer(self, raw):
                head, _, body = raw.partition(b"\r\n\r\n")
                headers = [line.decode("latin-1").partition(": ")[::2] for line in head.split(b"\r\n")]
                status = next((value for name, value in headers if name == "Status"), "200 OK")
                self.send_response(int(status.split(" ")[0]))
                for name, value in headers:
                    if name not in ("Status", "Content-Length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

        self.program, self.folder, self.configuration = program, folder, configuration
        self.http = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}{self.PATH}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def run(self, query, headers):
        environment = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "GET",
                       "SCRIPT_NAME": self.PATH, "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1",
                       "HTTP_HOST": headers.get("Host", ""), "CSA_CONFIG": self.configuration}
        for name in ("Accept-Encoding", "If-None-Match", "If-Modified-Since"):
            if name in headers:
                environment["HTTP_" + name.upper().replace("-", "_")] = headers[name]
        return subprocess.run([self.program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=environment, cwd=self.folder, check=False,
                              timeout=60).stdout

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Browser:
    """One Chromium with one window. Elements are found by CSS selectors."""

    def __init__(self, folder):
        self.driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       env={**os.environ, "HOME": folder})
        self.session = ""
        try:
            self.base = f"http://127.0.0.1:{self.port()}"
            options = {"binary": CHROMIUM, "args": FLAGS + [f"--user-data-dir={folder}/profile"]}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                      "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
            made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self.driver.kill()
            self.driver.wait()
            self.driver.stdout.close()
            raise
        self.session = "/session/" + made["sessionId"]

    def port(self):
        for line in self.driver.stdout:
            found = re.search(rb"started successfully on port (\d+)", line)
            if found:
                return int(found.group(1))
        raise OSError("chromedriver did not start")

    def call(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + self.session + path, data, {"Content-Type": "application/json"},
                                         method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {json.load(error)['value']['message']}") from None

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()

    # ---- the window ----

    def get(self, url):
        self.call("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.call("GET", "/url")

    @property
    def title(self):
        return self.call("GET", "/title")

    def back(self):
        self.call("POST", "/back")

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, size=DESKTOP, dark=False, scripts=True, forced=False):
        """How the next page is shown."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1,
                      mobile=False)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                    {"name": "forced-colors", "value": "active" if forced else "none"}]
        self.devtools("Emulation.setEmulatedMedia", features=features)
        self.devtools("Emulation.setScriptExecutionDisabled", value=not scripts)

    def screenshot(self, path, whole=True):
        image = self.devtools("Page.captureScreenshot", captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(image["data"]))

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """The script's last argument is to be called with the result."""
        return self.call("POST", "/execute/async", {"script": script, "args": list(arguments)})

    # ---- elements ----

    def find(self, selector):
        return self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def find_all(self, selector):
        found = self.call("POST", "/elements", {"using": "css selector", "value": selector})
        return [element[ELEMENT] for element in found]

    def text(self, selector):
        """Read at once, so that a page that changes meanwhile does not matter."""
        return (self.texts(selector) or [""])[0]

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((found) => found.innerText)", selector)

    def attribute(self, selector, name):
        return self.call("GET", f"/element/{self.find(selector)}/attribute/{name}")

    def value(self, selector="#q"):
        return self.call("GET", f"/element/{self.find(selector)}/property/value")

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click")

    def type(self, text, selector="#q", clear=True):
        element = self.find(selector)
        if clear:
            self.call("POST", f"/element/{element}/clear")
        self.call("POST", f"/element/{element}/value", {"text": text})

    def press(self, *names):
        """Keys, wherever the focus is."""
        actions = []
        for name in names:
            key = KEYS.get(name, name)
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def focused(self):
        """The id of the element that has the focus."""
        return self.run("return document.activeElement && document.activeElement.id")

    def wait(self, words, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain until {words}")
            time.sleep(0.05)

    # ---- what happened ----

    def complaints(self):
        """Warnings and errors of the console since the last call: violations of the content security policy, too."""
        log = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in log if entry["level"] in ("WARNING", "SEVERE")
                and "favicon.ico" not in entry["message"]]

    def requests(self):
        """URLs that pages asked for since the last call."""
        urls = []
        for entry in self.call("POST", "/se/log", {"type": "performance"}):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls


def needs_browser(test):
    """Skips, saying what is missing."""
    missing = [name for name, path in (("chromium", CHROMIUM), ("chromedriver", DRIVER)) if path is None]
    return unittest.skipIf(missing, "not installed: " + ", ".join(missing))(test)
