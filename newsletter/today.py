"""What the first page of the admin shows of newsletters."""

from django.utils.translation import gettext as _

from blog.today import by_week
from newsletter.models import Subscription


def subscribers_by_week(user):
    if not user.has_perm("newsletter.view_subscription"):
        return None
    return by_week(_("Confirmed subscriptions"), Subscription.objects.all(), "confirmed_at")
