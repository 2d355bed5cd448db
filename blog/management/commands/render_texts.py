from django.core.management.base import BaseCommand

from blog.rendering import RENDERED, render_again


class Command(BaseCommand):
    help = (
        "Make the HTML of all posts, answers and people anew from what was typed. Needed after a "
        "change of the rules of cleaning; can be interrupted and run again."
    )

    def handle(self, *args, verbosity, **options):
        for rendered in RENDERED:
            seen = changed = 0
            for batch_seen, batch_changed in render_again(rendered):
                seen, changed = seen + batch_seen, changed + batch_changed
                if verbosity > 1:
                    self.stdout.write(f"{rendered}: {seen} looked at, {changed} written")
            self.stdout.write(f"{rendered}: {changed} of {seen} written anew")
