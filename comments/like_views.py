"""Liking an answer: from the page of a post, and on a small page of its own without script."""

from datetime import timedelta
from functools import wraps

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from blog.models import Post, SiteSettings
from blog.ratelimit import is_over_limit, network_of
from comments import likes
from comments.models import Comment
from config.http import client_ip
from config.views import too_many_requests

LIKES_PER_WINDOW = 60
WINDOW = timedelta(minutes=10)
# Who throws the cookie away is a new browser each time.
NEW_BROWSERS_PER_WINDOW = 30
BROWSERS_WINDOW = timedelta(days=1)
WANTED = {"1": True, "0": False}


def same_origin_or_token(view):
    """Let through a POST that the browser says comes from our own pages; else ask for the token.

    Public pages hold no token (docs/decisions/0005). Fetch Metadata and Origin are headers that no
    page can forge; browsers that send neither get the token with the page at the same address.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def checked(request, *args, **kwargs):
        return (view if _is_same_origin(request) else protected)(request, *args, **kwargs)

    return checked


def _is_same_origin(request):
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin == f"{request.scheme}://{request.get_host()}"


@never_cache
@same_origin_or_token
@require_http_methods(["GET", "HEAD", "POST"])
def comment_like(request, pk):
    if not SiteSettings.load().likes_enabled:
        raise Http404
    answers = Comment.objects.visible().answers().filter(post__in=Post.objects.readable())
    comment = get_object_or_404(answers.select_related("post"), pk=pk)
    browser = likes.browser_of(request)
    if request.method == "POST":
        return _set(request, comment, browser)
    context = {"comment": comment, "is_liked": likes.is_liked(pk, browser)}
    return render(request, "comments/comment_like.html", context)


def _set(request, comment, browser):
    """Like or take back; the script is told in JSON, who has none sees the page."""
    if _is_over_limit(request, is_new=not browser):
        return too_many_requests(request, retry_after_seconds=int(WINDOW.total_seconds()))
    browser = browser or likes.new_browser()
    try:
        is_liked, count = likes.set_like(
            comment.pk, browser, WANTED.get(request.POST.get("like", ""))
        )
    except Comment.DoesNotExist:
        raise Http404 from None
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"is_liked": is_liked, "count": count})
    else:
        response = redirect("comments:comment_like", comment.pk)
    if is_liked:
        likes.keep(response, browser)
    return response


def _is_over_limit(request, *, is_new):
    network = network_of(client_ip(request))
    if is_over_limit("like", network, limit=LIKES_PER_WINDOW, window=WINDOW):
        return True
    limit, window = NEW_BROWSERS_PER_WINDOW, BROWSERS_WINDOW
    return is_new and is_over_limit("like.browser", network, limit=limit, window=window)
