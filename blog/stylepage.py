"""The page on which editors see every part of the design at once, in either look."""

from copy import copy

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.breadcrumbs import post_trail
from blog.frontpage import front_page
from blog.models import Look, Post, SiteSettings
from blog.reading import published_post, text_of
from blog.search.forms import SearchForm

SHOWN_POSTS = 7
# The custom properties at the head of static/css/site.css that are a colour.
COLOURS = ["paper", "paper-raised", "ink", "ink-soft", "hairline", "accent", "wrong"]
TITLES = ["title-post", "title-1", "title-2", "title-3", "title-4", "medium", "small"]


@require_safe
@never_cache
def style_page(request):
    """Show the parts in their real templates, with the site's own posts; 404 for whoever is not
    allowed to choose the look.
    """
    if not request.user.has_perm("blog.change_sitesettings"):
        raise Http404
    site = copy(SiteSettings.load())
    asked = request.GET.get("look")
    site.look = asked if asked in Look.values else site.look
    posts = list(Post.objects.published().pinned_first().with_card_data()[:SHOWN_POSTS])
    is_magazine = site.look == Look.MAGAZINE
    front = front_page(posts, site) if is_magazine else None
    context = {
        "SITE": site,
        "looks": Look.choices,
        "colours": COLOURS,
        "titles": TITLES,
        "posts": front.posts if front else posts,
        "front": front,
        "page_obj": Paginator(range(30), 10).page(2),
        "form": SearchForm(),
        "wrong_form": SearchForm({"q": "", "year": "1066"}),
        **_post(),
    }
    return render(request, "blog/style_page.html", context)


def _post():
    """Return what the parts of a post show: the newest with a cover, else the newest."""
    newest = Post.objects.published().newest_first()[:SHOWN_POSTS]
    slugs = [post.slug for post in newest.select_related("cover") if post.cover] or [
        post.slug for post in newest
    ]
    if not slugs:
        return {}
    post = published_post(slugs[0])
    return {**text_of(post), "trail": post_trail(post, [])}
