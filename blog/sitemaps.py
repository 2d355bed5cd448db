"""What there is to find, for search engines: https://www.sitemaps.org/protocol.html.

Posts stand under the one address of their own language; lists and people in every language, each
naming the others. Last changes are those a reader can see.
"""

from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from blog.categories import Tree
from blog.models import Author, Category, Post, Series, Tag

PER_FILE = 5_000  # 50,000 are allowed, and would take seconds to write


class PublicSitemap(Sitemap):
    limit = PER_FILE

    def get_protocol(self, protocol=None):
        return urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.BASE_URL).netloc

    def lastmod(self, item):
        return item.changed_at


class _ListSitemap(PublicSitemap):
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


class PostSitemap(PublicSitemap):
    """Each post with all its pictures, and with the posts that are it in another language."""

    def items(self):
        posts = Post.objects.published().annotate(changed_at=_changed_at())
        posts = posts.only("slug", "language", "translation_of")  # not thousands of texts
        return posts.prefetch_related("media_uses__media").order_by("published_at", "pk")

    def location(self, post):
        return post.get_own_url()

    def get_latest_lastmod(self):
        return _newest_change()  # Django would read all posts for it

    def get_urls(self, page=1, site=None, protocol=None):
        urls = super().get_urls(page, site, protocol)
        versions = _versions([url["item"] for url in urls])
        for url in urls:
            post = url["item"]
            url["images"] = [
                settings.BASE_URL + use.media.file.url for use in post.media_uses.all()
            ]
            url["alternates"] = _alternates(versions[post.original_id])
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


class SeriesSitemap(_ListSitemap):
    model = Series


class AuthorSitemap(_ListSitemap):
    model = Author


class PageSitemap(PublicSitemap):
    """The front page and the archive, which change with the newest post."""

    i18n = alternates = x_default = True

    def items(self):
        newest = _newest_change()
        return [("blog:post_list", newest), ("blog:archive_list", newest)]

    def location(self, item):
        return reverse(item[0])

    def lastmod(self, item):
        return item[1]


# Other apps add their own when they are loaded.
SITEMAPS: dict[str, type[PublicSitemap]] = {
    "pages": PageSitemap,
    "posts": PostSitemap,
    "categories": CategorySitemap,
    "tags": TagSitemap,
    "series": SeriesSitemap,
    "authors": AuthorSitemap,
}


def _newest_change():
    return Post.objects.published().aggregate(newest=Max(_changed_at()))["newest"]


def _versions(posts):
    """Return the public versions of each post, by the number of their original; one query."""
    found = defaultdict(list)
    originals = {post.original_id for post in posts}
    rows = Post.objects.published().filter(Q(pk__in=originals) | Q(translation_of__in=originals))
    for post in rows.only("slug", "language", "translation_of").order_by("pk"):
        found[post.original_id].append(post)
    return found


def _alternates(versions):
    """Return what the template prints of versions, the original first; nothing if it is alone."""
    if len(versions) < 2:
        return []
    versions = sorted(versions, key=lambda post: post.translation_of_id is not None)
    addresses = [(post.language, post.get_canonical_url()) for post in versions]
    return [
        {"lang_code": code, "location": address}
        for code, address in [*addresses, ("x-default", addresses[0][1])]
    ]


def _changed_at(prefix=""):
    published = F(f"{prefix}published_at")
    return Greatest(published, Coalesce(f"{prefix}modified_at", published))
