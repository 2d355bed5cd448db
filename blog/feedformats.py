"""How a feed is written: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, each with the full text.

Items carry `authors` (dicts of name, url and avatar), `content` (HTML; the description is plain
words), `language`, `image` and `replies`: None or their Replies. `in_reply_to` are pairs (id,
address) of what they answer. Feeds carry `links`, addresses by their relation: other pages of the
feed (RFC 5005), and the hub that tells of it (WebSub).
"""

import json
from html import escape
from typing import NamedTuple

from django.utils.feedgenerator import (
    Atom1Feed,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.xmlutils import SimplerXMLGenerator

# RSS has no registered type of its own. Atom has one, but Chromium shows both that and
# `application/rss+xml` as bare text, without the stylesheet that makes a feed readable.
XML = "application/xml; charset=utf-8"
THREADING = {"xmlns:thr": "http://purl.org/syndication/thread/1.0"}


class Replies(NamedTuple):
    """What answers an item: how many there are, and the addresses of their feeds."""

    number: int
    rss: str
    atom: str


class FullRss(Rss201rev2Feed):
    content_type = XML

    def rss_attributes(self):
        modules = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
            "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
        }
        return super().rss_attributes() | modules | THREADING

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for relation, address in self.feed["links"].items():
            handler.addQuickElement("atom:link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler, item):
        # Readers take a description for HTML. Quotation marks stay: browsers show what stands here.
        words = escape(item["description"], quote=False)
        super().add_item_elements(handler, item | {"description": words})
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author["name"])
        handler.addQuickElement("content:encoded", item["content"])
        if replies := item["replies"]:
            handler.addQuickElement("slash:comments", str(replies.number))
            handler.addQuickElement("wfw:commentRss", replies.rss)
        _add_in_reply_to(handler, item)


class FullAtom(Atom1Feed):
    content_type = XML

    def write(self, outfile, encoding):
        # Django writes stylesheets into RSS alone.
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        for stylesheet in self.feed["stylesheets"]:
            handler.processingInstruction("xml-stylesheet", str(stylesheet))
        handler.startElement("feed", self.root_attributes())
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def root_attributes(self):
        return super().root_attributes() | THREADING

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for relation, address in self.feed["links"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item | {"description": None})
        handler.addQuickElement("summary", item["description"])
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author["name"])
            if "url" in author:
                handler.addQuickElement("uri", author["url"])
            handler.endElement("author")
        language = {"type": "html", "xml:lang": item["language"]}
        handler.addQuickElement("content", item["content"], language)
        if replies := item["replies"]:
            link = {"rel": "replies", "type": "application/atom+xml", "href": replies.atom}
            handler.addQuickElement("link", "", link | {"thr:count": str(replies.number)})
        _add_in_reply_to(handler, item)


class JsonFeed(SyndicationFeed):
    """https://www.jsonfeed.org/version/1.1/"""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
        }
        if "next" in self.feed["links"]:
            feed["next_url"] = self.feed["links"]["next"]
        if "hub" in self.feed["links"]:
            feed["hubs"] = [{"type": "WebSub", "url": self.feed["links"]["hub"]}]
        feed["items"] = [self._item(item) for item in self.items]
        outfile.write(json.dumps(feed, ensure_ascii=False, indent=1).encode(encoding))

    def _item(self, item):
        written = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["description"],
            "content_html": item["content"],
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "authors": item["authors"],
            "language": item["language"],
            "tags": item["categories"],
        }
        if item["image"]:
            written["image"] = item["image"]
        if answered := item["in_reply_to"]:
            # The format has no word for it; names that begin with "_" are extensions.
            refs = [{"id": ref, "url": address} for ref, address in answered]
            written["_in_reply_to"] = {
                "about": "https://www.rfc-editor.org/rfc/rfc4685",
                "refs": refs,
            }
        return written


def _add_in_reply_to(handler, item):
    """RFC 4685 (Atom threading), which RSS takes as a module."""
    for ref, address in item["in_reply_to"]:
        link = {"ref": ref, "href": address, "type": "text/html"}
        handler.addQuickElement("thr:in-reply-to", "", link)
