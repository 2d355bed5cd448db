"""The addresses that stand in what people typed, and their hosts."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from comments.models import Comment

LINK = re.compile(r"https?://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)


def links_of(text: str) -> list[str]:
    """Return the different addresses that stand in `text`, marked up or not."""
    return list(dict.fromkeys(LINK.findall(text)))


def linked_hosts(comment: Comment) -> Iterator[str]:
    """Yield the hosts of all that `comment` links to, its website and source included."""
    for address in filter(None, [*links_of(comment.body), comment.website, comment.source_url]):
        yield host_of(address)


def email_domain(comment: Comment) -> str:
    return comment.email.rpartition("@")[2].lower()


def host_of(address: str) -> str:
    """Return the host in ASCII, as rules keep it; "" if there is none that can be one."""
    try:
        host = urlsplit(address if "://" in address else f"http://{address}").hostname or ""
        return host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        return ""
