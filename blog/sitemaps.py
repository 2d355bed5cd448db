"""What there is to find, for search engines: https://www.sitemaps.org/protocol.html.

Posts stand under the one address of their own language; lists and people in every language, each
naming the others. Last changes are those a reader can see.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import F, Max
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import override

from blog.categories import Tree
from blog.models import Author, Category, Post, Tag

PER_FILE = 5_000  # 50,000 are allowed, and would take seconds to write


class _PublicSitemap(Sitemap):
    limit = PER_FILE

    def get_protocol(self, protocol=None):
        return urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.BASE_URL).netloc

    def lastmod(self, item):
        return item.changed_at


class _ListSitemap(_PublicSitemap):
    """Pages of lists: the newest post in them is their last change."""

    i18n = alternates = x_default = True
    posts = "posts"

    def items(self):
        # Two steps, so that a row without public posts is left out and none is counted twice.
        changed = Max(_changed_at(f"{self.posts}__"))
        rows = self.model.objects.filter(**{f"{self.posts}__in": Post.objects.published()})
        return rows.annotate(changed_at=changed).order_by("pk")

    def get_languages_for_item(self, item):
        return [code for code, _name in settings.LANGUAGES]


class PostSitemap(_PublicSitemap):
    def items(self):
        posts = Post.objects.published().select_related("cover").annotate(changed_at=_changed_at())
        return posts.order_by("published_at", "pk")

    def location(self, post):
        with override(post.language):
            return post.get_absolute_url()

    def get_urls(self, page=1, site=None, protocol=None):
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            if url["item"].cover:
                url["image"] = settings.BASE_URL + url["item"].cover.file.url
        return urls


class CategorySitemap(_ListSitemap):
    """A category shows the posts of all below it, so their changes are its own."""

    model = Category

    def items(self):
        tree, newest = Tree.load(), {}
        for row in super().items():
            for shown in [row, *tree.above(row)]:
                newest[shown.pk] = max(filter(None, [newest.get(shown.pk), row.changed_at]))
        rows = [row for pk, row in sorted(tree.rows.items()) if pk in newest]
        for row in rows:
            row.changed_at = newest[row.pk]
        return rows


class TagSitemap(_ListSitemap):
    model = Tag


class AuthorSitemap(_ListSitemap):
    model = Author


class PageSitemap(_PublicSitemap):
    """The front page and the archive."""

    i18n = alternates = x_default = True

    def items(self):
        return ["blog:post_list", "blog:archive_list"]

    def location(self, item):
        return reverse(item)

    def lastmod(self, item):
        return None

    def get_latest_lastmod(self):
        return Post.objects.published().aggregate(newest=Max("published_at"))["newest"]


SITEMAPS = {
    "pages": PageSitemap,
    "posts": PostSitemap,
    "categories": CategorySitemap,
    "tags": TagSitemap,
    "authors": AuthorSitemap,
}


def _changed_at(prefix=""):
    published = F(f"{prefix}published_at")
    return Greatest(published, Coalesce(f"{prefix}modified_at", published))
