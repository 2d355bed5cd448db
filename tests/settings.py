"""The project's settings with nothing of this machine in them."""

import atexit
import os
import shutil
import tempfile

from scripts.translations import compile_all

for name in list(os.environ):
    if name in {
        "AKISMET_API_KEY", "AKISMET_API_URL", "ALLOWED_HOSTS", "BASE_URL", "CACHE_URL",
        "CELERY_BROKER_URL", "DEFAULT_FROM_EMAIL", "EMAIL_URL", "LANGUAGE_CODE",
        "PICTURE_MAX_MEGABYTES", "PICTURE_MAX_MEGAPIXELS", "SITE_NAME",
        "TIME_ZONE", "TRUSTED_PROXIES",
    }:  # fmt: skip
        del os.environ[name]
os.environ |= {
    "RESONANZ_IGNORE_DOTENV": "1",
    "DATA_DIR": tempfile.mkdtemp(prefix="resonanz-tests-"),
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "DEBUG": "0",
}

atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

compile_all()  # before Django reads the texts

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT  # noqa: E402

STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of one that is missing

# A file, because tests with several threads need several connections to one database.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
