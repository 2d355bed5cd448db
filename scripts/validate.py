"""Hold every page of the sample site to the W3C's checker (vnu): `make validate`.

Needs Java and npm; where one is missing it says so and is skipped. Not part of `make test`, whose
checks may not hang on either.
"""

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.server import temporary_site
from scripts import npm

# A page of each kind is enough: of those that differ by a number, this many.
ALIKE = 3


def main() -> None:
    if lacking := npm.missing("java", "npm"):
        print(f"skipped: the W3C checker ({lacking} is not installed)")
        return
    checker = npm.installed("vnu-jar") / "build" / "dist" / "vnu.jar"
    with temporary_site(), tempfile.TemporaryDirectory(prefix="resonanz-pages-") as folder:
        from sample.load import load

        load(io.StringIO())
        names = _write_pages(Path(folder))
        command = ["java", "-jar", str(checker), "--errors-only", "--format", "gnu", folder]
        told = subprocess.run([*command, "--skip-non-html"], capture_output=True, text=True).stderr
    errors = [_readable(line, names) for line in told.splitlines() if ": error" in line]
    print("\n".join(errors) or f"{len(names)} pages without an error")
    sys.exit(1 if errors else 0)


def _write_pages(folder):
    """Write the pages into `folder`; return the address of each by the name of its file."""
    from blog.walking import walk

    names, counts = {}, {}
    for found in walk():
        kind = re.sub(r"\d+", "0", found.path)
        counts[kind] = counts.get(kind, 0) + 1
        if found.page is not None and counts[kind] <= ALIKE:
            name = f"{len(names)}.html"
            names[name] = found.path
            (folder / name).write_text(found.text, "utf-8")
    for kind, text in _unlinked():
        name = f"{len(names)}.html"
        names[name] = kind
        (folder / name).write_text(text, "utf-8")
    return names


def _unlinked():
    """Yield kind and text of pages that no walk leads to: of mails, of mistakes, of the team."""
    from scripts.gallerypages import answer_of, visits
    from scripts.screenshots import session

    cookie = session()
    for language in ("de", "en"):
        for kind, visit in visits(language, cookie).items():
            if kind != "feed":
                yield f"{kind}, {language}", answer_of(visit)[1]


def _readable(line, names):
    match = re.match(r'"?file:.*/(\d+\.html)"?:(.*)', line)
    return f"{names[match[1]]}:{match[2]}" if match else line


if __name__ == "__main__":
    main()
