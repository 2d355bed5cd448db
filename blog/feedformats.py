"""How a feed is written: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, each with the full text.

Items carry `authors` (dicts of name, url and avatar), `content` (HTML, or None if the description
is all there is), `language` and `image`; feeds carry `links`, addresses by their relation: other
pages of the feed (RFC 5005), and the hub that tells of it (WebSub).
"""

import json

from django.utils.feedgenerator import (
    Atom1Feed,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)
from django.utils.html import escape


class FullRss(Rss201rev2Feed):
    # RSS has no registered type of its own, and Chromium shows `application/rss+xml` as bare text,
    # without the stylesheet that makes a feed readable.
    content_type = "application/xml; charset=utf-8"

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for relation, address in self.feed["links"].items():
            handler.addQuickElement("atom:link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, _with_marked_up_description(item))
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author["name"])
        if item["content"] is not None:
            handler.addQuickElement("content:encoded", item["content"])


class FullAtom(Atom1Feed):
    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for relation, address in self.feed["links"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, _with_marked_up_description(item))
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author["name"])
            if "url" in author:
                handler.addQuickElement("uri", author["url"])
            handler.endElement("author")
        if item["content"] is not None:
            language = {"type": "html", "xml:lang": item["language"]}
            handler.addQuickElement("content", item["content"], language)


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
        return written


def _with_marked_up_description(item):
    """Beside a full text the description is plain words, which RSS and Atom take for HTML."""
    if item["content"] is None:
        return item
    return item | {"description": escape(item["description"])}
