"""The web of others on this machine: names, public addresses, servers with and without TLS.

`ca.pem` has signed the certificate in `server.pem`, which is for example.org, example.com and the
hosts below them; nobody else trusts it, and no key of it is anywhere but here.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest import mock

import httpcore

from blog import fetch, publichosts

HERE = Path(__file__).resolve().parent
PUBLIC = "93.184.215.14"


class Web:
    """What hosts answer, and what was asked of them.

    `answers` are `(status, headers, body)` by address, or a function that is given the handler of
    the request. `addresses` are those of a name, or several such lists for one look-up each; a name
    that is not there has one that is public.
    """

    def __init__(self):
        self.answers = {}
        self.addresses = {}
        self.dialled = []
        self.requests = []

    def says(self, address, body=b"", status=200, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[address] = (status, named, body if isinstance(body, bytes) else body.encode())

    def leads(self, address, target, status=302):
        self.says(address, status=status, Location=target)

    @property
    def asked(self):
        return [(request["method"], request["url"]) for request in self.requests]

    def look_up(self, host, port):
        found = self.addresses.get(host, [PUBLIC])
        if isinstance(found, Exception):
            raise found
        if found and isinstance(found[0], list):
            return found.pop(0)
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        url = f"{scheme}://{self.headers['Host']}{self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = {"method": self.command, "url": url, "headers": self.headers, "body": body}
        self.server.web.requests.append(asked)
        answers = self.server.web.answers
        answer = answers.get((self.command, url), answers.get(url, (404, {}, b"")))
        if callable(answer):
            answer(self)
            return
        status, headers, content = answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = answer

    def log_message(self, *args):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, web, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.web, self.tls = web, tls

    def finish_request(self, request, client_address):
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        # In the thread of the request, so that one that fails holds up no other.
        with self.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request, client_address):
        """Say nothing: clients that give up are what many tests are about."""


class _Dial(httpcore.SyncBackend):
    """Connect to the servers here instead of to the address that was asked for."""

    def __init__(self, web, ports):
        self.web, self.ports = web, ports

    def connect_tcp(self, host, port, timeout=None, **options):
        self.web.dialled.append((host, port))
        return super().connect_tcp("127.0.0.1", self.ports[port], timeout, **options)


@contextmanager
def web_of_others(*, any_name: bool = True) -> Iterator[Web]:
    """Let `blog.fetch` find the hosts of a Web and nothing else; certificates fit `any_name`."""
    web = Web()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(HERE / "server.pem")
    servers = [_Server(web), _Server(web, tls)]
    for server in servers:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    ports = {port: server.server_port for port, server in zip((80, 443), servers, strict=True)}
    trusted = ssl.create_default_context(cafile=HERE / "ca.pem")
    trusted.check_hostname = not any_name
    try:
        with (
            mock.patch.object(publichosts, "_looked_up", web.look_up),
            mock.patch.object(fetch, "_dial", _Dial(web, ports)),
            mock.patch.object(fetch, "_ssl_context", return_value=trusted),
        ):
            yield web
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
