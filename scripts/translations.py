"""Compile and check the translations; with no need of gettext's own programs.

python -m scripts.translations compile|update|check
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# What makemessages may look at; the rest holds no text that people read.
IGNORE = [".venv/*", "bench/*", "scripts/*", "tests/*", "var/*"]


def catalogues(root: Path = ROOT) -> list[Path]:
    return sorted(root.glob("locale/*/LC_MESSAGES/*.po"))


def compile_all(root: Path = ROOT) -> None:
    """Write the `.mo` beside each `.po` that has changed since."""
    for path in catalogues(root):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            # Never half-written: a server or another worker of the tests may be reading it.
            fresh = target.with_suffix(f".{os.getpid()}.mo")
            polib.pofile(str(path)).save_as_mofile(str(fresh))
            fresh.replace(target)


def update(root: Path = ROOT) -> None:
    """Bring new texts of the code into the catalogues; needs gettext's xgettext."""
    command = [sys.executable, "manage.py", "makemessages", "--locale=de", "--no-location"]
    command += ["--no-obsolete", "--extension=html,txt,py"]
    command += [f"--ignore={pattern}" for pattern in IGNORE]
    environment = os.environ | {"RESONANZ_IGNORE_DOTENV": "1", "DEBUG": "1"}
    subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with one catalogue by itself, a sentence each."""
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            yield f"obsolete: {entry.msgid!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"not translated: {entry.msgid!r}"
        elif _placeholders(entry.msgid_plural or entry.msgid) != _placeholders(_last(entry)):
            yield f"other placeholders than the original: {entry.msgid!r}"


def missing(root: Path = ROOT) -> Iterator[str]:
    """Yield the texts of the code that a catalogue lacks, and those it has for nothing.

    makemessages works on a copy, so a check changes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="resonanz-texts-") as folder:
        copy = Path(folder) / "copy"
        # Without bytecode, data and environment; a link would lead makemessages back here.
        shutil.copytree(
            root, copy, ignore=shutil.ignore_patterns(".*", "var", "*.mo", "__pycache__")
        )
        update(copy)
        for path in catalogues(root):
            fresh = _texts(copy / path.relative_to(root))
            kept = _texts(path)
            yield from (f"not in the catalogue: {text!r}" for _, text in sorted(fresh - kept))
            yield from (f"no longer in the code: {text!r}" for _, text in sorted(kept - fresh))


def check() -> int:
    found = [
        f"{path.parent.parent.name}: {fault}" for path in catalogues() for fault in faults(path)
    ]
    if shutil.which("xgettext"):
        found += missing()
    else:
        print("skipped: texts missing from the catalogue (gettext is not installed)")
    print("\n".join(found) or "Every text is translated.")
    return 1 if found else 0


def _texts(path: Path) -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(path))}


def _last(entry) -> str:
    return entry.msgstr_plural[max(entry.msgstr_plural)] if entry.msgid_plural else entry.msgstr


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compile"]:
            compile_all()
        case ["update"]:
            update()
        case ["check"]:
            sys.exit(check())
        case _:
            sys.exit(__doc__)
