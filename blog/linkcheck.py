"""Whether something is still there where posts lead outside this site; asked by the worker.

Polite: one of a host at a time and in a minute, HEAD before GET, once a week. Strict with words:
only 404, 410 and a name that leads nowhere mean that nothing is there, and only on two days. A site
that turns programs away (401, 403, 429) or is ill (5xx, no answer) may well be there for readers.
"""

import time
from datetime import timedelta

from django.utils import timezone

from blog.fetch import FetchError, NoSuchHost, TooLarge, fetch
from blog.models import OutsideLink, SiteSettings
from blog.models.outsidelink import Found

SECONDS_AT_ONCE = 15  # other work waits behind this, too
MISSING = {404, 410}
TODAY = timedelta(days=1)


def check_due() -> int:
    """Check links whose time has come, for some seconds at most; return how many."""
    if not SiteSettings.load().checks_links:
        return 0
    until = time.monotonic() + SECONDS_AT_ONCE
    count = 0
    while time.monotonic() < until and (rows := OutsideLink.objects.one_of_each_host().claim(1)):
        for row in rows:
            count += 1
            _check(row)
    return count


def forget_unused() -> None:
    """Delete links that no post holds."""
    OutsideLink.objects.filter(uses=None).delete()


def _check(row):
    try:
        row.note(look_at(row.address))
    except OutsideLink.NotUpdated:
        return  # deleted meanwhile
    except Exception as error:  # whatever went wrong, the row must say so
        row.postpone(error)


def look_at(address: str) -> Found:
    """Ask an address what is there: briefly, and if that is not understood, as a reader does."""
    found = _ask(address, "HEAD")
    return found if found.is_there else _ask(address, "GET")


def _ask(address, method):
    try:
        status = fetch(address, method=method).status
    except TooLarge as error:
        status = error.status
    except NoSuchHost as error:
        # If nobody at all has answered today, it is we who are cut off.
        return Found(False if _has_anybody_answered() else None, said=str(error))
    except FetchError as error:
        return Found(None, said=str(error))
    if status in MISSING:
        return Found(False, status, str(status))
    return Found(True if 200 <= status < 300 else None, status, str(status))


def _has_anybody_answered():
    alive = OutsideLink.objects.filter(standing=OutsideLink.Standing.ALIVE)
    return alive.filter(checked_at__gte=timezone.now() - TODAY).exists()
