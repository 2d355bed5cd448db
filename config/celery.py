"""The Celery app behind django.tasks; used when CELERY_BROKER_URL is set."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

app = Celery("resonanz", broker=settings.CELERY_BROKER_URL or None, set_as_current=False)
app.conf.update(
    # A task is a knock on the door and safe to run twice, so a killed worker's is given out again.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    timezone=settings.TIME_ZONE,
)
app.autodiscover_tasks()
