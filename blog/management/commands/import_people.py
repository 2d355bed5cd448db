from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from blog.importing.records import RecordError, check_record, read_records
from blog.models import Author
from blog.validators import normalise_email

FIELDS = ("name", "website", "language", "bio_de", "bio_en")


class Command(BaseCommand):
    help = (
        "Fill in what is said about people from a JSON list of objects with email, name, website, "
        "language, bio_de and bio_en. Who is not here yet is added and needs a name. A bio or "
        "website that somebody has already stays as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args, file, verbosity, **options):
        try:
            records = read_records(file, {"email", *FIELDS})
            with transaction.atomic():
                changed = sum(_import(record, number) for number, record in enumerate(records, 1))
        except RecordError as error:
            raise CommandError(f"{error}. Nothing was imported.") from error
        if verbosity:
            self.stdout.write(f"People: {changed} added or completed, of {len(records)}.")


def _import(record, number):
    """Add or complete one person; return whether anything changed."""
    email = normalise_email(record.get("email", ""))
    if not email:
        raise RecordError(f"entry {number}: the e-mail address is missing")
    author = Author.objects.filter(email=email).first() or Author(email=email)
    missing = {
        field: record[field]
        for field in FIELDS
        if record.get(field) and (author._state.adding or not getattr(author, field))
    }
    for field, value in missing.items():
        setattr(author, field, value)
    if missing or author._state.adding:
        check_record(author, number)
        author.save()
    return bool(missing)
