"""csa.cgi beside Omega, on the same articles and queries, in one run. Prints two tables for docs/benchmarks.md.

    python3 tests/bench/site.py BUILD INDEX OMEGA QUERIES [--rounds N] [--seconds S] [--only cgi|load|memory]

BUILD    a release build folder of CSA
INDEX    an index of one passage an article (csa-index --passage-words 0), so that both search the same documents
OMEGA    a folder with what scriptindex made of the same articles in data/default, and Omega's templates/
QUERIES  JSON lines with a "query" and "tags", of which the first is its class; those of the class "union" Omega
         joins by OR, as CSA does, not by AND as it would else

cgi      one process a request, from before its creation to the last byte read, in turns: medians in milliseconds
load     nginx on loopback before csa.cgi (FastCGI, two workers) and before fcgiwrap with Omega, both asked by wrk;
         and nginx before fcgiwrap with csa.cgi, which is then a CGI program like Omega
memory   resident size of a worker, a line every hundred thousand requests

Pages are asked for as a visitor without cookies does: HTML, ten results, all filters and the timeline.
"""
import argparse
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

OMEGA_PROGRAM = "/usr/lib/cgi-bin/omega/omega"
CONNECTIONS = (1, 16, 64)


def read_queries(path, most):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    random.Random(4).shuffle(rows)
    return [(row["query"], row["tags"][0]) for row in rows[:most]]


def parameters_for(program, query, kind):
    if program == "csa":
        return {"q": query}
    return {"P": query, **({"DEFAULTOP": "or"} if kind == "union" else {})}


def gateway(program, parameters, environment):
    return {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "/search", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "QUERY_STRING": urllib.parse.urlencode(parameters), "PATH": "/usr/bin:/bin", **environment}


def answer(program, environment):
    """The whole output of a CGI program and the milliseconds that it took."""
    reading, writing = os.pipe()
    begin = time.perf_counter()
    process = os.posix_spawn(program, [program], environment, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_CLOSE, writing), (os.POSIX_SPAWN_CLOSE, reading)])
    os.close(writing)
    parts = []
    while part := os.read(reading, 1 << 20):
        parts.append(part)
    took = time.perf_counter() - begin
    os.close(reading)
    os.waitpid(process, 0)
    return b"".join(parts), took * 1000


class Sides:
    """Both programs with their configurations, in a folder that is removed again."""

    def __init__(self, arguments):
        self.folder = tempfile.mkdtemp(prefix="csa-site-")
        self.csa_program = os.path.abspath(os.path.join(arguments.build, "searcher", "csa.cgi"))
        omega = os.path.abspath(arguments.omega)
        self.config = self.write("csa.conf", f"index = {os.path.abspath(arguments.index)}\nworkers = 2\n")
        self.unkept = self.write("unkept.conf", f"index = {os.path.abspath(arguments.index)}\nworkers = 2\n"
                                                "cache_memory = 0\n")
        omega_config = self.write("omega.conf", f"database_dir {omega}/data\ntemplate_dir {omega}/templates\n"
                                                f"log_dir {self.folder}\ncdb_dir {self.folder}\n")
        self.csa = {"CSA_CONFIG": self.config}
        self.omega = {"OMEGA_CONFIG_FILE": omega_config}

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def print_times(title, took, chosen):
    """A line a program over the chosen queries, each with its median; then the ratio of their medians."""
    middles = []
    for name, times in took.items():
        each = sorted(statistics.median(times[i]) for i in chosen)
        middles.append(statistics.median(each))
        print(f"| {title} | {name} | {middles[-1]:.2f} ms | {each[len(each) * 9 // 10]:.2f} | {each[-1]:.2f} |"
              f" {middles[0] / middles[-1]:.2f} |")


def compare_cgi(sides, queries, rounds):
    took = {"csa": [[] for _ in queries], "omega": [[] for _ in queries]}
    size = {"csa": 0, "omega": 0}
    for _ in range(rounds):
        for i, (query, kind) in enumerate(queries):
            for name, program, environment in (("csa", sides.csa_program, sides.csa),
                                               ("omega", OMEGA_PROGRAM, sides.omega)):
                parameters = parameters_for(name, query, kind)
                output, milliseconds = answer(program, gateway(program, parameters, environment))
                took[name][i].append(milliseconds)
                size[name] += len(output)
    print("\n| CGI, one process a request | | median | 90th | slowest | ratio |\n|---|---|---|---|---|---|")
    print_times(f"all {len(queries)}", took, range(len(queries)))
    for kind in sorted({kind for _, kind in queries}):
        chosen = [i for i, query in enumerate(queries) if query[1] == kind]
        print_times(f"{kind}, {len(chosen)}", took, chosen)
    pages = ", ".join(f"{name} {size[name] / rounds / len(queries) / 1024:.1f}" for name in size)
    print(f"\nKB a page: {pages}")


def nginx_config(folder, port, socket, extra):
    user = "user root; " if os.geteuid() == 0 else ""  # who may reach the socket in our private folder
    lines = "".join(f"fastcgi_param {name} {value};\n" for name, value in extra.items())
    return f"""
{user}daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass unix:{socket};
      fastcgi_buffers 64 16k;
      fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param GATEWAY_INTERFACE CGI/1.1; fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SCRIPT_NAME /search; fastcgi_param HTTP_ACCEPT_ENCODING "";
      {lines}
    }}
  }}
}}
"""


def wait_for(path):
    end = time.monotonic() + 20
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.05)


@contextlib.contextmanager
def serving(sides, backend, extra, port, config=None):
    """nginx before a backend that listens on a socket in the folder."""
    socket = os.path.join(sides.folder, f"socket-{port}")
    started = [subprocess.Popen(backend(socket), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, env={**os.environ, **sides.csa, **sides.omega,
                                     **({"CSA_CONFIG": config} if config else {})})]
    wait_for(socket)
    config = sides.write(f"nginx-{port}.conf", nginx_config(sides.folder, port, socket, extra))
    started.append(subprocess.Popen(["nginx", "-c", config, "-e", os.path.join(sides.folder, "nginx.log")]))
    time.sleep(0.5)
    try:
        yield f"http://127.0.0.1:{port}/", started[0].pid
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def ask_with_wrk(sides, url, program, queries, connections, seconds):
    """Requests a second, then milliseconds: 50th and 99th of a hundred; and how many answers were not 200."""
    paths = ",".join('"/?' + urllib.parse.urlencode(parameters_for(program, *query)) + '"' for query in queries)
    script = sides.write("queries.lua", f"""
local paths = {{ {paths} }}
local n = math.random(#paths)
function request() n = n % #paths + 1; return wrk.format("GET", paths[n]) end
function done(summary, latency, _)
  io.write(string.format("RESULT %.1f %.2f %.2f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.timeout + summary.errors.read))
end
""")
    output = subprocess.run(["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s",
                             "-s", script, url], capture_output=True, text=True, check=True).stdout
    result = next(line for line in output.splitlines() if line.startswith("RESULT"))
    return [float(figure) for figure in result.split()[1:]]


def compare_load(sides, queries, seconds):
    def csa_fastcgi(socket):
        return ["spawn-fcgi", "-n", "-s", socket, "--", sides.csa_program]

    def wrapped(socket):
        return ["spawn-fcgi", "-n", "-s", socket, "--", "/usr/sbin/fcgiwrap", "-c", "2"]

    kinds = [("csa, FastCGI", csa_fastcgi, {}, "csa"),
             ("csa, FastCGI, nothing kept", csa_fastcgi, {}, "csa"),
             ("csa, fcgiwrap", wrapped, {"SCRIPT_FILENAME": sides.csa_program, "CSA_CONFIG": sides.config}, "csa"),
             ("Omega, fcgiwrap", wrapped, {"SCRIPT_FILENAME": OMEGA_PROGRAM,
                                           "OMEGA_CONFIG_FILE": sides.omega["OMEGA_CONFIG_FILE"]}, "omega")]
    print("\n| nginx before | connections | requests/s | 50 % ms | 99 % ms | not 200 |\n|---|---|---|---|---|---|")
    for i, (name, backend, extra, program) in enumerate(kinds):
        config = sides.unkept if "nothing kept" in name else None
        with serving(sides, backend, extra, 18080 + i, config) as (url, _):
            ask_with_wrk(sides, url, program, queries, 2, 2)
            for connections in CONNECTIONS:
                rate, middle, late, bad = ask_with_wrk(sides, url, program, queries, connections, seconds)
                print(f"| {name} | {connections} | {rate:.0f} | {middle:.2f} | {late:.2f} | {bad:.0f} |", flush=True)


def resident(parent):
    """Kilobytes of the processes below a process: what they hold for themselves alone."""
    total = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/status", encoding="ascii", errors="replace") as status:
                    fields = dict(line.split(":", 1) for line in status)
                if int(fields["PPid"]) == parent:
                    total.append(int(fields["RssAnon"].split()[0]))
            except (OSError, KeyError):
                continue
    return total


def watch_memory(sides, queries, requests):
    def csa_fastcgi(socket):
        return ["spawn-fcgi", "-n", "-s", socket, "--", sides.csa_program]

    print("\n| requests | anonymous memory of each worker, KB |\n|---|---|")
    with serving(sides, csa_fastcgi, {}, 18090) as (url, process):
        done = 0
        while done < requests:
            rate, *_ = ask_with_wrk(sides, url, "csa", queries, 16, 30)
            done += int(rate * 30)
            print(f"| {done} | {', '.join(map(str, resident(process)))} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("build", "index", "omega", "queries"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--count", type=int, default=100, help="queries taken")
    parser.add_argument("--requests", type=int, default=1000000, help="for memory")
    parser.add_argument("--only", choices=("cgi", "load", "memory"))
    arguments = parser.parse_args()
    queries = read_queries(arguments.queries, arguments.count)
    sides = Sides(arguments)
    try:
        if arguments.only in (None, "cgi"):
            compare_cgi(sides, queries, arguments.rounds)
        if arguments.only in (None, "load"):
            compare_load(sides, queries, arguments.seconds)
        if arguments.only == "memory":
            watch_memory(sides, queries, arguments.requests)
    finally:
        sides.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
