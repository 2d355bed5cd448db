"""What every test stands on: an installation of its own, no network, no waiting."""

import os
import tempfile

# Before Django reads its settings: nothing of the machine's own installation reaches a test.
os.environ["RESONANZ_IGNORE_DOTENV"] = "1"
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="resonanz-tests-")
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["DEBUG"] = "0"
for name in ("AKISMET_API_KEY", "BASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "TRUSTED_PROXIES"):
    os.environ.pop(name, None)

import pytest  # noqa: E402
from django.test import override_settings  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _test_settings(tmp_path_factory):
    with override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        TASKS={"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}},
        MAILERS={"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}},
    ):
        yield


@pytest.fixture(autouse=True)
def _fresh_cache():
    from django.core.cache import cache

    cache.clear()
