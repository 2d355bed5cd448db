"""Which other posts a post's page offers."""

from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When

from blog.models import Post

RELATED_COUNT = 3


def around(post: Post) -> dict:
    """Return `older`, `newer` (a Post or None) and `related` (a list of Posts) of a post.

    One query: three small selects in one UNION. Related are posts of the same category, those of
    the same language first, else the newest others.
    """
    others = Post.objects.published().exclude(pk=post.pk)
    later = Q(published_at__gt=post.published_at) | Q(
        published_at=post.published_at, pk__gt=post.pk
    )
    older = _labelled(others.exclude(later).newest_first()[:1], "older")
    newer = _labelled(others.filter(later).order_by("published_at", "pk")[:1], "newer")
    related = _labelled(_related(post, others)[:RELATED_COUNT], "related")
    found: dict[str, list[Post]] = {"older": [], "newer": [], "related": []}
    for row in older.union(newer, related, all=True):
        found[row.role].append(row)
    found["related"].sort(key=lambda other: (_nearness(post, other), -_published(other)))
    return {
        "older": next(iter(found["older"]), None),
        "newer": next(iter(found["newer"]), None),
        "related": found["related"],
    }


def _related(post, others):
    nearness = Case(
        When(category_id=post.category_id, language=post.language, then=0),
        When(category_id=post.category_id, then=1),
        default=2,
        output_field=IntegerField(),
    )
    return others.order_by(nearness, "-published_at", "-pk")


def _nearness(post, other):
    if other.category_id != post.category_id:
        return 2
    return 0 if other.language == post.language else 1


def _published(post):
    return post.published_at.timestamp()


def _labelled(posts: QuerySet, role: str) -> QuerySet:
    # SQLite takes no LIMIT in a part of a UNION, so it stands one level deeper.
    return (
        Post.objects.filter(pk__in=posts.values("pk"))
        .order_by()
        .annotate(role=Value(role, output_field=CharField()))
        .only("title", "slug", "language", "published_at", "category")
    )
