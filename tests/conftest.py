"""Fixtures of every test; settings are in tests/settings.py."""

import math

import pytest
from django.core.cache import cache

from blog.models import SiteSettings


@pytest.fixture(autouse=True)
def _fresh_cache(monkeypatch):
    """An empty cache, and the site's settings read, so that no count of queries hangs on time."""
    cache.clear()
    monkeypatch.setattr(SiteSettings, "KEPT_SECONDS", math.inf)
    SiteSettings._read = 0.0, SiteSettings(pk=1)
