"""RSS 2.0 with the full text (content:encoded), for people who read elsewhere."""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from blog.models import Post, SiteSettings

POSTS_PER_FEED = 20


class FullTextFeed(Rss201rev2Feed):
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


class PostFeed(Feed):
    feed_type = FullTextFeed

    def title(self):
        return SiteSettings.load().title

    def description(self):
        site = SiteSettings.load()
        return site.description or _("New posts of %(site)s") % {"site": site.title}

    def link(self):
        return reverse("blog:post_list")

    def feed_url(self):
        return settings.BASE_URL + reverse("blog:feed")

    def language(self):
        return get_language()

    def items(self):
        posts = Post.objects.published().newest_first().with_card_data()
        return posts.prefetch_related("tags")[:POSTS_PER_FEED]

    def item_title(self, post):
        return post.title

    def item_description(self, post):
        return post.teaser

    def item_link(self, post):
        return post.get_canonical_url()

    def item_guid(self, post):
        return post.feed_id

    item_guid_is_permalink = False

    def item_pubdate(self, post):
        return post.published_at

    def item_categories(self, post):
        category = [post.category.name] if post.category else []
        return category + [tag.name for tag in post.tags.all()]

    def item_comments(self, post):
        return f"{post.get_canonical_url()}#answers"

    def item_extra_kwargs(self, post):
        return {
            "content": absolute_addresses(post.body_html),
            "creators": [author.name for author in post.bylined_authors],
        }


def absolute_addresses(markup: str) -> str:
    """Return clean HTML with site-relative `src` and `href` made absolute, one size a picture."""
    markup = re.sub(r"<source\b[^>]*>", "", markup)
    return re.sub(r'\b(src|href)="/(?!/)', rf'\1="{settings.BASE_URL}/', markup)
