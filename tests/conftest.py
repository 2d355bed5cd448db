"""Fixtures of every test; settings are in tests/settings.py."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
