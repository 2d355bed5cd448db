"""Fixtures of every test; settings are in tests/settings.py."""

import math
import time

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from blog import ratelimit
from blog.models import SiteSettings


def pytest_collection_modifyitems(items):
    """Mark what touches no database: it is the same whichever one the suite runs on."""
    for item in items:
        is_of_database = isinstance(item.cls, type) and issubclass(item.cls, TransactionTestCase)
        asks_for_one = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
        if not (is_of_database or asks_for_one or item.get_closest_marker("django_db")):
            item.add_marker("nodb")


@pytest.fixture(autouse=True)
def _fresh_cache(monkeypatch):
    """An empty cache, and the site's settings read, so that no count of queries hangs on time."""
    cache.clear()
    monkeypatch.setattr(SiteSettings, "KEPT_SECONDS", math.inf)
    SiteSettings._read = 0.0, SiteSettings(pk=1)


@pytest.fixture(autouse=True)
def _fresh_windows(monkeypatch):
    """Windows of rate limits that begin with the test, so that none ends in the middle of one."""
    monkeypatch.setattr(ratelimit, "EPOCH", time.time())
