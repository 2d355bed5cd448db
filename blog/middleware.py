"""Readers who come by an old address get to the new one."""

from urllib.parse import unquote

from django.http import HttpResponsePermanentRedirect
from django.utils.translation import get_language_from_path

from blog.models import Post


def old_addresses(get_response):
    """Answer 301 instead of 404 where a post was once found under that path."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        path = old_path(request.path_info)
        post = Post.objects.readable().filter(old_addresses__path=path).first()
        return HttpResponsePermanentRedirect(post.get_absolute_url()) if post else response

    return middleware


def old_path(path: str) -> str:
    """Return the path of an address as OldAddress keeps it: decoded, without language and end."""
    path = unquote(path)
    language = get_language_from_path(path)
    return (path.removeprefix(f"/{language}") if language else path).rstrip("/") or "/"
