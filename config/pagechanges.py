"""What a process knows of changes to what pages show; blog/changes.py writes them."""

import logging
import threading
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from blog.changes import POSTS, SITE
from blog.models import Change, Post, SiteSettings

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1
ASLEEP_SECONDS = 600  # after a longer pause between two looks, rows may be gone already
OVERLAP = 200  # numbers that may be committed after a higher one was seen


class Changes:
    """What this process knows of changes; `count` goes up with each, `last[tag]` is its number."""

    def __init__(self):
        self.count = 0
        self.last: dict[str, int] = {}
        self.seen_ids: set[int] = set()
        self.newest_id = -1
        self.tried_at = self.looked_at = 0.0
        self.looked_until: datetime | None = None
        self.lock = threading.Lock()

    def look(self, now: float) -> bool:
        """Read what is new, at most once a second; return False if too much may have been missed.

        If the database does not answer, the pages that are here stay as they are.
        """
        if now - self.tried_at < LOOK_EVERY_SECONDS or not self.lock.acquire(blocking=False):
            return True
        try:
            self.tried_at = now  # a database that is gone is not asked by every reader
            has_missed = now - self.looked_at > ASLEEP_SECONDS
            self._read()
            self.looked_at = now
            return not has_missed
        except Exception:  # whatever the driver raises: readers get the pages that are here
            logger.exception("the cache of pages cannot read what has changed")
            return True
        finally:
            self.lock.release()
            close_old_connections()

    def touch(self, tag: str) -> None:
        self.count += 1
        self.last[tag] = self.count
        if tag == SITE:
            SiteSettings.forget()  # or a page made now would still show those of a second ago

    def _read(self):
        close_old_connections()
        until = timezone.now()
        if self.newest_id < 0:
            newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self.newest_id, self.looked_until = newest, until
            self.seen_ids = set(range(max(newest - OVERLAP, 0), newest + 1))
            return
        # Numbers are given before they are committed: a lower one can appear after a higher one.
        after = max(self.newest_id - OVERLAP, 0)
        rows = list(Change.objects.filter(pk__gt=after).values_list("pk", "tag"))
        for pk, tag in rows:
            if pk not in self.seen_ids:
                self.touch(tag)
        self.seen_ids = {pk for pk, _tag in rows}
        self.newest_id = max([self.newest_id, *self.seen_ids])
        # A scheduled post appears because time passes, not because somebody writes.
        posts = Post.objects.published(now=until)
        if posts.filter(published_at__gt=self.looked_until).exists():
            self.touch(POSTS)
        self.looked_until = until
