"""A page that is kept ready, side by side with what it can be measured by: `make bench`.

Prints one table of requests per second, asked by wrk over 32 connections with `Accept-Encoding:
gzip`. All of them send the same bytes: a post of ten answers, compressed. Needs wrk, and
nginx for the last two rows (both Debian packages); what is missing is said and left out.
"""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.post_page import machine
from bench.server import ROOT, WORKERS, serving, temporary_site
from scripts.services import free_port, wait_for_port

SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
CONNECTIONS = 32


def main() -> None:
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: apt install wrk")
    with temporary_site() as port, tempfile.TemporaryDirectory(prefix="resonanz-bench-") as folder:
        from comments.seeding import seed_post

        path = seed_post(0, 10).get_absolute_url()
        print(f"One page of ten answers, {WORKERS} workers, {machine()}\n")
        print(f"{'':44}  requests/s")
        with serving(port):
            page = fetch(port, path)
            body = Path(folder) / "page.html.gz"
            body.write_bytes(page)
            show("kept ready by the application", measure(port, path))
            if shutil.which("nginx"):
                with nginx(folder, port) as front:
                    fetch(front, path)
                    show("the same behind nginx's micro-cache", measure(front, path))
                    show("nginx, the same bytes from a file", measure(front, "/bench/page.html"))
            else:
                print("nginx is not here: its two rows are left out")
        os.environ["BENCH_FILE"] = str(body)
        with serving(port, "bench.measure_stick:plain"):
            show("the Python server alone, the same bytes", measure(port, "/"))
        os.environ["BENCH_BARE"] = "1"
        with serving(port, "bench.measure_stick:bare"):
            show("a bare Django view, the same bytes", measure(port, "/"))
        print(f"\n{len(page):,} bytes, {len(gzip.decompress(page)):,} unpacked")


def show(what: str, per_second: float) -> None:
    print(f"{what:44}  {per_second:10,.0f}", flush=True)


def fetch(port: int, path: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Accept-Encoding", "gzip")
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return answer.read()


def measure(port: int, path: str) -> float:
    """Return the requests per second that wrk counts; raise if an answer was no success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Accept-Encoding: gzip"]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in told:
        raise RuntimeError(told)
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


@contextmanager
def nginx(folder: str, behind: int) -> Iterator[int]:
    """Serve deploy/nginx.conf from a folder, in front of the application at port `behind`."""
    front = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text()
    site = site.replace("server web:8000", f"server 127.0.0.1:{behind}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{front};")
    site = site.replace("/var/cache/nginx/pages", f"{folder}/pages")
    site = site.replace("location /static/ {", BENCH_FILE % folder + "location /static/ {", 1)
    # The folder belongs to who runs this; root's workers would otherwise be nobody's.
    user = "user root;\n" if os.getuid() == 0 else ""
    Path(folder, "nginx.conf").write_text(user + NGINX.replace("FOLDER", folder) + site + "}\n")
    command = ["nginx", "-c", f"{folder}/nginx.conf", "-p", folder, "-e", f"{folder}/error.log"]
    with subprocess.Popen([*command, "-g", "daemon off;"]) as server:
        try:
            wait_for_port(front)
            yield front
        finally:
            server.terminate()


BENCH_FILE = "location /bench/ { alias %s/; gzip_static always; default_type text/html; }\n  "
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
