"""What the page of a post shows: the post itself, and which others it offers."""

from typing import NamedTuple

from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

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
    """Return `older`, `newer` (a Post or None), `related` (a list of Posts), `part` and `versions`.

    One query: small selects in one UNION. Related are posts of the same category, those of the
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
        found[row.role].append(row)
    if post.series_id and not post.is_public:
        found["part"].append(post)  # a preview, where it will stand
    found["related"].sort(key=lambda other: (_nearness(post, other), -_published(other)))
    return {
        "older": next(iter(found["older"]), None),
        "newer": next(iter(found["newer"]), None),
        "related": found["related"],
        "part": place_in_series(post, found["part"]),
        "versions": versions(post, found["version"]),
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
    published = Post.objects.published(now=now)
    others = published.exclude(pk=post)
    later = Q(published_at__gt=published_at) | Q(published_at=published_at, pk__gt=post)
    nearness = Case(
        When(category_id=category, language=language, then=0),
        When(category_id=category, then=1),
        default=2,
        output_field=IntegerField(),
    )
    related = others.order_by(nearness, "-published_at", "-pk")
    return _labelled(others.exclude(later).newest_first()[:1], "older").union(
        _labelled(others.filter(later).order_by("published_at", "pk")[:1], "newer"),
        _labelled(related[:RELATED_COUNT], "related"),
        _labelled(published.filter(series=series), "part"),
        _labelled(published.filter(Q(pk=original) | Q(translation_of=original)), "version"),
        all=True,
    )


def _labelled(posts: QuerySet, role: str) -> QuerySet:
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    return (
        Post.objects.filter(pk__in=posts.values("pk"))
        .order_by()
        .annotate(role=Value(role, output_field=CharField()))
        .only(
            "title",
            "slug",
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
