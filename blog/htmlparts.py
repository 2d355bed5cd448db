"""What an HTML text is made of, as far as somebody has to look after it."""

from html.parser import HTMLParser


class Parts(HTMLParser):
    """The headings, links, ids and pictures of a text; cards are ours and need no looking after."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.picture_count = 0
        self.undescribed: list[int] = []  # which of the pictures, counted from 0
        self.is_in_card = False
        self.feed(markup)
        self.close()

    @property
    def undescribed_count(self) -> int:
        return len(self.undescribed)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if values.get("class") == "embed":
            self.is_in_card = True
        elif self.is_in_card:
            return
        if tag == "img":
            if not (values.get("alt") or "").strip():
                self.undescribed.append(self.picture_count)
            self.picture_count += 1
        elif tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag in {"h2", "h3", "h4"}:
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag):
        if tag == "figure":
            self.is_in_card = False
