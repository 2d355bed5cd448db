"""Readers who come by an old address get to the new one, or hear that there is none."""

import re

from django.conf import settings
from django.db.models import Case, CharField, F, Value, When
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import is_valid_path, reverse, translate_url
from django.utils.translation import get_language, override

from blog.models import OldAddress, Post, Redirect
from blog.models.redirect import by_number, plain_path

NUMBER = re.compile("[0-9]{1,18}")
# The feeds of a page stand below it (blog/urls.py, comments/urls.py) and move along with it.
FEED = re.compile(r"(?<=/)(?:feed/(?:atom/|json/)?|answers/(?:feed|atom)/)$")


def old_addresses(get_response):
    """Answer 301 or 410 instead of 404 where something was once found under that path.

    And instead of the front page where a post had no other address than its number: `/?p=123`.
    """

    def middleware(request):
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        number = request.GET.get("p", "") if request.META.get("QUERY_STRING") else ""
        if NUMBER.fullmatch(number) and plain_path(request.path_info) == "/":
            return _answer(request, by_number(int(number))) or get_response(request)
        response = get_response(request)
        if response.status_code != 404:
            return response
        return _answer(request, request.path_info) or _answer_feed(request) or response

    return middleware


def _answer(request, path, feed=""):
    """Return what is answered at an address of the past; None if nothing is known of it."""
    found = dict(_known_about(plain_path(path)))
    if target := found.get("target"):
        return HttpResponsePermanentRedirect(_with_feed(_in_this_language(target), feed))
    if slug := found.get("post"):
        target = reverse("blog:post_detail", args=[slug])
        return HttpResponsePermanentRedirect(_with_feed(target, feed))
    return _gone(request) if "gone" in found else None


def _answer_feed(request):
    """Return what is answered at the feed of a page that has moved."""
    match = FEED.search(request.path_info)
    return _answer(request, request.path_info[: match.start()], match[0]) if match else None


def _with_feed(target, feed):
    """Return the address of a page's feed; that of the page itself if it has no such feed."""
    return target + feed if feed and is_valid_path(target + feed) else target


def _known_about(path):
    """Return pairs of "target", "post" or "gone" and what belongs to it; one query."""
    posts = OldAddress.objects.filter(path=path, post__in=Post.objects.readable())
    kind = Case(
        When(is_gone=True, then=Value("gone")),
        default=Value("target"),
        output_field=CharField(),
    )
    redirects = Redirect.objects.filter(path=path).order_by()
    return (
        posts.order_by()
        .annotate(kind=Value("post", output_field=CharField()), value=F("post__slug"))
        .values_list("kind", "value")
        .union(redirects.annotate(kind=kind, value=F("target")).values_list("kind", "value"))
        .order_by()
    )


def _gone(request):
    response = render(request, "410.html", status=410)
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_this_language(target):
    """Return a path of this site with the language that the reader came by."""
    language = get_language()
    with override(settings.LANGUAGE_CODE):
        return translate_url(target, language) if target.startswith("/") else target
