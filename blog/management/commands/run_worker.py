"""Run the worker of the task backend that the settings name: embedded, or Celery."""

import os
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Do the work that waits: db_worker, or a Celery worker when CELERY_BROKER_URL is set."

    def handle(self, **options):
        if not settings.CELERY_BROKER_URL:
            call_command("db_worker", queue_name="*")
            return
        # The worker takes this process over, so that signals and its exit code are its own.
        celery = [sys.executable, "-m", "celery", "--app=config.celery", "worker"]
        os.execv(sys.executable, [*celery, "--loglevel=INFO"])  # noqa: S606  (nothing of it is typed)
