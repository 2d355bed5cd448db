from datetime import UTC, datetime, timedelta
from itertools import batched

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from blog.models import Author
from newsletter.models import ConsentEvent, Newsletter, Subscription

START = datetime(2016, 1, 1, tzinfo=UTC)
AT_ONCE = 1_000


class Command(BaseCommand):
    help = (
        "Make a newsletter with confirmed subscribers for a load test, the same every time. Their "
        "addresses are in load.example, where no mail can arrive. Use a site of its own."
    )

    def add_arguments(self, parser):
        parser.add_argument("--subscribers", type=int, default=1_000, metavar="N")

    @transaction.atomic
    def handle(self, *args, subscribers, **options):
        if Author.objects.filter(email=_email(1)).exists():
            raise CommandError("There are subscribers of an earlier load test.")
        newsletter = Newsletter.objects.create(name="Lastprobe", is_public=False)
        for numbers in batched(range(1, subscribers + 1), AT_ONCE):
            _subscribe(newsletter, numbers)
        self.stdout.write(f"Made: {subscribers} subscribers.")


def _subscribe(newsletter, numbers):
    """Insert people, subscriptions and the proof that they agreed."""
    people = Author.objects.bulk_create(
        Author(
            name=f"Leserin {number}",
            slug=f"load-reader-{number}",
            email=_email(number),
            email_verified_at=_moment(number),
        )
        for number in numbers
    )
    subscriptions = Subscription.objects.bulk_create(
        Subscription(
            author=author,
            newsletter=newsletter,
            state=Subscription.State.ACTIVE,
            made_author=True,
            requested_at=_moment(number),
            confirmed_at=_moment(number),
        )
        for number, author in zip(numbers, people, strict=True)
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            subscription=subscription,
            kind=kind,
            language=subscription.language,
            created_at=subscription.requested_at,
        )
        for subscription in subscriptions
        for kind in (ConsentEvent.Kind.REQUESTED, ConsentEvent.Kind.CONFIRMED)
    )


def _email(number):
    return f"reader-{number}@load.example"


def _moment(number):
    return START + timedelta(minutes=number)
