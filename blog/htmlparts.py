"""What an HTML text is made of, as far as somebody has to look after it."""

from html.parser import HTMLParser


class Parts(HTMLParser):
    """The headings, links, ids and pictures of a text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.undescribed_count = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if tag == "img" and not (values.get("alt") or "").strip():
            self.undescribed_count += 1
        elif tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag in {"h2", "h3", "h4"}:
            self.levels.append(int(tag[1]))
