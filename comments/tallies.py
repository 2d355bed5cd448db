"""What a post's visible answers come to: answers, people, passed on, mentions."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Case, CharField, Count, Q, Value, When
from django.db.models.functions import Cast, Concat, Lower

from comments.models import Comment, Tally


def count(post_id: int) -> None:
    """Count a post's visible answers, people and linkbacks anew.

    Call it last in a transaction: it locks the post's Tally, so that of two writers the second
    counts what the first has committed.
    """
    Tally.objects.select_for_update().get_or_create(post_id=post_id)
    counted = Comment.objects.filter(post_id=post_id).visible().order_by().aggregate(**_counts())
    Tally.objects.filter(post_id=post_id).update(**counted)


@transaction.atomic
def recount(post_id: int) -> None:
    """Count in a transaction of its own, for who is in none."""
    count(post_id)


def _counts():
    is_answer = Q(kind=Comment.Kind.COMMENT)
    # People known by address are one Author however they sign; the others go by the typed name.
    person = Case(
        When(author=None, then=Lower("name")),
        default=Concat(Value("#"), Cast("author_id", CharField())),
        output_field=CharField(),
    )
    return {
        "answer_count": Count("pk", filter=is_answer),
        "people_count": Count(person, filter=is_answer, distinct=True),
        "reblog_count": Count("pk", filter=Q(kind=Comment.Kind.REBLOG)),
        "mention_count": Count("pk", filter=~is_answer & ~Q(kind=Comment.Kind.REBLOG)),
    }


def wrong_tallies() -> Iterator[tuple[int, str]]:
    """Yield (post id, what is wrong) for each tally that is not what a new count gives."""
    names = list(_counts())
    zero = dict.fromkeys(names, 0)
    counted = {
        row.pop("post_id"): row
        for row in Comment.objects.visible()
        .order_by()
        .values("post_id")
        .annotate(**_counts())
        .values("post_id", *names)
    }
    stored = {row.pop("post_id"): row for row in Tally.objects.values("post_id", *names)}
    for post_id in sorted(counted.keys() | stored.keys()):
        is_now, should_be = stored.get(post_id, zero), counted.get(post_id, zero)
        if is_now != should_be:
            yield post_id, f"is {is_now}, counted {should_be}"
