"""Pages that people do not look at: sitemaps, robots.txt, security.txt, oEmbed, cards of posts."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language_from_path, override
from django.views.decorators.http import require_safe

from blog import indexnow
from blog.cards import card_of, card_path, link_picture
from blog.changes import POSTS, tag_of
from blog.models import Post, SiteSettings
from blog.sitemaps import SITEMAPS
from config.http import shared

OEMBED_KEPT = timedelta(days=1)
# Where a person does something: nothing there for who collects pages.
NOT_FOR_ROBOTS = ["/admin/", "/*/reply/", "/c/", "/*/c/", "/review/", "/f/", "/n/"]


@require_safe
def sitemap_index(request):
    view = sitemap_views.index
    response = view(request, SITEMAPS, sitemap_url_name="sitemap_section")
    return shared(response.render(), POSTS)


@require_safe
def sitemap_section(request, section):
    response = sitemap_views.sitemap(request, SITEMAPS, section, template_name="sitemap.xml")
    return shared(response.render(), POSTS)


@require_safe
def robots(request):
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {settings.BASE_URL}{reverse('sitemap_index')}", ""]
    return shared(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def security(request):
    """RFC 9116: whom to tell of a hole; 404 as long as the installation names nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    ends = timezone.now() + timedelta(days=180)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.BASE_URL}{reverse('security')}",
        "",
    ]
    return shared(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def indexnow_key(request, key):
    """Prove to search engines that it is this site that tells them of its pages."""
    if key != indexnow.key() or not SiteSettings.load().tells_indexnow:
        raise Http404
    return shared(HttpResponse(key, content_type="text/plain; charset=utf-8"))


@require_safe
def oembed(request):
    """Tell other sites what stands behind the address of a post: https://oembed.com, type link."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("only json\n", status=501, content_type="text/plain")
    post = _post_at(request.GET.get("url", ""))
    site = SiteSettings.load()
    data = {
        "version": "1.0",
        "type": "link",
        "title": post.title,
        "author_name": ", ".join(author.name for author in post.bylined_authors),
        "provider_name": site.title,
        "provider_url": settings.BASE_URL,
        "cache_age": int(OEMBED_KEPT.total_seconds()),
    }
    if authors := post.bylined_authors:
        data["author_url"] = settings.BASE_URL + authors[0].get_absolute_url()
    picture = link_picture(post)
    data["thumbnail_url"] = picture.address
    data["thumbnail_width"], data["thumbnail_height"] = picture.width, picture.height
    response = shared(JsonResponse(data), tag_of(post))
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def card(request, pk, digest):
    """The card of a public post, for ever; an address of how it was before leads to the new one."""
    post = get_object_or_404(Post.objects.readable().with_card_data(), pk=pk)
    if card_path(post) != request.path:
        response = redirect(card_path(post))
    else:
        response = HttpResponse(card_of(post), content_type="image/png")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _post_at(address):
    """Return the public post whose page has this address; raise Http404, BadRequest for none."""
    parts = urlsplit(address)
    if not address:
        raise BadRequest("no url")
    if f"{parts.scheme}://{parts.netloc}" != settings.BASE_URL:
        raise Http404
    try:
        # The page has a language, oEmbed has none: addresses are looked for in that of the page.
        with override(get_language_from_path(parts.path) or settings.LANGUAGE_CODE):
            match = resolve(parts.path)
    except Resolver404 as error:
        raise Http404 from error
    post = None
    if match.view_name == "blog:post_detail":
        posts = Post.objects.readable().with_card_data()
        post = posts.filter(slug=match.kwargs["slug"]).first()
    if post is None:
        raise Http404
    return post
