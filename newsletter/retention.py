"""What is forgotten, and when: data of people who never agreed, and addresses of those who did."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils import timezone

from blog.models import Author
from newsletter.models import ConsentEvent, ErasedConsent, Subscription

KEEP_IPS = timedelta(days=90)
BATCH_SIZE = 500


def forget_unconfirmed() -> int:
    """Delete sign-ups that nobody confirmed in time, with people known by nothing else.

    Who was subscribed before, and was signed up again without confirming, goes back to "ended":
    otherwise a stranger could have the proof of an old consent deleted. Return how many were
    deleted.
    """
    Subscription.objects.overdue().exclude(confirmed_at=None).update(state=Subscription.State.ENDED)
    keys = list(Subscription.objects.never_confirmed().values_list("pk", flat=True))
    return sum(_delete_never_confirmed(batch) for batch in batched(keys, BATCH_SIZE))


def forget_ips() -> int:
    """Empty the shortened IP addresses of old consent events; return how many."""
    return ConsentEvent.objects.forget_ips(before=timezone.now() - KEEP_IPS)


def forget_erased() -> int:
    """Delete proofs of erased people's consent once all claims have lapsed; return how many."""
    return ErasedConsent.objects.overdue().delete()[0]


@transaction.atomic
def _delete_never_confirmed(keys: Iterable[int]) -> int:
    """Look again under the lock: some may have been confirmed a moment ago."""
    rows = list(Subscription.objects.never_confirmed().select_for_update().filter(pk__in=keys))
    Subscription.objects.filter(pk__in=[row.pk for row in rows]).delete()
    made = {row.author_id for row in rows if row.made_author}
    people = Author.objects.select_for_update().filter(pk__in=made)
    with_nothing_else(people).delete()
    return len(rows)


def with_nothing_else(people: QuerySet[Author]) -> QuerySet[Author]:
    """Those of `people` nothing is known of but a name and an address, and nothing refers to.

    Asks every relation that any app has to Author, so that a new app cannot lose its rows.
    """
    people = people.filter(
        user=None,
        invited_by=None,
        email_verified_at=None,
        website="",
        bio_de="",
        bio_en="",
        portrait="",
    )
    for relation in Author._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            others = relation.field.model._base_manager
            people = people.exclude(Exists(others.filter(**{relation.field.name: OuterRef("pk")})))
    return people
