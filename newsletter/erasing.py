"""What a person leaves in newsletters, and how it goes when they ask for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from blog.erasing import Texts
from blog.models import Author
from newsletter.models import ErasedConsent, Subscription


def survey(author: Author) -> list[str]:
    """Say what there is, for the page that is shown before anything is done."""
    subscriptions = author.subscriptions.count()
    if not subscriptions:
        return []
    lines = [_("Subscriptions, with the mails around them: %(count)d") % {"count": subscriptions}]
    if confirmed := author.subscriptions.exclude(confirmed_at=None).count():
        lines.append(
            _(
                "The proof of consent for %(count)d of them is kept without name and address until "
                "claims have lapsed, for four years at most; it is found only by the address."
            )
            % {"count": confirmed}
        )
    return lines


@transaction.atomic
def erase(author: Author, _texts: Texts) -> None:
    """Delete all subscriptions; of those that were confirmed keep the proof, locked away."""
    confirmed = author.subscriptions.exclude(confirmed_at=None)
    for subscription in confirmed.select_related("newsletter", "author"):
        ErasedConsent.keep(subscription)
    Subscription.objects.filter(author=author).delete()
