"""Proving that the trees are whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef

from comments import likes
from comments.models import Comment, Thread
from comments.tallies import wrong_tallies
from comments.tree.numbering import edges

COLUMNS = ["tree_id", "pk", "parent_id", "post_id", "lft", "rght", "level",
           "like_count", "status", "visible_count"]  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One broken invariant of the tree."""

    tree_id: int | None
    comment_id: int | None
    what: str

    def __str__(self):
        places = {"thread": self.tree_id, "comment": self.comment_id}
        where = [f"{name} {pk}: " for name, pk in places.items() if pk is not None]
        return "".join(where) + self.what


def check(tree_ids: Iterable[int] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the trees numbered `tree_ids`, or with all of them.

    Proves that every tree belongs to one thread and one post and has one root, that lft, rght and
    level are exactly those that `parent_id` gives, without gaps, and that the counts of likes,
    threads and posts are right. One pass over the table and two queries for every thousand threads.
    It takes no lock: what it says of a thread that is being written may be over a moment later, so
    repair looks again.
    """
    rows = Comment.objects.order_by("tree_id", "lft", "pk").values_list(*COLUMNS)
    threads = Thread.objects.order_by("pk")
    if tree_ids is not None:
        tree_ids = list(tree_ids)
        rows, threads = rows.filter(tree_id__in=tree_ids), threads.filter(pk__in=tree_ids)
    trees = ((pk, list(tree)) for pk, tree in groupby(rows.iterator(2000), key=itemgetter(0)))
    for some in batched(trees, 1000):
        posts = dict(
            Thread.objects.filter(pk__in=[pk for pk, _tree in some]).values_list("pk", "post")
        )
        liked = likes.counts([pk for pk, _tree in some])
        for tree_id, tree in some:
            yield from _faults_of_posts(tree_id, posts.get(tree_id), {row[3] for row in tree})
            yield from _faults_of_places(tree_id, tree)
            yield from _faults_of_counts(tree_id, tree)
            yield from _faults_of_likes(tree_id, tree, liked)
    lonely = ~Exists(Comment.objects.filter(tree_id=OuterRef("pk")).order_by())
    for tree_id in threads.filter(lonely).values_list("pk", flat=True):
        yield Fault(tree_id, None, "no comment in it")
    if tree_ids is None:
        for post_id, what in wrong_tallies():
            yield Fault(None, None, f"tally of post {post_id} {what}")


def _faults_of_posts(tree_id, thread_post_id, post_ids):
    if thread_post_id is None:
        yield Fault(tree_id, None, "no thread")
    elif post_ids != {thread_post_id}:
        yield Fault(tree_id, None, "more than one post")


def _faults_of_places(tree_id, tree):
    found = {pk: (lft, rght, level) for _, pk, _, _, lft, rght, level, *_ in tree}
    parents = {pk: parent_id for _, pk, parent_id, *_ in tree}
    if list(parents.values()).count(None) != 1:
        yield Fault(tree_id, None, "not exactly one root")
    reached = set()
    for pk, *expected in edges(parents):
        reached.add(pk)
        if found[pk] != tuple(expected):
            yield Fault(tree_id, pk, f"is at {found[pk]}, belongs at {tuple(expected)}")
    for pk in parents.keys() - reached:
        yield Fault(tree_id, pk, "hangs on no root of its tree")


def _faults_of_counts(tree_id, tree):
    visible = sum(status == Comment.Status.APPROVED for *_, status, _ in tree)
    for _, pk, parent_id, *_, stored in tree:
        right = visible if parent_id is None else 0
        if stored != right:
            yield Fault(tree_id, pk, f"counts {stored} visible, should be {right}")


def _faults_of_likes(tree_id, tree, liked):
    for _, pk, *_, stored, _status, _visible in tree:
        right = liked.get(pk, 0)
        if stored != right:
            yield Fault(tree_id, pk, f"counts {stored} likes, should be {right}")
