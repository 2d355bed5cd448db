"""Settings of every installation; what differs between machines is read in config/env.py."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from js_asset import static_lazy

from blog.providers import frame_sources
from config import env

BASE_DIR = env.BASE_DIR

# What this installation is

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", debug=DEBUG)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
BASE_URL = env.base_url("BASE_URL", "http://localhost:8000")
IS_HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname, *env.words("ALLOWED_HOSTS")]
if DEBUG:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SITE_NAME = env.text("SITE_NAME", "Resonanz")
# Name, postal address and what else § 5 DDG asks for; lines are parted by "|".
IMPRINT = "\n".join(line.strip() for line in env.text("IMPRINT").split("|"))
# Where somebody who finds a hole may write: mailto:… or https://… (RFC 9116).
SECURITY_CONTACT = env.contact("SECURITY_CONTACT")
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Apps and what a request passes through

INSTALLED_APPS = [
    "comments",
    "newsletter",
    "blog",
    "config.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crontask",
    "django_htmx",
    "django_prose_editor",
    "django_tasks_db",
    "mptt",
]

MIDDLEWARE = [
    "config.http.trusted_proxies",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.http.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.http.language_from_path",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "comments.own.private_with_own",
    "blog.middleware.old_addresses",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# Data

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "db.sqlite3")}
CACHES = {"default": env.cache("CACHE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Work after a request: embedded worker, or Celery by one variable

CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL")
if CELERY_BROKER_URL:
    TASKS = {
        "default": {
            "BACKEND": "django_tasks_celery.CeleryBackend",
            "OPTIONS": {"CELERY_APP": "config.celery.app"},
        }
    }
    # Both ask for a place to keep results; nobody reads one here, what came of a task is in rows.
    SILENCED_SYSTEM_CHECKS = ["django_tasks_celery.W001", "django_tasks_celery.W002"]
else:
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail

MAIL_DIR = DATA_DIR / "mail"
MAILERS = {"default": env.mailer("EMAIL_URL", MAIL_DIR)}
DEFAULT_FROM_EMAIL = env.mail_address(
    "DEFAULT_FROM_EMAIL", f"{SITE_NAME} <post@{urlsplit(BASE_URL).hostname}.invalid>"
)

# Spam

AKISMET_API_KEY = env.text("AKISMET_API_KEY")
AKISMET_API_URL = env.web_address("AKISMET_API_URL", "https://rest.akismet.com")

# Language and time

LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "de", ["de", "en"])
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Berlin")
USE_I18N = True
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "config.staticfiles.BundledStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_PERMISSIONS = 0o644
# What a picture may have at most when it comes in (blog/images.py).
PICTURE_MAX_MEGABYTES = env.number("PICTURE_MAX_MEGABYTES", 20)
PICTURE_MAX_MEGAPIXELS = env.number("PICTURE_MAX_MEGAPIXELS", 50)
PICTURES = {
    "USE_PLACEHOLDERS": False,
    "PIXEL_DENSITIES": [1, 2],
    "PROCESSOR": "blog.renditions.left_to_the_worker",
}

# Servers whose videos can stand in posts, besides the providers of blog/providers.py.
PEERTUBE_HOSTS = env.hosts("PEERTUBE_HOSTS")

# Our own parts of the editor (blog/editor.py), each with the module that draws it. The paths beside
# their names are only asked of fields that the package cleans itself.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy(f"js/prose-{module}.js")],
        "extensions": dict.fromkeys(parts, "blog.text.clean_post"),
    }
    for module, parts in {
        "footnotes": ["Footnote"],
        "links": ["PostLink"],
        "marks": ["Kept"],
        "paste": ["ForeignPaste"],
        "quotations": ["Quotation", "PullQuote"],
        "quotes": ["QuoteMarks"],
        "words": ["Words"],
    }.items()
]

# Security

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-src": frame_sources(PEERTUBE_HOSTS),
    "media-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = ""
if IS_HTTPS:
    # The browser itself holds a `__Host-` cookie to this host, the root path and HTTPS.
    COOKIE_PREFIX = "__Host-"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own handler, which it has with DEBUG, would print again what the root's prints.
        "django": {"handlers": [], "level": "INFO"},
        # The scheduler would tell of every knock, the one on its own lock each five seconds too.
        "apscheduler": {"level": "WARNING"},
    },
}
