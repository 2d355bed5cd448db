"""What the page of a post shows: the post itself, and which others it offers."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import CharField, F, FloatField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from blog.breadcrumbs import post_trail
from blog.categories import above
from blog.models import Author, OldAddress, Post, PostAuthor, PostLink, Tag
from blog.models.oldaddress import POSTS
from blog.outline import contents, reading_minutes
from blog.prepared import prepared
from blog.reasons import in_words

RELATED_COUNT = 3
MOST_TAKING_UP = 20
MOST_LINKING = 100
NOTHING = Value("{}", output_field=TextField())
ROLES = "older", "newer", "by_hand", "computed", "beside", "taking_up", "part", "version"


class Part(NamedTuple):
    """A post in its series; numbers count what readers can see."""

    number: int
    parts: list[Post]
    previous: Post | None
    next: Post | None


def published_post(slug: str) -> Post:
    """Return a post with all that its page shows of it; three queries. Raise Post.DoesNotExist."""
    found = _post(slug, timezone.now())
    if not found:
        raise Post.DoesNotExist
    post = found[0]
    _remember(post, "bylines", PostAuthor.objects.all(), _bylines(post.pk))
    _remember(post, "tags", Tag.objects.all(), _tags(post.pk))
    return post


def text_of(post: Post) -> dict:
    """Return what the page says of the text itself, from what `post` has loaded."""
    return {
        "post": post,
        "tags": list(post.tags.all()),
        "minutes": reading_minutes(post.body_html),
        "contents": contents(post.body_html),
        "byline": ", ".join(author.name for author in post.bylined_authors),
    }


def unpublished_post(posts: QuerySet) -> Post:
    """Return the one post of `posts`, whatever its status, with all that its page shows of it.

    For previews: what has no time yet stands there as if it appeared now. Raise Post.DoesNotExist.
    """
    chosen = posts.order_by().values("pk")
    post = Post.objects.with_page_data().select_related("series").get(pk__in=chosen)
    post.published_at = post.published_at or timezone.now()
    return post


def with_bylines(post: Post, authors: list[Author]) -> None:
    """Give a post that is not stored the authors that its page is to show."""
    rows = [PostAuthor(post=post, author=author) for author in authors]
    _remember(post, "bylines", PostAuthor.objects.all(), rows)


def around(post: Post) -> dict:
    """Return the posts around `post`: small selects in one UNION, and one query for `above`.

    `older` and `newer` are a Post or None, `related` a list of Posts with the `reason` in words,
    `taken_up` the later posts that link to it, newest first, `part` its place in the series,
    `versions` the post and its translations, the original first; none if there is no translation.
    `above` are the categories over the post's own; no query if there can be none. `trail` are the
    steps from the front page to the post.
    """
    found: dict[str, list[Any]] = {role: [] for role in ROLES}
    place = post.published_at, post.category_id, post.language, post.series_id, post.original_id
    for row in _around(post.pk, f"{POSTS}{post.slug}", *place, timezone.now()):
        # Asked here and not in the query: by the index of one series or original, which SQLite
        # would leave for that of all published posts.
        if row.is_public:
            found[row.role].append(row)
    if post.series_id and not post.is_public:
        found["part"].append(post)  # a preview, where it will stand
    later = (other for other in found["taking_up"] if _published(other) > _published(post))
    taken_up = sorted(_once(later), key=_published, reverse=True)
    categories = above(post.category)
    return {
        "older": next(iter(found["older"]), None),
        "newer": next(iter(found["newer"]), None),
        "related": related(post, found, but={post.pk, *(other.pk for other in taken_up)}),
        "taken_up": taken_up[:MOST_TAKING_UP],
        "part": place_in_series(post, found["part"]),
        "versions": versions(post, found["version"]),
        "above": categories,
        "trail": post_trail(post, categories),
    }


def related(post: Post, found: dict[str, list[Any]], but: set[int]) -> list[Post]:
    """Return what stands below `post` as related: by hand, then computed, with reasons.

    Until something is computed, the newest posts of its category and language. None of `but` and
    no version of `post` comes in unless by hand.
    """
    by_hand = _once(sorted(found["by_hand"], key=lambda other: other.weight))
    computed = sorted(found["computed"], key=lambda other: (-other.weight, -_published(other)))
    but = but | {other.pk for other in [*by_hand, *found["version"]]}
    for other in [*by_hand, *found["beside"]]:
        other.reason = ""
    for other in computed:
        other.reason = in_words(post, json.loads(other.shared))
    nearest = [other for other in computed or found["beside"] if other.pk not in but]
    return by_hand + nearest[: max(RELATED_COUNT - len(by_hand), 0)]


def place_in_series(post: Post, parts: list[Post]) -> Part | None:
    """Return where `post` stands among the public parts of its series; None if it is in none."""
    parts.sort(key=lambda part: (part.series_position or 0, part.pk))
    place = next((at for at, part in enumerate(parts) if part.pk == post.pk), None)
    if place is None:
        return None
    before, after = parts[max(place - 1, 0) : place], parts[place + 1 : place + 2]
    return Part(place + 1, parts, next(iter(before), None), next(iter(after), None))


def versions(post: Post, found: list[Post]) -> list[Post]:
    """Return the public versions of `post`, the original first; none if it is the only one."""
    found.sort(key=lambda version: (version.translation_of_id is not None, version.language))
    return found if len(found) > 1 else []


@prepared
def _post(slug, now):
    posts = Post.objects.readable(now=now).filter(slug=slug)
    # The source is for editors, and as long as what readers get.
    return posts.select_related("category", "cover", "series").defer("body")


@prepared
def _bylines(post):
    return PostAuthor.objects.filter(post=post).select_related("author")


@prepared
def _tags(post):
    return Tag.objects.filter(posts=post)


@prepared
def _around(post, path, published_at, category, language, series, original, now):
    published, every = Post.objects.published(now=now), Post.objects.order_by()
    # The first condition of each follows from the second; it is what an index can start from.
    older = published.filter(
        Q(published_at__lte=published_at),
        Q(published_at__lt=published_at) | Q(pk__lt=post),
    )
    newer = published.filter(
        Q(published_at__gte=published_at),
        Q(published_at__gt=published_at) | Q(pk__gt=post),
    )
    beside = published.exclude(pk=post).filter(category=category, language=language)
    once = OldAddress.objects.filter(post=post).order_by().values("path")
    by_hand = Post.objects.filter(beside_by_hand__post=post)
    computed = Post.objects.filter(relative_of__post=post)
    return (
        _labelled(older.order_by("-published_at", "-id")[:1], "older")
        .union(
            _labelled(newer.order_by("published_at", "id")[:1], "newer"),
            _shown(by_hand, "by_hand", F("beside_by_hand__position")),
            _shown(computed, "computed", F("relative_of__score"), F("relative_of__reason")),
            _labelled(beside.order_by("-published_at", "-id")[:RELATED_COUNT], "beside"),
            _linking(PostLink.objects.filter(path=path).order_by("-post_id")),
            _linking(PostLink.objects.filter(path__in=once)),
            _labelled(every.filter(series=series), "part"),
            _labelled(every.filter(pk=original), "version"),
            _labelled(every.filter(translation_of=original), "version"),
            all=True,
        )
        .order_by()
    )


def _labelled(posts: QuerySet, role: str) -> QuerySet:
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    # By `id`: of "pk" Django makes `ORDER BY 1`, and SQLite sorts where an index has the order.
    return _shown(Post.objects.filter(pk__in=posts.values("id")), role, Value(0.0))


def _linking(links: QuerySet) -> QuerySet:
    # Bounded before it is known which are public: of a hundred links to one post, few are drafts.
    linking = links.values("post")[:MOST_LINKING]
    return _shown(Post.objects.filter(pk__in=linking), "taking_up", Value(0.0))


def _shown(posts: QuerySet, role: str, weight: Any, shared: Any = NOTHING) -> QuerySet:
    return (
        posts.order_by()
        .annotate(
            role=Value(role, output_field=CharField()),
            weight=Cast(weight, FloatField()),
            shared=Cast(shared, TextField()),
        )
        .only(
            "title",
            "slug",
            "status",
            "language",
            "published_at",
            "category",
            "series_position",
            "translation_of",
        )
    )


def _once(posts: Iterable[Any]) -> list[Any]:
    return list({post.pk: post for post in posts}.values())


def _published(post):
    return post.published_at.timestamp()


def _remember(post, name, queryset, rows):
    """Keep rows where prefetch_related would keep them."""
    queryset._result_cache = rows
    post._prefetched_objects_cache = getattr(post, "_prefetched_objects_cache", {}) | {
        name: queryset
    }
