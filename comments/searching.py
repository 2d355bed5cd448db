"""Answers in blog's search: who is in the index, and what takes them in and out."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save

from blog.models import SearchEntry
from blog.prepared import prepared
from blog.search import index
from blog.search.finding import RESULTS_PER_PAGE
from blog.search.sources import Document, Source, add
from comments.models import Comment

ANSWER = "answer"
READ = frozenset(
    {"post", "author", "is_verified", "name", "body", "body_html", "addendum", "addendum_html",
     "language", "status", "created_at", "kind"}
)  # fmt: skip


def connect() -> None:
    add(Source(ANSWER, Comment, _answers, _visible, document, _shown))
    uid = "search.comments.Comment"
    post_save.connect(_saved, sender=Comment, weak=False, dispatch_uid=uid)
    post_delete.connect(_deleted, sender=Comment, weak=False, dispatch_uid=uid)


def index_answers(comments: Iterable[Comment]) -> None:
    """Take in answers that were inserted without signals."""
    index.put(ANSWER, [document(comment) for comment in comments if _is_indexed(comment)])


def follow(tree_id: int, post_id: int) -> None:
    """Tell the index that a whole thread stands under another post now."""
    comments = Comment.objects.filter(tree_id=tree_id).order_by().values("pk")
    entries = SearchEntry.objects.filter(kind=ANSWER, object_id__in=comments)
    entries.update(post=post_id)
    index.mark(entries)  # what they can be limited to is what their post is about


def document(comment: Comment) -> Document:
    return Document(
        object_id=comment.pk,
        post_id=comment.post_id,
        author_ids=[comment.author_id] if comment.is_verified and comment.author_id else [],
        language=comment.language,
        published_at=comment.created_at,
        title="",
        body=comment.words,
        about=[comment.name],
    )


def _answers() -> QuerySet[Comment]:
    return Comment.objects.visible().answers().order_by("pk")


def _visible() -> QuerySet[Comment]:
    return _answers().order_by()


def _shown(entries: Sequence[SearchEntry]) -> dict[int, Comment]:
    return {row.pk: row for row in _named([entry.object_id for entry in entries])}


_named = prepared(
    lambda ids: Comment.objects.filter(pk__in=ids).order_by().only("name"), ids=RESULTS_PER_PAGE
)


def _is_indexed(comment):
    return comment.is_visible and comment.kind == Comment.Kind.COMMENT


def _saved(sender, instance, created, update_fields=None, **kwargs):
    if update_fields is not None and READ.isdisjoint(update_fields):
        return
    if _is_indexed(instance):
        index.put(ANSWER, [document(instance)])
    elif not created:
        index.remove(ANSWER, [instance.pk])


def _deleted(sender, instance, **kwargs):
    index.remove(ANSWER, [instance.pk])
