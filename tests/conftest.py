"""Fixtures of every test; settings are in tests/settings.py."""

import pytest
from django.core.cache import cache

from scripts.translations import compile_all


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, not in every worker of xdist
        compile_all()


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
