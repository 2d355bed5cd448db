"""Telling others of posts: what the rows of Announcement ask for, done by the worker.

All that is due for a channel goes out together, so that fifty posts published at once are one
request. A row is looked at again when it is due: it goes by how its post is then.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from blog import indexnow, websub
from blog.fetch import FetchError, NotTold
from blog.models import Announcement, Post, SiteSettings

MOST_AT_ONCE = 500
GIVE_UP_AFTER = 12  # attempts: two days
KEPT_FOR = timedelta(days=90)

type Rows = list[Announcement]
type Posts = dict[int | None, Post]
type Teller = Callable[[Rows, Posts], Announcement.Outcome]


def announce() -> None:
    """Tell each channel of all that is due."""
    for channel, tell in CHANNELS.items():
        waiting = Announcement.objects.filter(channel=channel)
        while rows := waiting.claim(MOST_AT_ONCE):
            _tell(rows, tell)


def forget_old() -> None:
    """Delete rows that were done long ago."""
    Announcement.objects.filter(done_at__lt=timezone.now() - KEPT_FOR).delete()


def _tell(rows, tell):
    posts = Post.objects.in_bulk([row.post_id for row in rows if row.post_id])
    ready = [row for row in rows if _is_ready(row, posts.get(row.post_id))]
    if not ready:
        return
    try:
        outcome = tell(ready, posts)
    except Exception as error:  # whatever went wrong, the rows must say so
        for row in ready:
            _postpone(row, error)
    else:
        for row in ready:
            _done(row, outcome)


def _is_ready(row, post):
    """Whether a row is to be told now; else it is done with, or waits until its post appears."""
    if row.event == Announcement.Event.GONE or (post and post.is_public):
        return True
    if post and post.status == Post.Status.PUBLISHED:
        with suppress(Announcement.NotUpdated):
            row.wait_until(post.published_at)
    else:
        _done(row, Announcement.Outcome.WITHDRAWN)
    return False


def _done(row, outcome):
    with suppress(Announcement.NotUpdated):  # deleted with its post meanwhile
        row.finish(outcome=outcome)


def _postpone(row, error):
    words = str(error) if isinstance(error, FetchError) else error
    with suppress(Announcement.NotUpdated):
        if row.attempts >= GIVE_UP_AFTER:
            row.give_up(words)
        else:
            row.postpone(words, after=error.retry_after if isinstance(error, NotTold) else None)


def _tell_hub(rows: Rows, posts: Posts) -> Announcement.Outcome:
    hub = SiteSettings.load().websub_hub
    if not hub:
        return Announcement.Outcome.OFF
    websub.publish(hub, {posts[row.post_id].language for row in rows if row.post_id})
    return Announcement.Outcome.TOLD


def _tell_indexnow(rows: Rows, posts: Posts) -> Announcement.Outcome:
    if not SiteSettings.load().tells_indexnow:
        return Announcement.Outcome.OFF
    addresses = [row.address or posts[row.post_id].get_canonical_url() for row in rows]
    indexnow.submit(list(dict.fromkeys(addresses)))
    return Announcement.Outcome.TOLD


CHANNELS: dict[str, Teller] = {
    Announcement.Channel.HUB: _tell_hub,
    Announcement.Channel.INDEXNOW: _tell_indexnow,
}
