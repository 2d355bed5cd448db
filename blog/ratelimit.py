"""Rate limits counted in database rows, before anything is done; exact under concurrency."""

import ipaddress
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog.models import RateLimit

EPOCH = 0.0  # when the first window began, in seconds since 1970


def network_of(address: str) -> str:
    """Return what one sender can hold: an IPv4 address or an IPv6 /64; "" if it is neither."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = 32 if ip.version == 4 else 64
    return str(ipaddress.ip_network(f"{ip}/{prefix}", strict=False))


def is_over_limit(scope: str, key: str, *, limit: int, window: timedelta) -> bool:
    """Count one act of `key` in `scope`; return True if it is past `limit` within this `window`.

    `key` (an address, a network) is stored as a keyed hash only. One INSERT … ON CONFLICT counts
    and reads, so 64 requests at once get 64 different numbers.
    """
    seconds = int(window.total_seconds())
    window_number = int(timezone.now().timestamp() - EPOCH) // seconds
    digest = salted_hmac(f"ratelimit.{scope}", key, algorithm="sha256").hexdigest()[:32]
    table = connection.ops.quote_name(RateLimit._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, expires_at, hits) VALUES (%s, %s, 1) "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET hits = {table}.hits + 1 RETURNING hits",
            [
                f"{scope}:{window_number}:{digest}",
                connection.ops.adapt_datetimefield_value(timezone.now() + window),
            ],
        )
        (hits,) = cursor.fetchone()
    return hits > limit


def forget_expired() -> int:
    """Delete the rows of windows that are over; return how many."""
    return RateLimit.objects.filter(expires_at__lt=timezone.now()).delete()[0]
