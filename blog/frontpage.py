"""The front page of a magazine: a lead story, others beside it, sections by category, the rest."""

from typing import NamedTuple

from django.db.models import IntegerField, Value, prefetch_related_objects
from django.utils.translation import get_language

from blog.categories import Tree
from blog.changes import tag_of
from blog.models import Category, FrontSection, Post, SiteSettings
from blog.models.byline import bylines

BESIDE_COUNT = 3  # posts that stand beside the lead story
# Where no editor has chosen sections: the categories of the newest posts.
RECENT_POSTS, RECENT_CATEGORIES = 50, 4


class Section(NamedTuple):
    category: Category
    posts: list[Post]


class FrontPage(NamedTuple):
    lead: Post | None
    beside: list[Post]
    sections: list[Section]
    rest: list[Post]

    @property
    def posts(self) -> list[Post]:
        in_sections = [post for section in self.sections for post in section.posts]
        return [*filter(None, [self.lead]), *self.beside, *in_sections, *self.rest]

    @property
    def tags(self) -> list[str]:
        return [tag_of(section.category) for section in self.sections]


def front_page(newest: list[Post], site: SiteSettings) -> FrontPage:
    """Lay out the posts of the first page, pinned ones first; each of them stands there once.

    Five queries at most, however many sections there are.
    """
    lead, beside = newest[:1], newest[1 : 1 + BESIDE_COUNT]
    sections = _sections(_categories(site), site.section_posts, [*lead, *beside])
    taken = {post.pk for section in sections for post in section.posts}
    rest = [post for post in newest[1 + BESIDE_COUNT :] if post.pk not in taken]
    return FrontPage(next(iter(lead), None), beside, sections, rest)


def _categories(site):
    chosen = FrontSection.objects.filter(site=site).select_related("category")
    return [section.category for section in chosen] or _recent_categories()


def _recent_categories():
    newest = Post.objects.published().newest_first().select_related("category")[:RECENT_POSTS]
    found = {post.category_id: post.category for post in newest.only("category") if post.category}
    return list(found.values())[:RECENT_CATEGORIES]


def _sections(categories, count, elsewhere):
    """Return the sections that have a post, with `count` posts at most, and none of `elsewhere`."""
    if not categories:
        return []
    found: dict[int, list[Post]] = {category.pk: [] for category in categories}
    for post in _cards(categories, count, elsewhere):
        found[post.section].append(post)
    for posts in found.values():
        posts.sort(key=lambda post: (post.published_at, post.pk), reverse=True)
    return [Section(category, found[category.pk]) for category in categories if found[category.pk]]


def _cards(categories, count, elsewhere):
    """Return the posts of all sections, with what their cards show; three queries."""
    posts = Post.objects.published().once_each(get_language())
    posts = posts.exclude(pk__in=[post.pk for post in elsewhere]).newest_first()
    tree = Tree.load()
    parts = [
        # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
        Post.objects.filter(
            pk__in=posts.filter(category__in=tree.branch(category)).values("id")[:count]
        )
        .select_related("category", "cover")
        .annotate(section=Value(category.pk, output_field=IntegerField()))
        .order_by()
        for category in categories
    ]
    cards = list(parts[0].union(*parts[1:], all=True))
    prefetch_related_objects(cards, bylines())
    return cards
