"""What a post's visible answers come to: answers, people, passed on, mentions."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.db.models.signals import post_delete, pre_delete

from blog import changes
from blog.models import Author
from comments.models import Comment, Tally

ANSWERS = "answers"  # tag of what shows the newest answers of the whole site


def shift(comment: Comment, difference: int) -> None:
    """Count one comment more (1) or less (-1), as it is or was while visible; 0 does nothing.

    Costs the same whatever the size of the post. Call it last in a transaction: it locks the post's
    Tally, so that of two writers the second sees what the first has committed.
    """
    if not difference:
        return
    locked = Tally.objects.select_for_update()
    _tally, is_new = locked.get_or_create(post_id=comment.post_id)
    if is_new:
        count(comment.post_id)
        return
    changes = {_name_of_count(comment): difference}
    if comment.kind == Comment.Kind.COMMENT and not _is_counted_already(comment):
        changes["people_count"] = difference
    Tally.objects.filter(post_id=comment.post_id).update(
        **{name: F(name) + change for name, change in changes.items()}
    )


def _name_of_count(comment):
    kinds = {Comment.Kind.COMMENT: "answer_count", Comment.Kind.REBLOG: "reblog_count"}
    return kinds.get(comment.kind, "mention_count")


def _is_counted_already(comment):
    """Whether this person has another visible answer here."""
    others = Comment.objects.visible().answers().filter(post=comment.post_id).order_by()
    others = others.exclude(pk=comment.pk) if comment.pk else others
    if comment.author_id is None:
        name = Lower(Value(comment.name))
        return others.filter(author=None).alias(person=Lower("name")).filter(person=name).exists()
    person = comment.author.merged_into_id or comment.author_id
    return others.filter(Q(author=person) | Q(author__merged_into=person)).exists()


def note_change(comment: Comment) -> None:
    """Take the pages that show `comment` out of the caches of pages."""
    writer = [f"author:{comment.author_id}"] if comment.is_verified else []
    changes.note(f"post:{comment.post_id}", ANSWERS, *writer)


def count(post_id: int) -> None:
    """Count a post's visible answers, people and linkbacks anew: it reads all of them.

    Call it last in a transaction, like `shift`.
    """
    # Makes the row or, by a write that does not last, locks it: one query.
    Tally.objects.bulk_create(
        [Tally(post_id=post_id)], update_conflicts=True, unique_fields=["post"],
        update_fields=["answer_count"],
    )  # fmt: skip
    counted = Comment.objects.filter(post_id=post_id).visible().order_by().aggregate(**_counts())
    Tally.objects.filter(post_id=post_id).update(**counted)
    changes.note(f"post:{post_id}", ANSWERS)


@transaction.atomic
def recount(post_id: int) -> None:
    """Count in a transaction of its own, for who is in none."""
    count(post_id)


def follow_people() -> None:
    """Count the posts anew on which somebody answered whose row is deleted.

    Their answers go by the typed name from then on, which others may have, too. By signals, because
    the admin and QuerySet.delete call no function of ours.
    """
    uid = "comments.tallies"
    pre_delete.connect(_person_goes, sender=Author, weak=False, dispatch_uid=uid)
    post_delete.connect(_person_gone, sender=Author, weak=False, dispatch_uid=uid)


def _person_goes(sender, instance, **kwargs):
    is_theirs = Q(author=instance) | Q(author__merged_into=instance)
    answers = Comment.objects.visible().answers().filter(is_theirs).order_by()
    instance.answered_posts = sorted(set(answers.values_list("post", flat=True)))


def _person_gone(sender, instance, **kwargs):
    for post_id in instance.answered_posts:
        recount(post_id)


def _counts():
    is_answer = Q(kind=Comment.Kind.COMMENT)
    # People known by address are one Author however they sign; the others go by the typed name.
    person = Case(
        When(author=None, then=Concat(Value("by name "), Lower("name"))),
        default=Cast(Coalesce("author__merged_into", "author_id"), CharField()),
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
