"""Two applications to measure by: the bytes of a file, with and without Django around them.

Served by bench/pages_ready.py, which names the file in BENCH_FILE.
"""

import os
from pathlib import Path

BODY = Path(os.environ["BENCH_FILE"]).read_bytes()
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Content-Length", str(len(BODY))),
]


def plain(environ, start_response):
    """The server's own limit."""
    start_response("200 OK", HEADERS)
    return [BODY]


def bare_django():
    """Return Django with the middleware of a new project and one view; no database is asked."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="x" * 50,
        ROOT_URLCONF=type("Urls", (), {"urlpatterns": [path("", view_of(HttpResponse))]}),
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    )
    return get_wsgi_application()


def view_of(response_class):
    def view(request):
        return response_class(BODY, headers=dict(HEADERS))

    return view


bare = bare_django() if os.environ.get("BENCH_BARE") else None
