"""Make a local site ready: tables, sample content, an account for the admin. Part of `make run`."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from blog.models import Author, Post
from sample.load import load


class Command(BaseCommand):
    help = "Migrate, load the sample into an empty database and make an admin account (DEBUG only)."
    requires_system_checks = ()  # the web server, started next, makes them all

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError("this prepares a site for DEBUG=1; here DEBUG is off.")
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns if it is missing
        self.stdout.write("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
        if not Post.objects.exists():
            self.stdout.write("Loading the sample content …")
            load(self.stdout)
        password = make_admin()
        if password:
            self.stdout.write(self.style.SUCCESS(welcome(password)))


@transaction.atomic
def make_admin() -> str | None:
    """Make the superuser "admin", written "Redaktion" in public, if there is no superuser yet.

    Return the random password, which is stored nowhere else; None if nothing was made.
    """
    User = get_user_model()
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    user = User.objects.create_superuser("admin", "", password)
    Author.objects.create(name="Redaktion", user=user)
    return password


def welcome(password: str) -> str:
    """Return what the console shows once."""
    return "\n".join(
        [
            "",
            f"  Log in as    admin  with the password  {password}",
            "               It is shown this once; a new one: "
            ".venv/bin/python manage.py changepassword admin",
        ]
    )
