from collections import Counter

from django.core.management.base import BaseCommand

from blog.search import index


class Command(BaseCommand):
    help = "Make the search's index anew: after an upgrade that says so, or after a bulk change."

    def handle(self, *args, **options):
        done: Counter[str] = Counter()
        for kind, count in index.rebuild():
            done[kind] += count
            if options["verbosity"] > 1:
                self.stdout.write(f"{kind}: {done[kind]}")
        told = ", ".join(f"{count} of kind {kind}" for kind, count in done.items())
        self.stdout.write(f"In the search now: {told or 'nothing'}.")
