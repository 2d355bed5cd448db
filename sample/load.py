"""Fill an empty installation: with the seed pages beside the repository, else with our own sample.

Run `python -m sample.load`; `make run` does so at every start.
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

SAMPLE = Path(__file__).resolve().parent
SEEDS = SAMPLE.parent.parent / "shared" / "seeds"


def load(stdout: TextIO, seeds: Path = SEEDS) -> None:
    """Import posts, answers, people and newsletters, all or nothing, unless there is a post."""
    from django.db import transaction

    from blog.models import Post

    if Post.objects.exists():
        stdout.write("There are posts already: no sample content is loaded.\n")
        return
    exports = sorted(seeds.glob("*.wxr.xml"))
    with transaction.atomic():
        if exports:
            stdout.write(f"Loading {len(exports)} exports from {seeds} …\n")
            _load_seeds(stdout, seeds, exports)
        else:
            stdout.write("Loading the sample content …\n")
            _load_sample(stdout)


def _load_sample(stdout):
    from django.core.management import call_command

    export, uploads = SAMPLE / "resonanz.wxr.xml", SAMPLE / "uploads"
    call_command("import_wxr", export, media=uploads, stdout=stdout)
    call_command("import_people", SAMPLE / "people.json", stdout=stdout)
    call_command("import_newsletters", SAMPLE / "newsletters.json", stdout=stdout)


def _load_seeds(stdout, seeds, exports):
    from django.core.management import call_command

    from blog.models import Post
    from sample.from_pages import read_pages

    call_command("import_wxr", *exports, stdout=stdout)
    found = read_pages(seeds)
    with TemporaryDirectory() as folder:
        for command in ("people", "newsletters"):
            path = Path(folder) / f"{command}.json"
            path.write_text(json.dumps(found[command]), "utf-8")
            call_command(f"import_{command}", path, stdout=stdout)
    for line in found["subtitles"]:
        Post.objects.filter(title=line["title"], subtitle="").update(subtitle=line["subtitle"])


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load(sys.stdout)
