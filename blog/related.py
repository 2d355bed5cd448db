"""Rows of relatives: made when a post is published or changed, by the worker.

A row of RelativeSearch is written in the transaction of the change. The worker then writes the rows
of Relative: those of the post, and in those of its neighbours the one that leads to it. Whether a
relative is public is asked when it is shown.
"""

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from blog import changes, tasks
from blog.models import Post, RelatedPost, Relative, RelativeSearch
from blog.relatives import Corpus, Near, near, words_of
from blog.search.analysis import terms_of

KEPT = 8  # of each post; more than are shown, for some are not public or not any more
ENOUGH = 3  # who has fewer left looks for others
MOST_NEIGHBOURS = 30
MOST_ASKED = 200
BATCH_SIZE = 200
WITH_PAGE = {Post.Status.PUBLISHED, Post.Status.ARCHIVED}


def ask(posts: Iterable[int], *, has_changed: bool = True) -> None:
    """Have the relatives of these posts computed after this transaction."""
    for some in batched(posts, BATCH_SIZE):
        waiting = RelativeSearch.objects.filter(done_at=None, leased_until=None)
        asked = waiting.filter(post__in=some, has_changed__gte=has_changed)
        new = set(some) - set(asked.values_list("post", flat=True))
        # Whoever comes first knocks for all; what is missed, the periodic task finds.
        if new and not waiting.exists():
            transaction.on_commit(tasks.find_relatives.enqueue, robust=True)
        rows = [RelativeSearch(post_id=pk, has_changed=has_changed) for pk in sorted(new)]
        RelativeSearch.objects.bulk_create(rows)


def find(row: RelativeSearch) -> None:
    """Do what a row asks for; the row is gone then."""
    relate(row.post, Corpus(), has_changed=row.has_changed)
    row.delete()


def relate(post: Post, corpus: Corpus, *, has_changed: bool) -> None:
    """Write the relatives of `post`, and if it `has_changed`, its place among its neighbours'."""
    found = near(post, corpus) if post.status in WITH_PAGE else {}  # before anything is locked
    with transaction.atomic():
        touched = _write_own(post, found)
        if has_changed:
            is_offered = post.status == Post.Status.PUBLISHED
            touched |= _write_neighbours(post, found if is_offered else {})
        if touched:
            changes.note(*(f"post:{pk}" for pk in sorted(touched)))


def compute_all() -> Iterator[int]:
    """Compute the relatives of all posts anew, and what each links to; yield the posts done."""
    Relative.objects.exclude(other__status=Post.Status.PUBLISHED).delete()
    corpus, last = Corpus(), 0
    posts = Post.objects.order_by("pk")
    while batch := list(posts.filter(pk__gt=last)[:BATCH_SIZE]):
        for post in batch:
            post.keep_links()
            relate(post, corpus, has_changed=False)
        last = batch[-1].pk
        yield len(batch)


def connect() -> None:
    """Ask whenever something is changed that relatives hang on; signals, as for the search."""
    for signal, model, receiver in (
        (post_save, Post, _post_saved),
        (m2m_changed, Post.tags.through, _tags_changed),
        (m2m_changed, Post.unrelated.through, _unrelated_changed),
        (post_save, RelatedPost, _chosen_changed),
        (post_delete, RelatedPost, _chosen_changed),
    ):
        uid = f"related.{model._meta.label}"
        signal.connect(receiver, sender=model, weak=False, dispatch_uid=uid)


def _write_own(post, found) -> set[int]:
    wanted = dict(list(found.items())[:KEPT])
    had = {row.other_id: row for row in post.relatives.all()}
    new = [
        _row(post.pk, other, one) for other, one in wanted.items() if _differs(had.get(other), one)
    ]
    gone = had.keys() - wanted.keys()
    _store(new)
    post.relatives.filter(other__in=gone).delete()
    return {post.pk} if new or gone else set()


def _write_neighbours(post, found) -> set[int]:
    """Put `post` where it is near, take it from where it is no more; return who that touches."""
    rows = Relative.objects.filter(other=post)
    if not found:
        left = set(rows.values_list("post", flat=True))
        rows.delete()
        _ask_who_has_few(list(left)[:MOST_ASKED])
        return left
    # Far ones that had it keep it as long as they share what they did; else each looks for itself.
    far = rows.exclude(post__in=found).select_related("post")[:MOST_ASKED]
    ask([row.post_id for row in lapsed(post, far)], has_changed=False)
    neighbours = set(list(found)[:MOST_NEIGHBOURS])
    hidden = Post.unrelated.through.objects.filter(from_post__in=neighbours, to_post=post)
    neighbours -= set(hidden.values_list("from_post", flat=True))
    theirs, versions = _rows_of(neighbours), set(post.versions().values_list("pk", flat=True))
    new, gone = [], []
    for neighbour in sorted(neighbours):
        row = _row(neighbour, post.pk, found[neighbour])
        kept, out = placed(row, theirs.get(neighbour, []), versions)
        new += kept
        gone += out
    Relative.objects.filter(pk__in=[row.pk for row in gone]).delete()
    _store(new)
    return {row.post_id for row in [*new, *gone]}


def placed(
    row: Relative, rows: list[Relative], versions: set[int]
) -> tuple[list[Relative], list[Relative]]:
    """Put `row` among the `rows` of its post: return what to write of it, and what has to go.

    Of several `versions` of one post only the nearest stands there, and at most KEPT in all.
    """
    own = [known for known in rows if known.other_id == row.other_id]
    rivals = [known for known in rows if known.other_id in versions and known not in own]
    if any(_place(rival) >= _place(row) for rival in rivals):
        return [], own
    others = [known for known in rows if known not in own and known not in rivals]
    gone = rivals + sorted(others, key=_place, reverse=True)[KEPT - 1 :]
    if gone and any(_place(last) > _place(row) for last in gone):
        return [], own
    is_known = any((known.score, known.reason) == (row.score, row.reason) for known in own)
    return ([] if is_known else [row]), gone


def lapsed(post: Post, rows: Iterable[Relative]) -> list[Relative]:
    """Return those of the rows that lead to `post` whose reason holds no more."""
    tags = set(post.tags.values_list("pk", flat=True))
    terms = words_of(post).keys()

    def holds(row):
        words = (terms_of(word, row.post.language)[0] for word in row.reason.get("words", ()))
        return (
            tags.issuperset(row.reason.get("tags", ()))
            and terms >= set(words)
            and (not row.reason.get("series") or row.post.series_id == post.series_id)
            and (not row.reason.get("category") or row.post.category_id == post.category_id)
        )

    return [row for row in rows if not holds(row)]


def _rows_of(posts):
    found: dict[int, list[Relative]] = {}
    for row in Relative.objects.filter(post__in=posts):
        found.setdefault(row.post_id, []).append(row)
    return found


def _ask_who_has_few(posts):
    rows = _rows_of(posts)
    ask([pk for pk in posts if len(rows.get(pk, [])) < ENOUGH], has_changed=False)


def _row(post, other, one: Near) -> Relative:
    return Relative(post_id=post, other_id=other, score=one.score, reason=one.reason)


def _place(row: Relative) -> tuple[float, int]:
    return row.score, row.other_id


def _differs(row: Relative | None, one: Near) -> bool:
    return row is None or (row.score, row.reason) != (one.score, one.reason)


def _store(rows):
    Relative.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["post", "other"],
        update_fields=["score", "reason"],
    )  # fmt: skip


def _post_saved(sender, instance, raw=False, **kwargs):
    # A draft that never was published costs one query.
    if instance.status in WITH_PAGE or Relative.objects.filter(other=instance).exists():
        ask([instance.pk])


def _tags_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action.startswith("post_"):
        ask(_with_page((pk_set or []) if reverse else [instance.pk]))


def _unrelated_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if not action.startswith("post_") or reverse:
        return
    Relative.objects.filter(post=instance, other__in=instance.unrelated.all()).delete()
    changes.note(changes.tag_of(instance))
    ask(_with_page([instance.pk]))


def _chosen_changed(sender, instance, **kwargs):
    changes.note(f"post:{instance.post_id}")


def _with_page(numbers: Iterable[int]) -> list[int]:
    posts = Post.objects.filter(pk__in=numbers, status__in=WITH_PAGE)
    return list(posts.order_by().values_list("pk", flat=True))
