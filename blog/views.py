"""Reader pages. What stands under which address is in blog/urls.py."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.breadcrumbs import Step, trail_to
from blog.categories import Tree, post_counts
from blog.changes import POSTS, tag_of
from blog.embeds import known_providers
from blog.frontpage import front_page
from blog.known import Known
from blog.models import Author, Category, Look, Post, Series, SiteSettings, Tag
from blog.qrcode import qr_svg
from blog.reading import around, published_post, text_of
from config.http import shared

POSTS_PER_PAGE = 10
INDENTED = 3  # levels of categories in the archive
# --accent of static/css/site.css, where an editor has chosen one of the two only.
OUR_LIGHT, OUR_DARK = "#0b5351", "#84cfc6"


@require_safe
def post_list(request):
    posts = Post.objects.published().once_each(get_language()).pinned_first()
    page = _numbered_page(request, posts.with_card_data())
    site, front = SiteSettings.load(), None
    if site.look == Look.MAGAZINE and page.number == 1:
        front = front_page(list(page), site)
    context = {"page_obj": page, "front": front, "posts": front.posts if front else list(page)}
    response = render(request, "blog/post_list.html", context)
    return _shared_list(response, context["posts"], *(front.tags if front else []))


@require_safe
def post_detail(request, slug):
    try:
        post = published_post(slug)
    except Post.DoesNotExist:
        raise Http404 from None
    offered = around(post)
    known = Known(**text_of(post), **offered)
    context = {"known": known, **known.variables}
    response = render(request, "blog/post_detail.html", context)
    shown = [post, offered["older"], offered["newer"], *offered["related"], *offered["versions"]]
    shown += offered["taken_up"]
    shown += [
        *offered["above"],
        post.category,
        post.series,
        *post.tags.all(),
        *post.bylined_authors,
    ]
    shared(response, POSTS, *map(tag_of, filter(None, shown)))
    if post.has_embed:
        # The providers' frames do not answer with what `require-corp` asks of them.
        response.headers["Cross-Origin-Embedder-Policy"] = "unsafe-none"
    return response


@require_safe
def post_qr(request, slug):
    """The canonical address of a post as a QR code, for a poster or another screen."""
    post = get_object_or_404(Post.objects.readable(), slug=slug)
    code = HttpResponse(qr_svg(post.get_canonical_url()), content_type="image/svg+xml")
    return shared(code, tag_of(post))


@require_safe
def category_detail(request, slug):
    category = get_object_or_404(Category, slug=slug)
    tree = Tree.load()
    branch, over = tree.branch(category), tree.above(category)
    posts = Post.objects.published().filter(category__in=branch)
    totals = tree.totals(post_counts(posts))
    below = [(row, totals[row.pk]) for row in tree.children(category) if totals[row.pk]]
    return _archive(
        request,
        posts,
        kicker=_("Category"),
        heading=category.name,
        description=category.description,
        about=category,
        category=category,
        trail=trail_to(*over, category),
        below=below,
        shows=[*over, *(row for row, _count in below)],
    )


@require_safe
def tag_detail(request, slug):
    tag = get_object_or_404(Tag, slug=slug)
    posts = Post.objects.published().filter(tags=tag)
    trail = trail_to(tag)
    return _archive(request, posts, kicker=_("Tag"), heading=tag.name, about=tag, trail=trail)


@require_safe
def series_detail(request, slug):
    series = get_object_or_404(Series, slug=slug)
    page = _numbered_page(request, series.parts().published().with_card_data())
    if not page.object_list:
        raise Http404
    context = {"series": series, "page_obj": page, "trail": trail_to(series)}
    response = render(request, "blog/series_detail.html", context)
    return _shared_list(response, page, tag_of(series))


@require_safe
def author_detail(request, slug):
    author = get_object_or_404(Author.objects.with_page(), slug=slug)
    page = _page(request, Post.objects.published().filter(authors=author))
    context = {"author": author, "page_obj": page, "trail": trail_to(author)}
    response = render(request, "blog/author_detail.html", context)
    return _shared_list(response, page, tag_of(author))


@require_safe
def archive_list(request):
    posts = Post.objects.published()
    tree = Tree.load()
    totals = tree.totals(post_counts(posts))
    shown = [(depth, row) for depth, row in tree.in_order() if totals[row.pk]]
    context = {
        "months": posts.order_by()
        .annotate(month=TruncMonth("published_at"))
        .values("month")
        .annotate(post_count=Count("pk"))
        .order_by("-month"),
        "categories": [(min(depth, INDENTED), row, totals[row.pk]) for depth, row in shown],
        "trail": trail_to(_archive_step()),
    }
    response = render(request, "blog/archive_list.html", context)
    return shared(response, POSTS, *(tag_of(row) for _depth, row in shown))


@require_safe
def year_detail(request, year):
    posts = Post.objects.published().filter(published_at__year=year)
    return _archive(
        request,
        posts,
        heading=str(year),
        trail=trail_to(_archive_step(), _year_step(year)),
        may_be_empty=False,
    )


@require_safe
def month_detail(request, year, month):
    if month not in MONTHS:
        raise Http404
    posts = Post.objects.published().filter(published_at__year=year, published_at__month=month)
    heading = f"{MONTHS[month]} {year}"
    return _archive(
        request,
        posts,
        heading=heading,
        trail=trail_to(_archive_step(), _year_step(year), Step(heading, request.path)),
        may_be_empty=False,
    )


@require_safe
def imprint(request):
    return shared(render(request, "blog/imprint.html", {"imprint": settings.IMPRINT}))


@require_safe
def privacy(request):
    site = SiteSettings.load()
    context = {
        "akismet_use": site.akismet_use,
        "hub": urlsplit(site.websub_hub).hostname,
        "providers": known_providers(),
    }
    return shared(render(request, "blog/privacy.html", context))


@require_safe
def colours(request, colours):
    """The site's own colours; another choice has another address, so this one never changes."""
    site = SiteSettings.load()
    if not site.colours or colours != site.colours:
        raise Http404
    context = {"light": site.accent_light or OUR_LIGHT, "dark": site.accent_dark or OUR_DARK}
    response = render(request, "blog/colours.css", context, content_type="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _archive_step():
    return Step(_("Archive"), reverse("blog:archive_list"))


def _year_step(year):
    return Step(str(year), reverse("blog:year_detail", args=[year]))


def _archive(request, posts, *, heading, about=None, shows=(), may_be_empty=True, **more):
    """Answer with a list of posts about a row, or a time; `shows` are rows it shows besides."""
    page = _page(request, posts)
    if not may_be_empty and not page.object_list:
        raise Http404
    context = {
        "page_obj": page,
        "heading": heading,
        "about": about,
        **more,
    }
    response = render(request, "blog/post_archive.html", context)
    return _shared_list(response, page, *map(tag_of, [*([about] if about else []), *shows]))


def _shared_list(response, posts, *tags):
    """Let caches keep a list until one of its posts changes, or which posts there are."""
    shown = [
        part for post in posts for part in (post, post.category, *post.bylined_authors) if part
    ]
    return shared(response, POSTS, *tags, *map(tag_of, shown))


def _page(request, posts):
    """Return the page of `posts` that the address asks for, newest first; 404 if there is none."""
    return _numbered_page(request, posts.newest_first().with_card_data())


def _numbered_page(request, posts):
    """Return the page of `posts`, in the order they have, that the address asks for, or 404."""
    try:
        return Paginator(posts, POSTS_PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
