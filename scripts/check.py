"""Check everything, in order, and stop at the first failure: `make test`.

What this machine lacks is installed where it can be, else named as skipped at the end. With `CI`
set nothing may be skipped. `--lint` checks the code without running a test.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scripts import chromium
from scripts.services import postgres_folder, temporary_postgres

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, "manage.py"]
# -rs tells by name what was skipped. Two workers: what the smallest CI machine has.
PYTEST = [sys.executable, "-m", "pytest", "-rs", "-n", "2"]


@dataclass
class Run:
    """What was checked and what could not be."""

    done: list[tuple[str, float]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one check; end the whole run if it fails."""
        print(f"\n── {name}", flush=True)
        started = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=_environment() | environment).returncode
        self.done.append((name, time.monotonic() - started))
        if status:
            self.finish(failed=name)

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(f"{name} ({reason})")

    def finish(self, failed: str = "") -> None:
        """Print the summary and leave with its exit code."""
        print("\n── Summary")
        for name, seconds in self.done:
            print(f"  {'FAILED' if name == failed else 'passed'}  {name}, {seconds:.1f} s")
        for what in self.skipped:
            print(f"  skipped: {what}")
        is_bad = bool(failed or (self.skipped and os.environ.get("CI")))
        print("Failed." if is_bad else "All is well." if not self.skipped else "Well, in part.")
        sys.exit(1 if is_bad else 0)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary servers end too
    run = Run()
    lint(run)
    if "--lint" not in sys.argv:
        subprocess.run([ROOT / "scripts" / "provide"], stdin=subprocess.DEVNULL)
    settings(run)
    if "--lint" not in sys.argv:
        tests(run)
    run.finish()


def lint(run: Run) -> None:
    run.step("lint (ruff check)", [sys.executable, "-m", "ruff", "check", "."])
    run.step("format (ruff format)", [sys.executable, "-m", "ruff", "format", "--check", "."])
    packages = ["blog", "comments", "newsletter", "config", "scripts", "sample", "bench"]
    run.step("types (mypy)", [sys.executable, "-m", "mypy", *packages])
    imports = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    run.step("imports point one way (import-linter)", [sys.executable, "-c", imports])


def settings(run: Run) -> None:
    """Check what Django itself can tell, on production settings, and the texts."""
    with tempfile.TemporaryDirectory(prefix="resonanz-check-") as folder:
        production = {
            "BASE_URL": "https://example.org",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DEBUG": "0",
            "DATA_DIR": folder,
        }
        deploy = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
        run.step("production settings (check --deploy)", deploy, **production)
        migrations = [*MANAGE, "makemigrations", "--check", "--dry-run"]
        run.step("migrations (makemigrations --check)", migrations, **production)
    texts = [sys.executable, "-m", "scripts.translations", "check"]
    run.step("translations", texts)
    if not shutil.which("xgettext"):
        run.skip("texts missing from the catalogue", "gettext is not installed")


def tests(run: Run) -> None:
    if not shutil.which("redis-server"):
        run.skip("Celery on Redis", "redis-server is not installed")
    run.step("tests on SQLite", [*PYTEST, "-m", "not browser"])
    _postgres(run)
    if chromium.program():
        run.step("tests in Chromium", [*PYTEST, "-m", "browser"])
    else:
        run.skip("tests in Chromium", "Chromium is not installed")


def _postgres(run: Run) -> None:
    name = "tests on PostgreSQL"
    with ExitStack() as stack:
        address = os.environ.get("TEST_DATABASE_URL")
        if not address and not postgres_folder():
            run.skip(name, "PostgreSQL's initdb is not installed")
            return
        address = address or stack.enter_context(temporary_postgres())
        # What touches no database has been run already, and would be the same here.
        run.step(name, [*PYTEST, "-m", "not browser and not nodb"], DATABASE_URL=address)


def _environment() -> dict[str, str]:
    """Return this environment without what would change the checks."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"RESONANZ_IGNORE_DOTENV": "1", "PYTHONUNBUFFERED": "1"}


if __name__ == "__main__":
    main()
