"""Telling search engines which pages are new, changed or gone: https://www.indexnow.org.

Whoever is told fetches `/<key>.txt` to see that it is we who ask. The key is no secret; it is made
of SECRET_KEY so that there is nothing to set up and each host of the site knows it.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from blog.fetch import NotTold, send

ENDPOINT = "https://api.indexnow.org/indexnow"  # passes it on to all that take part
MOST = 10_000
REFUSALS = {
    400: "the request is not understood",
    403: "the key is not found at its address",
    422: "the addresses do not belong to the site, or the key does not",
}


def key() -> str:
    return salted_hmac("blog.indexnow", "key", algorithm="sha256").hexdigest()[:32]


def key_path() -> str:
    return f"/{key()}.txt"


def submit(addresses: list[str]) -> None:
    """Hand in up to MOST addresses; raise FetchError, in words, if they are not taken."""
    data = {
        "host": urlsplit(settings.BASE_URL).hostname,
        "key": key(),
        "keyLocation": f"{settings.BASE_URL}{key_path()}",
        "urlList": addresses[:MOST],
    }
    try:
        send(ENDPOINT, json.dumps(data).encode(), "application/json; charset=utf-8")
    except NotTold as error:
        if words := REFUSALS.get(error.status):
            raise NotTold(f"{error}: {words}", error.status, error.retry_after) from error
        raise
