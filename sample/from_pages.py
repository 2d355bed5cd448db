"""Read from saved pages (`*.txt`) what the exports of their sites (`*.wxr.xml`) do not hold.

Bios, newsletters in their own words and the line under the title, in the forms that import_people
and import_newsletters read. `python -m sample.from_pages FOLDER` prints all as JSON.
"""

import json
import re
import sys
from pathlib import Path

from blog.slugs import make_slug
from blog.text import plain_text
from blog.wxr import Export

BIO = re.compile(r"Infos zum Autor:\s*(?P<text>.+)")
NEWSLETTER = re.compile(
    r"(?:Der|Die|Das) (?P<sender>.+?) Newsletter erscheint (?P<rhythm>[^.]+)\..*"
)
BYLINE = re.compile(r"von .+ \d{4}")


def read_pages(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return {"people": …, "newsletters": …, "subtitles": …} of all pages in `folder`."""
    found: dict[str, list[dict[str, str]]] = {"people": [], "newsletters": [], "subtitles": []}
    authors, items = _exports(folder)
    for path in sorted(folder.glob("*.txt")):
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
        for line in lines:
            found["people"] += _bios(line, authors)
            found["newsletters"] += _newsletters(line)
        found["subtitles"] += _subtitles(lines, items)
    return found


def _exports(folder):
    exports = [Export(path) for path in sorted(folder.glob("*.wxr.xml"))]
    authors = {author.name: author.email for one in exports for author in one.survey().authors}
    return authors, [item for export in exports for item in export.items()]


def _bios(line, authors):
    match = BIO.fullmatch(line)
    if not match:
        return
    # The saved page breaks off at a column mark, in the middle of a list.
    text = re.sub(r",\s*$", " …", match["text"].rstrip("| "))
    for name, email in authors.items():
        if text.startswith(name):
            yield {"email": email, "name": name, "language": "de", "bio_de": text}


def _newsletters(line):
    words = line.rstrip("| ")
    match = NEWSLETTER.fullmatch(words)
    if match:
        yield {
            "slug": make_slug(match["sender"], max_length=100),
            "name": f"{match['sender']} Newsletter",
            "language": "de",
            "description": words,
            "rhythm": match["rhythm"],
            "sender_name": match["sender"],
        }


def _subtitles(lines, items):
    """Yield the line after a post's title where it is neither the byline nor the text."""
    for item in items:
        if item.title not in lines[:-1]:
            continue
        after = lines[lines.index(item.title) + 1]
        if not BYLINE.fullmatch(after) and after not in plain_text(item.content):
            yield {"title": item.title, "subtitle": after}


if __name__ == "__main__":
    json.dump(read_pages(Path(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=2)
    print()
