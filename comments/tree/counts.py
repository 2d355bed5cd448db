"""How many comments of a thread are visible: kept on its root, under the thread's lock.

Never on the Thread row: that one is the lock, and waiters would chase its new versions. Only what
changes what visitors see writes here, so a flood of spam costs nothing.
"""

from django.db.models import Case, Count, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from comments.models import Comment


def add_visible(tree_id: int, difference: int) -> None:
    """Add to the count of a thread; the caller holds its lock."""
    if difference:
        root = Comment.objects.filter(tree_id=tree_id, parent=None).order_by()
        root.update(visible_count=F("visible_count") + difference)


def recount_visible(tree_id: int) -> int:
    """Count a thread anew; return how many rows said something else."""
    visible = (
        Comment.objects.visible()
        .filter(tree_id=OuterRef("tree_id"))
        .order_by()
        .values("tree_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    right = Case(
        When(parent=None, then=Coalesce(Subquery(visible), 0)),
        default=Value(0),
        output_field=IntegerField(),
    )
    rows = Comment.objects.filter(tree_id=tree_id).order_by()
    wrong = dict(
        rows.annotate(right=right).exclude(visible_count=F("right")).values_list("pk", "right")
    )
    for pk, number in wrong.items():
        Comment.objects.filter(pk=pk).order_by().update(visible_count=number)
    return len(wrong)
