"""Telling a hub that feeds have something new, so that it tells feed readers: W3C WebSub.

The feeds of everything and of a language name the hub; those of parts of the site do not, as they
are many and each would have to be told of.
"""

from collections.abc import Iterable
from itertools import product
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import override

from blog.feeds import PostFeed, feed_path
from blog.fetch import send

FORM = "application/x-www-form-urlencoded"


def topics(languages: Iterable[str]) -> list[str]:
    """Return the addresses of the feeds that a new post in one of `languages` stands in."""
    found = []
    for (page_language, _name), target in product(settings.LANGUAGES, [None, *sorted(languages)]):
        with override(page_language):
            found += [settings.BASE_URL + feed_path(name, target) for name in PostFeed.FORMATS]
    return found


def publish(hub: str, languages: Iterable[str]) -> None:
    """Ask `hub` to fetch those feeds; raise FetchError if it does not take that."""
    form = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics(languages))]
    send(hub, urlencode(form).encode(), FORM)
