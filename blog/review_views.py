"""What a review link shows: a post as it will be, with remarks and an agreement.

Nothing of these pages is kept by anybody: not by caches, not by search engines, and no other site
hears of their address. Their policy is `same-origin`, not `no-referrer`: with that a browser sends
`Origin: null` with a form (Fetch, "append a request Origin header"), which the CSRF check refuses.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog import review
from blog.models import Post, ReviewLink
from blog.paragraphs import paragraphs
from blog.ratelimit import is_over_limit
from blog.reading import around, text_of, unpublished_post
from blog.reviewforms import AgreeForm, RemarkForm

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "same-origin"}
ACTS_PER_WINDOW = 60
WINDOW = timedelta(hours=1)


def by_link(view: Callable) -> Callable:
    """Find the link of a token: a published post is shown to all, an ended link shows nothing."""

    @never_cache
    @wraps(view)
    def with_link(request, token, **kwargs):
        links = ReviewLink.objects.by_token(token).select_related("post")
        link = links.first()
        if link is None:
            raise Http404
        if link.post.is_public:
            response = redirect(link.post)
        elif not link.is_open:
            response = render(request, "blog/review_over.html", status=410)
        else:
            response = view(request, link, token, **kwargs)
        for name, value in PRIVATE.items():
            response.headers[name] = value
        return response

    return with_link


@require_safe
@by_link
def review_detail(request, link, token):
    post = _post(link)
    form = AgreeForm(version=review.version_of(post), initial={"name": _last_name(link)})
    return _page(request, link, token, post, form)


@require_POST
@by_link
def review_agree(request, link, token):
    post = _post(link)
    form = AgreeForm(request.POST, version=review.version_of(post))
    if _is_over_limit(link, form):
        return _page(request, link, token, post, form, status=429)
    if not form.is_valid():
        return _page(request, link, token, post, form, status=422)
    review.agree(link, name=form.cleaned_data["name"])
    return redirect(reverse("blog:review_detail", args=[token]) + "#agree")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def review_remark(request, link, token, digest):
    post = _post(link)
    paragraph = next((p for p in paragraphs(post.body_html) if review.digest_of(p) == digest), None)
    form = RemarkForm(request.POST or None, initial={"name": _last_name(link)})
    context = {"post": post, "paragraph": paragraph, "form": form, "token": token}
    template = "blog/review_remark.html"
    if paragraph is None:
        return render(request, template, context, status=409 if request.POST else 404)
    if request.method != "POST":
        return render(request, template, context)
    if _is_over_limit(link, form):
        return render(request, template, context, status=429)
    if not form.is_valid():
        return render(request, template, context, status=422)
    review.remark(link, paragraph, **form.cleaned_data)
    return redirect(reverse("blog:review_detail", args=[token]) + f"#paragraph-{paragraph.number}")


def _post(link):
    return unpublished_post(Post.objects.filter(pk=link.post_id))


def _page(request, link, token, post, form, *, status=200):
    found, gone = review.reviewed(post, link)
    context = {
        **text_of(post),
        **around(post),
        "link": link,
        "token": token,
        "reviewed": found,
        "gone": gone,
        "agreements": link.agreements.all(),
        "version": review.version_of(post),
        "form": form,
    }
    response = render(request, "blog/review_detail.html", context, status=status)
    if post.has_embed:
        response.headers["Cross-Origin-Embedder-Policy"] = "unsafe-none"
    return response


def _last_name(link):
    """Return the name given last with this link, which is one person's most of the time."""
    last = link.remarks.order_by("pk").last() or link.agreements.order_by("pk").last()
    return last.name if last else ""


def _is_over_limit(link, form):
    if is_over_limit("blog.review", str(link.pk), limit=ACTS_PER_WINDOW, window=WINDOW):
        form.add_error(None, _("That is a lot within an hour. Please try again later."))
        return True
    return False
