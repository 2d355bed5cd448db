"""What every request and answer shares: proxies, language, headers, page or partial.

The one module of `config` that the apps import.
"""

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP

# Sent with every answer, error pages included. COEP is loosened by the views whose pages can hold
# a video frame: the providers' players do not send the header that `require-corp` asks for.
HEADERS = {
    # Django's middleware sets these four too, but not on the 400 that refuses a foreign host.
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}

# For config/pagecache.py, which takes it off again: what a page shows, as tags of blog.changes.
PAGE_TAGS = "X-Page-Tags"
# Readers ask each time and mostly hear "not modified"; a proxy may keep a page for a second, and
# for seven more while it fetches the next. Ten seconds after a change nobody sees the page of
# before: a process hears of the change within one (config/pagechanges.py), and nginx, which counts
# whole seconds, may keep a page for two more than are said here.
SHARED = "public, max-age=0, s-maxage=1, stale-while-revalidate=7"

# The prose editor's import map and its style element are inline; they carry a nonce, which an
# uncached page may have.
ADMIN_CSP: dict[str, Any] = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "frame-src": [CSP.SELF],  # the preview of a post, the one page that lets itself be framed
}
PREVIEW_CSP: dict[str, Any] = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]}


def security_headers(get_response):
    """Set HEADERS, and the admin's Content-Security-Policy on the admin's pages."""

    def middleware(request):
        response = get_response(request)
        if _is_admin(request):
            # A page that asks for `require-corp` can hold no preview in which a video is played.
            # All of the admin says the same: else a window that makes a row for a form beside it
            # would not know that form.
            response.headers.setdefault("Cross-Origin-Embedder-Policy", "unsafe-none")
            if not hasattr(response, "_csp_config"):
                response._csp_config = ADMIN_CSP
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def trusted_proxies(get_response):
    """Take address and scheme from `X-Forwarded-*`, if a configured proxy says so; else drop them.

    The client is the last address in `X-Forwarded-For` that is not itself a trusted proxy, so a
    client that sends the header gains nothing.
    """

    def middleware(request):
        forwarded_for = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        forwarded_proto = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        request.META.pop("HTTP_X_FORWARDED_HOST", None)
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            if forwarded_proto == "https":
                request.META["HTTP_X_FORWARDED_PROTO"] = "https"
            request.META["REMOTE_ADDR"] = _client(forwarded_for, request.META["REMOTE_ADDR"])
        return get_response(request)

    return middleware


def language_from_path(get_response):
    """Activate the language that the address names; nothing else decides it.

    No cookie and no `Accept-Language`, so one address always gives one page to every reader and
    every cache. Django's LocaleMiddleware adds `Vary: Accept-Language` to the unprefixed ones.
    """

    def middleware(request):
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def client_ip(request: HttpRequest) -> str:
    """Return the address of the client, as `trusted_proxies` left it; "" if the server has none.

    Without the zone of a link-local one, which names an interface here and is no part of `inet`.
    """
    return request.META.get("REMOTE_ADDR", "").partition("%")[0]


def wants_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment; a restored history entry gets the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def shared(response: HttpResponse, *tags: str) -> HttpResponse:
    """Let caches keep a page that is the same for everybody, until something of `tags` changes."""
    response.headers["Cache-Control"] = SHARED
    response.headers[PAGE_TAGS] = " ".join(dict.fromkeys(tags))
    return response


def render_page_or_partial(
    request: HttpRequest, template: str, partial: str, context: dict, *, status: int = 200
) -> HttpResponse:
    """Render `template`, or its `partial` alone when htmx asks for a fragment."""
    if wants_partial(request):
        template = f"{template}#{partial}"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _is_admin(request):
    return request.resolver_match is not None and "admin" in request.resolver_match.app_names


def _is_trusted(address):
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on [::] sees IPv4 peers as ::ffff:192.0.2.1.
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in network for network in settings.TRUSTED_PROXIES)


def _client(forwarded_for, remote_address):
    for address in reversed([part.strip() for part in forwarded_for.split(",")]):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            break
        remote_address = address
        if not _is_trusted(address):
            break
    return remote_address
