"""Posts as RSS 2.0, Atom and JSON Feed 1.1, with the full text, for people who read elsewhere.

How they are written stands in blog/feedformats.py.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Stylesheet
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from blog.addresses import address
from blog.categories import Tree
from blog.changes import POSTS, tag_of
from blog.feedformats import FullAtom, FullRss, JsonFeed, Replies
from blog.models import Author, Category, Post, Series, SiteSettings, Tag
from blog.notes import without_echoes
from config.http import shared

POSTS_PER_FEED = 20
PAGE_NUMBER = re.compile("[1-9][0-9]{0,2}")


class PagedFeed(Feed):
    """What feeds of posts and of answers share: pages, absolute addresses, tags for the caches.

    Made anew for each request, which it keeps its page and its tags in. `format` is in the address.
    """

    FORMATS: dict[str, type] = {"rss": FullRss, "atom": FullAtom, "json": JsonFeed}
    item_guid_is_permalink = False
    per_page = POSTS_PER_FEED

    def __init__(self, format="rss"):
        self.format = format
        self.feed_type = self.FORMATS[format]
        self.page_tags: list[str] = []
        self.number = 1
        self.has_more = False

    def __call__(self, request, *args, **kwargs):
        self.number = _page_number(request.GET.get("page", "1"))
        # Django takes a method `language` for the language itself, so it is set as a plain value.
        self.language = get_language()
        response = super().__call__(request, *args, **kwargs)
        return shared(response, POSTS, *self.page_tags)

    def stylesheets(self, target):
        # Without one, a browser shows a reader who follows the link a heap of markup.
        return [Stylesheet(static("css/feed.css"), mimetype="text/css")]

    def subtitle(self, target):
        return self.description(target)

    def link(self, target):
        return settings.BASE_URL + self.page_path(target)

    def feed_url(self, target):
        return _numbered(self.first_url(target), self.number)

    def feed_extra_kwargs(self, target):
        return {"links": {}}

    def get_feed(self, target, request):
        feed = super().get_feed(target, request)
        first, links = self.first_url(target), feed.feed["links"]
        if self.number > 1:
            links["first"] = first
            links["previous"] = _numbered(first, self.number - 1)
        if self.has_more:
            links["next"] = _numbered(first, self.number + 1)
        return feed

    def page_of(self, rows):
        """Return the rows of this page as a list; raise Http404 for a page after the last one."""
        start = (self.number - 1) * self.per_page
        found = list(rows[start : start + self.per_page + 1])
        if not found and self.number > 1:
            raise Http404
        self.has_more = len(found) > self.per_page
        return found[: self.per_page]


class PostFeed(PagedFeed):
    """The newest posts; what the feeds of parts of them share."""

    has_hub = True  # blog/websub.py tells it of these very feeds

    def title(self, target):
        return SiteSettings.load().title

    def description(self, target):
        site = SiteSettings.load()
        return site.description or _("New posts of %(site)s") % {"site": site.title}

    def page_path(self, target):
        return reverse("blog:post_list")

    def first_url(self, target):
        return settings.BASE_URL + feed_path(self.format, target)

    def feed_extra_kwargs(self, target):
        hub = SiteSettings.load().websub_hub if self.has_hub else ""
        return {"links": {"hub": hub} if hub else {}}

    def of(self, posts, target):
        return posts

    def items(self, target):
        posts = self.of(Post.objects.published(), target).once_each(get_language())
        posts = posts.newest_first().with_card_data().select_related("tally")
        found = self.page_of(posts.prefetch_related("tags"))
        self.page_tags += map(tag_of, found)
        return found

    def item_title(self, post):
        return post.title

    def item_description(self, post):
        return post.teaser

    def item_link(self, post):
        return post.get_canonical_url()

    def item_guid(self, post):
        return post.feed_id

    def item_pubdate(self, post):
        return post.published_at

    def item_updateddate(self, post):
        return max(filter(None, [post.published_at, post.modified_at]))

    def item_categories(self, post):
        category = [post.category.name] if post.category else []
        return category + [tag.name for tag in post.tags.all()]

    def item_comments(self, post):
        return f"{post.get_canonical_url()}#answers"

    def item_extra_kwargs(self, post):
        return {
            "content": absolute_addresses(post.body_html, scope=f"p{post.pk}-"),
            "authors": [_author(author) for author in post.bylined_authors],
            "language": post.language,
            "image": post.cover and settings.BASE_URL + post.cover.file.url,
            "replies": _replies(post),
            "in_reply_to": [],
        }


class _PartFeed(PostFeed):
    """The posts of one row, which is known by `slug` in the address."""

    model: type[Category | Tag | Series | Author]
    has_hub = False

    def get_object(self, request, slug):
        found = get_object_or_404(self.rows(), slug=slug)
        self.page_tags.append(tag_of(found))
        return found

    def rows(self):
        return self.model.objects.all()

    def title(self, target):
        return f"{target.name} · {super().title(target)}"

    def page_path(self, target):
        return target.get_absolute_url()

    def feed_guid(self, target):
        # Not the address, which a better name changes.
        return f"{settings.BASE_URL}/#{target._meta.model_name}-{target.pk}"


class CategoryFeed(_PartFeed):
    model = Category

    def of(self, posts, target):
        return posts.filter(category__in=Tree.load().branch(target))


class TagFeed(_PartFeed):
    model = Tag

    def of(self, posts, target):
        return posts.filter(tags=target)


class SeriesFeed(_PartFeed):
    """The newest part first, as readers of feeds expect; the page has them in their order."""

    model = Series

    def rows(self):
        return Series.objects.filter(pk__in=Post.objects.published().values("series"))

    def of(self, posts, target):
        return posts.filter(series=target)


class AuthorFeed(_PartFeed):
    model = Author

    def rows(self):
        return Author.objects.with_page()

    def of(self, posts, target):
        return posts.filter(authors=target)


class LanguageFeed(PostFeed):
    """Posts in one language only, whatever the language of the address."""

    def get_object(self, request, language):
        self.language = language
        return language

    def title(self, target):
        return f"{super().title(target)} · {dict(settings.LANGUAGES)[target]}"

    def of(self, posts, target):
        return posts.filter(language=target)


PARTS = {
    Category: "category_feed",
    Tag: "tag_feed",
    Series: "series_feed",
    Author: "author_feed",
}


def feed_view(feed: type[PagedFeed], format: str) -> Callable:
    """Return the view of a feed in one format; it answers 304 to who has what it would send."""

    @conditional_page
    @require_safe
    def view(request, **kwargs):
        return feed(format)(request, **kwargs)

    return view


def feed_path(format: str, target: Category | Tag | Series | Author | str | None = None) -> str:
    """Return the path of the feed of everything, of a row's posts, or of a language's."""
    name = {"rss": "", "atom": "_atom", "json": "_json"}[format]
    if target is None:
        return address(f"blog:feed{name}")
    if isinstance(target, str):
        return address(f"blog:language_feed{name}", target)
    return address(f"blog:{PARTS[type(target)]}{name}", target.slug)


def absolute_addresses(markup: str, *, scope: str = "") -> str:
    """Return clean HTML as others show it: addresses absolute, one size a picture.

    What only our scripts and styles make sense of is left out: a card is a link with its notice, a
    pull quote is nothing. `scope` goes before each id, where texts of several posts stand together.
    """
    markup = without_echoes(markup)
    markup = re.sub(r'\b(id="|href="#)(?=[^"])', rf"\g<1>{scope}", markup)
    markup = re.sub(r'<source\b[^>]*>|\sdata-[\w-]+="[^"]*"', "", markup)
    return re.sub(r'\b(src|href)="/(?!/)', rf'\1="{settings.BASE_URL}/', markup)


def _replies(post):
    tally = getattr(post, "tally", None)
    rss, atom = (
        settings.BASE_URL + address(f"comments:post_{name}", post.slug) for name in ("feed", "atom")
    )
    return Replies(tally.answer_count if tally else 0, rss, atom)


def _author(author):
    found = {"name": author.name, "url": settings.BASE_URL + author.get_absolute_url()}
    if author.portrait:
        found["avatar"] = settings.BASE_URL + author.portrait.url
    return found


def _page_number(text):
    if not PAGE_NUMBER.fullmatch(text):
        raise Http404
    return int(text)


def _numbered(address, number):
    if number == 1:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'page': number})}"
