from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from blog.importing.records import RecordError, check_record, read_records
from newsletter.models import Newsletter

FIELDS = {
    "slug", "name", "language", "description", "rhythm", "sender_name", "sender_email", "reply_to",
}  # fmt: skip


class Command(BaseCommand):
    help = (
        "Add newsletters from a JSON list of objects with slug, name, language, description, "
        "rhythm, sender_name, sender_email and reply_to. One whose slug is here stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args, file, verbosity, **options):
        try:
            records = read_records(file, FIELDS)
            with transaction.atomic():
                added = sum(_import(record, number) for number, record in enumerate(records, 1))
        except RecordError as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        if verbosity:
            self.stdout.write(f"Newsletters: {added} added, of {len(records)}.")


def _import(record, number):
    """Add one newsletter in the order of the file; return whether it is new."""
    if not record.get("slug"):
        raise RecordError(f"entry {number}: the slug is missing, by which it is known again")
    if Newsletter.objects.filter(slug=record["slug"]).exists():
        return False
    newsletter = Newsletter(position=number, **record)
    check_record(newsletter, number)
    newsletter.save()
    return True
