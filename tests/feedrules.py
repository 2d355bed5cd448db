"""What a feed has to keep: RFC 4287 (Atom), RSS 2.0, JSON Feed 1.1; asked of an answer's bytes."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from defusedxml.ElementTree import fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGE = re.compile(r"[a-z]{2}")
RELATIVE = re.compile(r'\b(?:src|href|srcset|poster)="(?!https?://|mailto:|//|#)[^"]*"')


@dataclass
class Found:
    """What tests ask of a feed; `ids` are its own, where the format has one, and its items'."""

    language: str
    address: str
    pages: dict
    ids: list


def assert_valid_feed(response, *, base):
    """Return what was Found in an answer that keeps the rules of its format."""
    assert response.status_code == 200, response.status_code
    kind = response.headers["Content-Type"]
    if kind == "application/feed+json; charset=utf-8":
        return _json(response.json(), base)
    # The one type under which Chromium applies a feed's stylesheet.
    assert kind == "application/xml; charset=utf-8", kind
    root = fromstring(response.content)
    return (_atom if root.tag == f"{ATOM}feed" else _rss)(root, base)


def _atom(feed, base):
    ids: list = []
    for row in [feed, *feed.iter(f"{ATOM}entry")]:
        for name in ["id", "title", "updated"]:
            (found,) = row.findall(f"{ATOM}{name}")
            assert found.text, name
        ids.append(row.findtext(f"{ATOM}id"))
        _assert_absolute(ids[-1], base)
        datetime.fromisoformat(row.findtext(f"{ATOM}updated")).astimezone()
        (link,) = _links(row, "alternate")
        _assert_absolute(link, base)
    for entry in feed.iter(f"{ATOM}entry"):
        names = [name.text for name in entry.iterfind(f"{ATOM}author/{ATOM}name")]
        assert names, "an entry without an author"
        assert all(names)
        assert not RELATIVE.search(entry.findtext(f"{ATOM}content") or "")
        assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}summary") is not None
    return _found(feed, feed.get(XML_LANG), ids)


def _rss(rss, base):
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    (channel,) = rss
    for name in ["title", "link", "description", "lastBuildDate"]:
        assert channel.findtext(name), name
    _assert_absolute(channel.findtext("link"), base)
    ids: list = []
    for item in channel.iter("item"):
        assert item.findtext("title") or item.findtext("description")
        assert item.find("guid").get("isPermaLink") == "false"
        _assert_absolute(item.findtext("link"), base)
        parsedate_to_datetime(item.findtext("pubDate"))
        assert item.findtext(CREATOR)
        assert not RELATIVE.search(item.findtext(CONTENT) or item.findtext("description"))
        ids.append(item.findtext("guid"))
    return _found(channel, channel.findtext("language"), ids)


def _json(feed, base):
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for name in ["home_page_url", "feed_url"]:
        _assert_absolute(feed[name], base)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["title"]
        assert not RELATIVE.search(item["content_html"])
        assert all(set(author) <= {"name", "url", "avatar"} for author in item["authors"])
        datetime.fromisoformat(item["date_published"]).astimezone()
        _assert_absolute(item["url"], base)
    ids = [item["id"] for item in feed["items"]]
    return Found(feed["language"], feed["feed_url"], {}, _unlike(ids))


def _found(row, language, ids):
    assert LANGUAGE.fullmatch(language), language
    (address,) = _links(row, "self")
    links = {link.get("rel"): link.get("href") for link in row.findall(f"{ATOM}link")}
    pages = {name: href for name, href in links.items() if name not in {"self", "alternate"}}
    return Found(language, address, pages, _unlike(ids))


def _links(row, relation):
    return [link.get("href") for link in row.findall(f"{ATOM}link") if link.get("rel") == relation]


def _unlike(ids):
    assert len(set(ids)) == len(ids), "two of one id"
    return ids


def _assert_absolute(address, base):
    assert address.startswith(base), address
    assert urlsplit(address).scheme in {"http", "https"}
