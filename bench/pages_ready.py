"""A page that is kept ready, side by side with what it can be measured by: `make bench`.

Prints one table of requests per second, asked by wrk over 32 connections with `Accept-Encoding:
gzip`, the best of many short turns, and one of ratios. Of nginx it prints the microseconds of CPU
that its workers take for an answer, too, in the cheapest turn: other work on the machine spoils
them less. All of them send the same bytes: a post of ten
answers, compressed; nginx sends the same headers with the file, once as it does by itself, which is
what its cache is measured by, and once with the file kept open, as the cache keeps its own. Needs
wrk, and nginx for its three rows (both Debian packages); what is missing is said and left out. Ends
with an error if a ratio is under its budget, which on a busy machine says little.
"""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.post_page import machine
from bench.server import ROOT, WORKERS, serving, temporary_site
from scripts.services import free_port, wait_for_port

# Three for each in turns of one second, so that a quiet moment is found.
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
TURNS = 3 * SECONDS
CONNECTIONS = 32
READY, FRONT = "kept ready by the application", "the same behind nginx"
FILE, OPEN_FILE = "nginx, from a file", "nginx, from a file that it keeps open"
SERVER, BARE = "the Python server alone", "a bare Django view"
# What is measured by what, and the least that it has to reach.
BUDGETS = [(READY, BARE, 1.0), (READY, SERVER, 0.5), (FRONT, FILE, 0.95)]
# What nginx sets by itself, or what is about the bytes.
NOT_ADDED = {
    "server", "date", "connection", "transfer-encoding", "content-length", "content-type",
    "content-encoding", "etag",
}  # fmt: skip


def main() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: apt install wrk")
    with temporary_site() as port, tempfile.TemporaryDirectory(prefix="resonanz-bench-") as folder:
        from comments.seeding import seed_post

        path = seed_post(0, 10).get_absolute_url()
        print(f"One page of ten answers, {WORKERS} workers, {machine()}\n")
        print(f"{'':44}  requests/s  us CPU")
        rates: dict[str, float] = {}
        with serving(port):
            page, headers = fetch(port, path)
            body = Path(folder) / "page.html.gz"
            body.write_bytes(page)
            measure(rates, {READY: (port, path)})
            if shutil.which("nginx"):
                with nginx(folder, port, headers) as (front, cpu):
                    fetch(front, path)
                    file, open_file = (front, "/file/page.html"), (front, "/open/page.html")
                    measure(rates, {FRONT: (front, path), FILE: file, OPEN_FILE: open_file}, cpu)
            else:
                print("nginx is not here: its three rows are left out")
        os.environ["BENCH_FILE"] = str(body)
        with serving(port, "bench.measure_stick:plain"):
            measure(rates, {SERVER: (port, "/")})
        os.environ["BENCH_BARE"] = "1"
        with serving(port, "bench.measure_stick:bare"):
            measure(rates, {BARE: (port, "/")})
        print(f"\n{len(page):,} bytes, {len(gzip.decompress(page)):,} unpacked\n")
        judge(rates)


def judge(rates: dict[str, float]) -> None:
    under = []
    for what, by, least in BUDGETS:
        if what in rates and by in rates:
            ratio = rates[what] / rates[by]
            print(f"{what} : {by:30}  {ratio:6.2f}  (at least {least})")
            if ratio < least:
                under.append(f"{what} : {by}")
    if under:
        raise SystemExit(f"Under budget: {', '.join(under)}")


def measure(
    rates: dict[str, float],
    asked: dict[str, tuple[int, str]],
    cpu: Callable[[], float] | None = None,
) -> None:
    """Measure what is asked for by turns, so that a busy moment meets all, and print the best.

    `cpu` returns the seconds that the servers' processes have taken so far.
    """
    costs: dict[str, float] = {}
    for _ in range(TURNS):
        for what, (port, path) in asked.items():
            before = cpu() if cpu else 0
            rate, answers = per_second(port, path)
            rates[what] = max(rates.get(what, 0), rate)
            if cpu and answers:
                cost = (cpu() - before) / answers * 1e6
                costs[what] = min(costs.get(what, cost), cost)
    for what in asked:
        cost_told = f"  {costs[what]:6.1f}" if what in costs else ""
        print(f"{what:44}  {rates[what]:10,.0f}{cost_told}", flush=True)


def fetch(port: int, path: str) -> tuple[bytes, list[tuple[str, str]]]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Accept-Encoding", "gzip")
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return answer.read(), answer.headers.items()


def per_second(port: int, path: str) -> tuple[float, int]:
    """Return the requests per second and all, as wrk counts; raise if one had no success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-d1s", "-H", "Accept-Encoding: gzip"]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in told:
        raise RuntimeError(told)
    found = re.search(r"(\d+) requests in.*Requests/sec:\s+([\d.]+)", told, re.DOTALL)
    assert found, told
    return float(found[2]), int(found[1])


@contextmanager
def nginx(
    folder: str, behind: int, headers: list[tuple[str, str]]
) -> Iterator[tuple[int, Callable[[], float]]]:
    """Serve deploy/nginx.conf from a folder, in front of the application at port `behind`.

    Yield its port and what returns the seconds of CPU that its workers have taken.
    """
    front = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text()
    site = site.replace("server web:8000", f"server 127.0.0.1:{behind}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{front};")
    site = site.replace("/var/cache/nginx/pages", f"{folder}/pages")
    added = [pair for pair in headers if pair[0].lower() not in NOT_ADDED]
    same_headers = "".join(f'add_header {name} "{it}"; ' for name, it in added)
    files = FILES.replace("FOLDER", folder).replace("HEADERS", same_headers)
    site = site.replace("location /static/ {", files + "location /static/ {", 1)
    # The folder belongs to who runs this; root's workers would otherwise be nobody's.
    user = "user root;\n" if os.getuid() == 0 else ""
    Path(folder, "nginx.conf").write_text(user + NGINX.replace("FOLDER", folder) + site + "}\n")
    command = ["nginx", "-c", f"{folder}/nginx.conf", "-p", folder, "-e", f"{folder}/error.log"]
    with subprocess.Popen([*command, "-g", "daemon off;"]) as server:
        try:
            wait_for_port(front)
            yield front, partial(cpu_seconds_of_children, server.pid)
        finally:
            server.terminate()


def cpu_seconds_of_children(pid: int) -> float:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(int(Path(f"/proc/{it}/schedstat").read_text().split()[0]) for it in children) / 1e9


FILES = """
  location /file/ {
    alias FOLDER/; gzip_static always; default_type text/html; HEADERS
  }
  location /open/ {
    alias FOLDER/; gzip_static always; default_type text/html; HEADERS
    open_file_cache max=10000 inactive=60s;
  }
  """
NGINX = """
worker_processes 2;
pid FOLDER/nginx.pid;
events { worker_connections 1024; }
http {
  types { text/html html; }
  access_log off;
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  keepalive_requests 100000;
"""

if __name__ == "__main__":
    main()
