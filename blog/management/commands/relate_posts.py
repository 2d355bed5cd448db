from django.core.management.base import BaseCommand

from blog import related


class Command(BaseCommand):
    help = (
        "Compute anew which posts are related, and which take up which. Needed after an upgrade "
        "that says so; can be interrupted and run again."
    )

    def handle(self, *args, verbosity, **options):
        done = 0
        for count in related.compute_all():
            done += count
            if verbosity > 1:
                self.stdout.write(f"{done} posts")
        self.stdout.write(f"Posts looked at: {done}.")
