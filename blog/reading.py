"""What the page of a post shows: the post itself, and which others it offers."""

from typing import NamedTuple

from django.db.models import CharField, Q, QuerySet, Value
from django.utils import timezone

from blog.categories import above
from blog.models import Author, Post, PostAuthor, Tag
from blog.outline import contents, reading_minutes
from blog.prepared import prepared

RELATED_COUNT = 3


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
        "tags": post.tags.all(),
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
    """Return `older`, `newer` (a Post or None), `related` (a list of Posts), `part`, `versions`.

    And `above`: the categories over the post's own, for one query if there are any. All else takes
    one query: small selects in one UNION. Related are posts of the same category, those of the
    same language first, else the newest others. Versions are the post and its translations, the
    original first; none if there is no translation.
    """
    found: dict[str, list[Post]] = {
        "older": [],
        "newer": [],
        "related": [],
        "part": [],
        "version": [],
    }
    place = post.published_at, post.category_id, post.language, post.series_id, post.original_id
    for row in _around(post.pk, *place, timezone.now()):
        # Asked here and not in the query: by the index of one series or original, which SQLite
        # would leave for that of all published posts.
        if row.is_public:
            found[row.role].append(row)
    if post.series_id and not post.is_public:
        found["part"].append(post)  # a preview, where it will stand
    once = {other.pk: other for other in found["related"]}.values()
    nearest = sorted(once, key=lambda other: (_nearness(post, other), -_published(other)))
    return {
        "older": next(iter(found["older"]), None),
        "newer": next(iter(found["newer"]), None),
        "related": nearest[:RELATED_COUNT],
        "part": place_in_series(post, found["part"]),
        "versions": versions(post, found["version"]),
        "above": above(post.category),
    }


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
    return posts.select_related("category", "cover", "series")


@prepared
def _bylines(post):
    return PostAuthor.objects.filter(post=post).select_related("author")


@prepared
def _tags(post):
    return Tag.objects.filter(posts=post)


@prepared
def _around(post, published_at, category, language, series, original, now):
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
    # Three short looks at an index; sorting all posts by nearness would read every one of them.
    others = published.exclude(pk=post).order_by("-published_at", "-id")
    beside = others.filter(category=category)
    return (
        _labelled(older.order_by("-published_at", "-id")[:1], "older")
        .union(
            _labelled(newer.order_by("published_at", "id")[:1], "newer"),
            _labelled(beside.filter(language=language)[:RELATED_COUNT], "related"),
            _labelled(beside[:RELATED_COUNT], "related"),
            _labelled(others[:RELATED_COUNT], "related"),
            _labelled(every.filter(series=series), "part"),
            _labelled(every.filter(pk=original), "version"),
            _labelled(every.filter(translation_of=original), "version"),
            all=True,
        )
        .order_by()
    )


def _labelled(posts: QuerySet, role: str) -> QuerySet:
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    return (
        # By `id`: of "pk" Django makes `ORDER BY 1`, and SQLite sorts where an index has the order.
        Post.objects.filter(pk__in=posts.values("id"))
        .order_by()
        .annotate(role=Value(role, output_field=CharField()))
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


def _nearness(post, other):
    if post.category_id is None or other.category_id != post.category_id:
        return 2
    return 0 if other.language == post.language else 1


def _published(post):
    return post.published_at.timestamp()


def _remember(post, name, queryset, rows):
    """Keep rows where prefetch_related would keep them."""
    queryset._result_cache = rows
    post._prefetched_objects_cache = getattr(post, "_prefetched_objects_cache", {}) | {
        name: queryset
    }
