"""Read what differs between machines from the environment, or from `.env` beside manage.py.

A wrong value raises ImproperlyConfigured with one sentence that names the variable; manage.py
prints that sentence and stops.
"""

import ipaddress
import os
import re
from email.utils import parseaddr
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

_env = Env()
if "RESONANZ_IGNORE_DOTENV" not in os.environ:
    _env.read_env(BASE_DIR / ".env", recurse=False)


def _says_which(read):
    """Turn whatever a reader raises into one sentence with the name of the variable."""

    @wraps(read)
    def wrapper(name, *args, **kwargs):
        try:
            return read(name, *args, **kwargs)
        except ImproperlyConfigured:
            raise
        except Exception as error:
            reason = str(error).replace("\n", " ")
            raise ImproperlyConfigured(f"{name} has a wrong value: {reason}") from error

    return wrapper


@_says_which
def text(name: str, default: str = "") -> str:
    return _env.str(name, default).strip()


@_says_which
def flag(name: str, *, default: bool) -> bool:
    if not text(name):
        return default
    try:
        return _env.bool(name)
    except Exception as error:
        raise ValueError("say 1 or 0, true or false") from error


@_says_which
def number(name: str, default: int) -> int:
    """Return a whole number of at least 1."""
    value = int(text(name) or default)
    if value < 1:
        raise ValueError("say 1 or more")
    return value


@_says_which
def choice(name: str, default: str, options: list[str]) -> str:
    value = text(name) or default
    if value not in options:
        raise ValueError(f"{value!r} is none of {', '.join(options)}")
    return value


@_says_which
def words(name: str) -> list[str]:
    """Return the parts of a comma-separated value."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


@_says_which
def hosts(name: str) -> list[str]:
    """Return host names such as `tube.example.org, video.example.net`."""
    found = [host.lower() for host in words(name)]
    for host in found:
        if not re.fullmatch(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}", host):
            raise ValueError(f"{host} is not the name of a host")
    return found


@_says_which
def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Return addresses and networks such as `10.0.0.0/8, ::1`."""
    return [ipaddress.ip_network(part) for part in words(name)]


@_says_which
def secret(name: str, *, debug: bool) -> str:
    """Return a secret of at least 50 characters, or a fixed one for DEBUG alone.

    `make run` writes a random one into `.env`, so that sessions outlive a restart.
    """
    value = text(name)
    if not value and debug:
        return "only-for-debug-" + "x" * 50
    if len(value) < 50:
        raise ValueError(f"it needs 50 random characters, not {len(value)}")
    return value


@_says_which
def base_url(name: str, default: str) -> str:
    """Return the address readers see, such as `https://example.org`, without a trailing slash."""
    value = (text(name) or default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ValueError(f"{value!r} is not an address such as https://example.org")
    return value


@_says_which
def web_address(name: str, default: str) -> str:
    value = (text(name) or default).rstrip("/")
    if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname:
        raise ValueError(f"{value!r} does not begin with http:// or https:// and a host")
    return value


@_says_which
def time_zone(name: str, default: str) -> str:
    value = text(name) or default
    try:
        ZoneInfo(value)
    except (OSError, ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"{value!r} is no time zone such as {default}") from error
    return value


@_says_which
def mail_address(name: str, default: str) -> str:
    """Return an address such as `Resonanz <post@example.org>`."""
    value = text(name) or default
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError as error:
        raise ValueError(f"{value!r} is not like Resonanz <post@example.org>") from error
    return value


@_says_which
def contact(name: str) -> str:
    """Return an address such as `mailto:security@example.org` or `https://example.org/security`."""
    value = text(name)
    if value and urlsplit(value).scheme not in {"mailto", "https"}:
        raise ValueError(f"{value!r} begins with neither mailto: nor https://")
    return value


@_says_which
def database(name: str, sqlite_path: Path) -> dict[str, Any]:
    """Return Django's settings of one database; SQLite at `sqlite_path` when nothing is set."""
    url = text(name)
    if url and urlsplit(url).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("it begins with neither sqlite:// nor postgresql://")
    # Kept for a minute: to open one anew for each request costs more than all that it asks.
    config: dict[str, Any] = dict(
        dj_database_url.parse(url or f"sqlite:///{sqlite_path}", conn_max_age=60)
    )
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE takes the write lock when a transaction begins: the comment tree reads before
        # it writes, and a lock taken later fails at once instead of waiting (docs/decisions/0003).
        options.setdefault("transaction_mode", "IMMEDIATE")
        options.setdefault("timeout", 30)
        # What comes is converted by Django's fields. By sqlite3 too, as Django asks for, costs 4 µs
        # for each column of each query: more than the row (docs/decisions/0008).
        options.setdefault("detect_types", 0)
        # More different queries than sqlite3 keeps by itself: it compiles the others each time.
        options.setdefault("cached_statements", 500)
        options.setdefault("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


@_says_which
def cache(name: str) -> dict[str, Any]:
    """Return Django's settings of one cache; the memory of each process when nothing is set."""
    url = text(name)
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if urlsplit(url).scheme not in {"redis", "rediss"}:
        raise ValueError("it begins with neither redis:// nor rediss://")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}


@_says_which
def broker(name: str) -> str:
    url = text(name)
    if url and urlsplit(url).scheme not in {"redis", "rediss", "amqp", "amqps"}:
        raise ValueError("it begins with none of redis://, rediss://, amqp://, amqps://")
    return url


@_says_which
def mailer(name: str, folder: Path) -> dict[str, Any]:
    """Return one entry of MAILERS from `smtp://user:password@host:587?tls=1` or `smtps://…:465`.

    With nothing set, mails become files in `folder`.
    """
    url = text(name)
    if not url:
        return {"BACKEND": "config.devmail.EmailBackend", "OPTIONS": {"file_path": str(folder)}}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("it is not an address such as smtp://user:password@host:587?tls=1")
    options: dict[str, Any] = {
        "host": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 25),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parse_qs(parts.query).get("tls") == ["1"],
        "timeout": 20,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
