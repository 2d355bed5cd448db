"""Fixtures of every test; settings are in tests/settings.py."""

import pytest
from django.core.cache import cache

from blog.models import SiteSettings


@pytest.fixture(autouse=True)
def _fresh_cache(monkeypatch):
    """An empty cache with the site's settings in it, so that no count of queries hangs on time."""
    cache.clear()
    monkeypatch.setattr(SiteSettings, "KEPT_SECONDS", None)
    cache.set(SiteSettings.CACHE_KEY, SiteSettings(pk=1), None)
