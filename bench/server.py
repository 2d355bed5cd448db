"""A temporary site for benchmarks: production settings, granian with two workers, data in a folder
that is gone afterwards."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.services import free_port, wait_for_port

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@contextmanager
def temporary_site() -> Iterator[int]:
    """Set this process up for an empty site of its own; yield the port it will be served at.

    Whoever imports Django's models does so inside; DATABASE_URL and CACHE_URL are respected.
    """
    with tempfile.TemporaryDirectory(prefix="resonanz-bench-") as folder:
        port = free_port()
        os.environ |= {
            "RESONANZ_IGNORE_DOTENV": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "DEBUG": "0",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        yield port


@contextmanager
def serving(port: int, application: str = "config.wsgi:application") -> Iterator[None]:
    """Serve an application as docs/operators/install.md says, without nginx in front."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", "4"]
    command += ["--backpressure", "64", "--log-level", "warning", application]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            wait_for_port(port)
            yield
        finally:
            server.terminate()
