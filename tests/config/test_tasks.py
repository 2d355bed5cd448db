"""A real task of the project, done by both engines that a site can run on."""

import os
import shutil
import subprocess
import sys
import time
import unittest
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from blog.models import RateLimit
from comments.tasks import forget
from config.env import BASE_DIR
from scripts.services import temporary_redis
from tests.config.process import PRODUCTION, run_python

ENQUEUE = """
import django
django.setup()
from comments.tasks import forget
forget.enqueue()
"""
DONE_WITHIN_SECONDS = 30


def make_expired_limit():
    long_ago = timezone.now() - timedelta(days=2)
    return RateLimit.objects.create(key="old", hits=1, expires_at=long_ago)


@override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
class EmbeddedWorkerTests(TransactionTestCase):
    def work(self):
        call_command(
            "db_worker", queue_name="*", batch=True, reload=False, startup_delay=False, verbosity=0
        )

    def test_nothing_is_done_before_the_worker_comes(self):
        make_expired_limit()
        forget.enqueue()
        self.assertTrue(RateLimit.objects.exists())

    def test_worker_does_what_waits(self):
        make_expired_limit()
        result = forget.enqueue()
        self.work()
        self.assertFalse(RateLimit.objects.exists())
        result.refresh()
        self.assertTrue(result.is_finished)
        self.assertEqual(result.errors, [])


@pytest.mark.redis
@unittest.skipUnless(shutil.which("redis-server"), "redis-server is not installed")
class CeleryWorkerTests(TransactionTestCase):
    def test_worker_on_redis_does_what_waits(self):
        make_expired_limit()
        with temporary_redis() as broker:
            environment = PRODUCTION | {
                "CELERY_BROKER_URL": broker,
                "DATABASE_URL": database_url(),
                "DJANGO_SETTINGS_MODULE": "config.settings",
            }
            asked = run_python("-c", ENQUEUE, **environment)
            self.assertEqual(asked.returncode, 0, asked.stderr)
            with worker(environment):
                self.assertTrue(comes_true(lambda: not RateLimit.objects.exists()))


@contextmanager
def worker(environment):
    """Run the site's worker as an operator does, and end it."""
    kept = {name: os.environ[name] for name in ("PATH", "DATA_DIR", "RESONANZ_IGNORE_DOTENV")}
    with subprocess.Popen(
        [sys.executable, "manage.py", "run_worker"],
        cwd=BASE_DIR,
        env=kept | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=DONE_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def comes_true(condition):
    """Whether `condition()` comes true while another process works; the wait has a bound."""
    deadline = time.monotonic() + DONE_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def database_url():
    """Return the address of the database this test writes to, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    host = settings["HOST"] or settings["OPTIONS"].get("host", "")
    login = ":".join(quote(part, safe="") for part in (settings["USER"], settings["PASSWORD"]))
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{login}@{quote(host, safe='')}{port}/{settings['NAME']}"
