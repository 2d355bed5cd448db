"""Writing the index. Entries are rows in the transaction of what they tell of, so none is lost.

Small texts are written at once (`put`). Where many rows are saved one after the other, or one name
stands in thousands of texts, entries are marked as stale in the transaction and made anew right
after it; the periodic task takes what that leaves.
"""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet

from blog.models import SearchEntry
from blog.search import words
from blog.search.analysis import analyse, readable
from blog.search.limits import terms_of_entry, topics_of
from blog.search.sources import POST, SOURCES, Document, Source

BATCH_SIZE = 200  # rows read and made anew at once
WRITTEN_AT_ONCE = 500
AT_ONCE = 50  # so many stale entries are made anew by whoever has made them stale
KEY = ["kind", "object_id"]
VALUES = [
    "post", "author", "language", "published_at", "is_stale", "title", "title_terms",
    "about_terms", "text", "body_terms", "other_terms",
]  # fmt: skip


def put(kind: str, documents: Iterable[Document]) -> None:
    """Write the entries of these documents, new or changed; call it in their transaction."""
    documents = list(documents)
    topics = topics_of(document.post_id for document in documents)
    entries = [_entry(kind, document, topics[document.post_id]) for document in documents]
    SearchEntry.objects.bulk_create(
        entries, batch_size=WRITTEN_AT_ONCE, update_conflicts=True, unique_fields=KEY,
        update_fields=VALUES,
    )  # fmt: skip
    transaction.on_commit(lambda: words.learn(entries), robust=True)


def remove(kind: str, object_ids: Iterable[int]) -> None:
    SearchEntry.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def mark(entries: QuerySet[SearchEntry]) -> None:
    """Have existing entries made anew after this transaction."""
    if entries.update(is_stale=True):
        transaction.on_commit(lambda: refresh(AT_ONCE), robust=True)


def mark_post(post) -> None:
    """Have the entry of a post made anew after this transaction, or made at all."""
    entry = SearchEntry(
        kind="post", object_id=post.pk, post=post, language=post.language,
        published_at=post.published_at or post.created_at, is_stale=True,
    )  # fmt: skip
    SearchEntry.objects.bulk_create(
        [entry], update_conflicts=True, unique_fields=KEY, update_fields=["is_stale"]
    )
    transaction.on_commit(lambda: refresh(AT_ONCE), robust=True)


def refresh(most: int) -> int:
    """Make up to `most` stale entries anew; return how many there were.

    The entry is locked before its row is read: of two writers the second reads what the first left.
    """
    with transaction.atomic():
        stale = SearchEntry.objects.filter(is_stale=True).order_by("pk")
        stale = stale.select_for_update(skip_locked=True, of=("self",))
        found = list(stale.values_list("kind", "object_id")[:most])
        for kind, source in SOURCES.items():
            _renew(source, [object_id for of, object_id in found if of == kind])
        _follow_topics([object_id for kind, object_id in found if kind == POST])
    return len(found)


def refresh_all() -> None:
    while refresh(BATCH_SIZE):
        pass


def rebuild() -> Iterator[tuple[str, int]]:
    """Make all entries anew and take out what should have none; yield (kind, rows done)."""
    words.forget_all()
    for kind, source in SOURCES.items():
        last = 0
        while ids := _next_ids(source, last):
            with transaction.atomic():
                _renew(source, ids)
            last = ids[-1]
            yield kind, len(ids)
        _remove_strays(source)
    SearchEntry.objects.exclude(kind__in=SOURCES).delete()


def _renew(source: Source, ids: list[int]) -> None:
    if not ids:
        return
    rows = source.indexed().filter(pk__in=ids)
    documents = [source.document(row) for row in rows]
    put(source.kind, documents)
    remove(source.kind, set(ids) - {document.object_id for document in documents})


def _follow_topics(post_ids: list[int]) -> None:
    """Have answers made anew whose post has another category or other tags now."""
    for pk, topics in topics_of(post_ids).items():
        below = SearchEntry.objects.filter(post=pk).exclude(kind=POST)
        mark(below.exclude(other_terms__startswith=topics))


def _next_ids(source, last):
    rows = source.indexed().filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH_SIZE])


def _remove_strays(source):
    entries = SearchEntry.objects.filter(kind=source.kind)
    entries.exclude(object_id__in=source.indexed().order_by().values("pk")).delete()


def _entry(kind: str, document: Document, topics: str) -> SearchEntry:
    title, body = readable(document.title), readable(document.body)
    about = [readable(name) for name in document.about]
    terms = analyse(title=title, about=about, body=body, language=document.language)
    entry = SearchEntry(
        kind=kind,
        object_id=document.object_id,
        post_id=document.post_id,
        author_id=None if kind == POST else next(iter(document.author_ids), None),
        language=document.language,
        published_at=document.published_at,
        title=title,
        text=body,
        title_terms=terms.title,
        about_terms=terms.about,
        body_terms=terms.body,
    )
    # What the post is about comes first, so that _follow_topics can see it.
    entry.other_terms = topics + terms_of_entry(entry, document.author_ids) + terms.other
    return entry
