"""Posts as RSS 2.0, Atom and JSON Feed 1.1, with the full text, for people who read elsewhere."""

import json
import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import (
    Atom1Feed,
    Rss201rev2Feed,
    Stylesheet,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from blog.addresses import address
from blog.categories import Tree
from blog.changes import POSTS, tag_of
from blog.models import Author, Category, Post, SiteSettings, Tag
from blog.notes import without_echoes
from config.http import shared

POSTS_PER_FEED = 20


class FullRss(Rss201rev2Feed):
    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        if hub := self.feed["hub"]:
            handler.addQuickElement("atom:link", "", {"rel": "hub", "href": hub})

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", item["content"])


class FullAtom(Atom1Feed):
    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        if hub := self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["creators"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        language = {"type": "html", "xml:lang": item["language"]}
        handler.addQuickElement("content", item["content"], language)


class JsonFeed(SyndicationFeed):
    """https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "items": [self._item(item) for item in self.items],
        }
        if hub := self.feed["hub"]:
            feed["hubs"] = [{"type": "WebSub", "url": hub}]
        outfile.write(json.dumps(feed, ensure_ascii=False, indent=1).encode(encoding))

    def _item(self, item):
        return {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["description"],
            "content_html": item["content"],
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "authors": [{"name": name} for name in item["creators"]],
            "language": item["language"],
            "tags": item["categories"],
        }


class PostFeed(Feed):
    """The newest posts; what the feeds of parts of them share. `format` is in the address."""

    FORMATS = {"rss": FullRss, "atom": FullAtom, "json": JsonFeed}
    item_guid_is_permalink = False
    has_hub = True  # blog/websub.py tells it of these very feeds

    def __init__(self, format="rss"):
        self.format = format
        self.feed_type = self.FORMATS[format]

    def __call__(self, request, *args, **kwargs):
        response = super().__call__(request, *args, **kwargs)
        return shared(response, POSTS, *self.page_tags)

    def get_object(self, request, **kwargs):
        self.page_tags = []
        return None

    def stylesheets(self, target):
        # Without one, a browser shows a reader who follows the link a heap of markup.
        return [Stylesheet(static("css/feed.css"), mimetype="text/css")]

    def title(self, target):
        return SiteSettings.load().title

    def description(self, target):
        site = SiteSettings.load()
        return site.description or _("New posts of %(site)s") % {"site": site.title}

    def subtitle(self, target):
        return self.description(target)

    def link(self, target):
        return reverse("blog:post_list")

    def feed_url(self, target):
        return settings.BASE_URL + feed_path(self.format, target)

    def language(self, target):
        return get_language()

    def feed_extra_kwargs(self, target):
        return {"hub": SiteSettings.load().websub_hub if self.has_hub else ""}

    def of(self, posts, target):
        return posts

    def items(self, target):
        posts = self.of(Post.objects.published(), target).once_each(get_language())
        posts = posts.newest_first().with_card_data()
        found = list(posts.prefetch_related("tags")[:POSTS_PER_FEED])
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
            "creators": [author.name for author in post.bylined_authors],
            "language": post.language,
        }


class _PartFeed(PostFeed):
    """The posts of one category, tag or author, each known by `slug` in the address."""

    model: type[Category | Tag | Author]
    has_hub = False

    def get_object(self, request, slug):
        found = get_object_or_404(self.rows(), slug=slug)
        self.page_tags = [tag_of(found)]
        return found

    def rows(self):
        return self.model.objects.all()

    def title(self, target):
        return f"{target.name} · {super().title(target)}"

    def link(self, target):
        return target.get_absolute_url()


class CategoryFeed(_PartFeed):
    model = Category

    def of(self, posts, target):
        return posts.filter(category__in=Tree.load().branch(target))


class TagFeed(_PartFeed):
    model = Tag

    def of(self, posts, target):
        return posts.filter(tags=target)


class AuthorFeed(_PartFeed):
    model = Author

    def rows(self):
        return Author.objects.with_page()

    def of(self, posts, target):
        return posts.filter(authors=target)


class LanguageFeed(PostFeed):
    """Posts in one language only, whatever the language of the address."""

    def get_object(self, request, language):
        self.page_tags = []
        return language

    def title(self, target):
        return f"{super().title(target)} · {dict(settings.LANGUAGES)[target]}"

    def language(self, target):
        return target

    def of(self, posts, target):
        return posts.filter(language=target)


PARTS = {Category: "category_feed", Tag: "tag_feed", Author: "author_feed"}


def feed_path(format: str, target: Category | Tag | Author | str | None = None) -> str:
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
