"""What two rows of one person being made one means for newsletters: nothing moves.

A subscription is the consent of an address, proved by the link that was mailed there.
"""

from django.utils.translation import gettext as _

from newsletter.models import Subscription


def survey(target, source):
    """Say what stays where, for the page that is shown before anything is done."""
    subscriptions = source.subscriptions.exclude(state=Subscription.State.ENDED)
    lines = [
        _("The subscription of “%(newsletter)s” stays with %(email)s.")
        % {"newsletter": row.newsletter.name, "email": source.email}
        for row in subscriptions.select_related("newsletter")
    ]
    both = target.subscriptions.exclude(state=Subscription.State.ENDED)
    both = both.filter(newsletter__in=subscriptions.values("newsletter"))
    return lines + [
        _("“%(newsletter)s” goes to both addresses: end one of the two if that is not wanted.")
        % {"newsletter": row.newsletter.name}
        for row in both.select_related("newsletter")
    ]
