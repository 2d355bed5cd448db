"""Asking a WSGI application without a server."""

from io import BytesIO


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self):
        return self.now


def environ(path="/", query="", **headers):
    names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "x",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(), "REMOTE_ADDR": "127.0.0.1",
    } | names  # fmt: skip


class Answered:
    """What a WSGI application answered."""

    def __init__(self, application, request):
        body = application(request, self._start)
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def _start(self, status, headers, exc_info=None):
        self.status, self.headers = int(status.split()[0]), dict(headers)


class Counted:
    """A WSGI application that counts how often it is asked for what."""

    def __init__(self, application):
        self.application, self.asked = application, []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        return self.application(environ, start_response)
