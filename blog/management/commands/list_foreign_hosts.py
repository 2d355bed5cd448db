from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management.base import BaseCommand, CommandError
from django.template.utils import get_app_template_dirs

from blog.loading import Page, css_addresses, hosts, script_addresses
from blog.walking import walk


class Command(BaseCommand):
    help = (
        "Look at every template, stylesheet and script, and at every public page of this site, for "
        "other hosts that a reader's browser would contact without a click. Lists them with where "
        "they stand, and fails if there is one."
    )

    def handle(self, *args, verbosity, **options):
        found, counts = defaultdict(set), defaultdict(int)
        for kind, where, addresses in self._sources():
            counts[kind] += 1
            for host in hosts(addresses, settings.BASE_URL + "/"):
                found[host].add(where)
        counted = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        for host in sorted(found):
            places = sorted(found[host])
            shown = places if verbosity > 1 else places[:3]
            more = f" and {len(places) - len(shown)} more" if len(places) > len(shown) else ""
            self.stdout.write(f"{host}: {', '.join(shown)}{more}")
        if found:
            raise CommandError(f"Browsers would contact {len(found)} other hosts ({counted}).")
        self.stdout.write(f"No other host in {counted}.")

    def _sources(self):
        """Yield (kind, where, addresses that are fetched)."""
        for path in _templates():
            yield "templates", str(path), Page(path.read_text("utf-8")).fetched
        for name, path in _static_files():
            if name.endswith(".css"):
                yield "stylesheets", name, css_addresses(path.read_text("utf-8"))
            elif name.endswith((".js", ".mjs")):
                yield "scripts", name, script_addresses(path.read_text("utf-8"))
        for page in walk():
            if page.page is not None:
                yield "pages", page.path, page.page.fetched


def _templates():
    folders = [*settings.TEMPLATES[0]["DIRS"], *get_app_template_dirs("templates")]
    for folder in folders:
        yield from (path for path in sorted(Path(folder).rglob("*.html")))


def _static_files():
    for finder in get_finders():
        for name, storage in finder.list(["*.map"]):
            yield name, Path(storage.path(name))
