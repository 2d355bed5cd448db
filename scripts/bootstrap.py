"""Make `.venv` and install what `requirements.lock` names; run by `scripts/setup`.

Needs nothing but the standard library and pip, of this Python or of the environment.
"""

import re
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

LOCK = Path("requirements.lock")
VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
# pip's line about one package: asked for, found as a file, not for this system, or there already.
PACKAGE = re.compile(
    r"(?:Collecting|Processing|Ignoring|Requirement already satisfied:) "
    r"(?:\S*/)?([\w.-]+?)(?:\[\S+\])?(?:==|-\d|:)"
)


def main() -> None:
    if not _is_usable():
        print(f"Making .venv with Python {sys.version.split()[0]} …", flush=True)
        with_pip = find_spec("ensurepip") is not None
        venv.EnvBuilder(clear=True, with_pip=with_pip, symlinks=True).create(VENV)
    _install()
    shutil.copyfile(LOCK, VENV / "installed.lock")


def _is_usable() -> bool:
    """Whether .venv has a Python that is new enough, wherever the folder stood before."""
    check = "import sys; sys.exit(sys.version_info < (3, 12))"
    try:
        return subprocess.run([PYTHON, "-c", check], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _pip() -> list[str]:
    """Return the command of the environment's own pip, or of this Python's pip working on it."""
    own = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True).returncode == 0:
        return own
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _install() -> None:
    total = len(re.findall(r"^\S+==", LOCK.read_text("utf-8"), re.MULTILINE))
    print(f"Installing {total} packages; the first time takes a minute or two.", flush=True)
    command = [*_pip(), "install", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "-r", str(LOCK)]
    count, lines = 0, []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if match := PACKAGE.match(line):
                count += 1
                print(f"  {count}/{total} {match[1]}", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking …", flush=True)
    if pip.returncode:
        print("".join(lines[-30:]), file=sys.stderr)
        sys.exit("resonanz: the packages could not be installed; pip's own words stand above.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("resonanz: interrupted; the next start makes .venv again.")
