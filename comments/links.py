"""What an answer says and where it links, as readers see it.

What was typed is not that: "Ca<em>si</em>no" and "Cas&#105;no" are both shown as "Casino".
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from urllib.parse import urlsplit

from blog.text import clean_comment, plain_text
from comments.models import Comment

LINK = re.compile(r"https?://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
HREF = re.compile(r'href="([^"]*)"')


def links_of(text: str) -> list[str]:
    """Return the different addresses that stand in `text`, marked up or not."""
    return list(dict.fromkeys(LINK.findall(text)))


def links_in(comment: Comment) -> list[str]:
    """Return the different addresses in the text of `comment`, as typed or as shown.

    Whichever are more: an address that is typed as text may be shown a little shorter.
    """
    return max(links_of(comment.words), addresses_in(_shown_html(comment)), key=len)


def linked_hosts(comment: Comment) -> Iterator[str]:
    """Yield the hosts of all that `comment` links to, its website and source included."""
    addresses = links_of(comment.words) + addresses_in(_shown_html(comment))
    for address in filter(None, [*addresses, comment.website, comment.source_url]):
        yield host_of(address)


def addresses_in(html: str) -> list[str]:
    """Return the different addresses that links in clean HTML lead to."""
    return list(dict.fromkeys(unescape(address) for address in HREF.findall(html)))


def shown_text(comment: Comment) -> str:
    """Return the text as readers see it, on one line; as typed where nothing is marked up."""
    html = _shown_html(comment)
    return _plain(html) if html else comment.words


def email_domain(comment: Comment) -> str:
    return comment.email.rpartition("@")[2].lower()


def host_of(address: str) -> str:
    """Return the host in ASCII, as rules keep it; "" if there is none that can be one."""
    try:
        host = urlsplit(address if "://" in address else f"http://{address}").hostname or ""
        return host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one
        return ""


def _shown_html(comment):
    """The HTML of a text with markup; "" for plain text, which is shown as it was typed."""
    if not {"<", "&"} & set(comment.words):
        return ""
    return comment.body_html + comment.addendum_html or _cleaned(comment.words)


# A hundred rules ask about one text, one after the other.
_cleaned = lru_cache(maxsize=8)(clean_comment)
_plain = lru_cache(maxsize=8)(plain_text)
