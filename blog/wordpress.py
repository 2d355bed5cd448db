"""A WordPress body as the HTML we keep: paragraphs made, blocks and shortcodes resolved.

WordPress stores what was typed and makes paragraphs when it prints (wpautop). The markup made here
is not yet clean: blog.text.clean_post decides what of it stays.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from blog.embeds import find_embed, is_alone
from blog.shortcodes import GalleryPicture, alone, expand, unknown_names
from blog.text import plain_text


@dataclass(frozen=True)
class Picture:
    """A picture of ours: where it is served, how large it is, its number in the library if any."""

    address: str
    width: int
    height: int
    number: int | None = None


# Finds the picture once served at an address; None if we do not have it.
FindPicture = Callable[[str], Picture | None]


@dataclass
class Body:
    html: str
    teaser: str = ""
    """Plain text before <!--more-->, which the author chose for lists."""
    lost_pictures: list[str] = field(default_factory=list)
    unknown_shortcodes: set[str] = field(default_factory=set)


def convert(
    content: str,
    find_picture: FindPicture = lambda address: None,
    gallery: Mapping[int, GalleryPicture] | None = None,
) -> Body:
    """Return the body of a WordPress post as HTML; `gallery` are the attachments by number.

    A picture that is not found becomes a link to where it was, with its alternative text.
    """
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    is_blocks = "<!-- wp:" in content
    content = BLOCK_EMBED.sub(_block_embed, content)
    before, more, _after = re.sub(r"<!--\s*more.*?-->", MORE, content, count=1).partition(MORE)
    markup = expand(content, gallery or {})
    markup = re.sub(r"<!--.*?-->", "", markup, flags=re.DOTALL)
    markup = LINKED_PICTURE.sub(r"\1", markup)
    writer = _Writer(find_picture, breaks=not is_blocks)
    writer.feed(markup)
    writer.close()
    return Body(
        html=writer.result(),
        teaser=plain_text(_without_markup(before)) if more else "",
        lost_pictures=writer.lost_pictures,
        unknown_shortcodes=unknown_names(markup),
    )


MORE = "\0more\0"
# WordPress links a picture to its file; here it is shown in full.
LINKED_PICTURE = re.compile(
    r"""<a\b[^>]*\bhref=["'][^"']+\.(?:avif|gif|jpe?g|png|webp)["'][^>]*>\s*(<img\b[^>]*>)\s*</a>""",
    re.IGNORECASE,
)
BLOCK_EMBED = re.compile(
    r"<!-- wp:(?:core-)?embed\S*\s+(?P<json>\{.*?\})\s*-->.*?<!-- /wp:(?:core-)?embed\S*\s*-->",
    re.DOTALL,
)


def _without_markup(content):
    content = re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL)
    content = re.sub(r"\[(caption|gallery|embed|video|audio)\b.*?\[/\1\]", "", content, flags=re.S)
    return re.sub(r"\[(?:gallery|video|audio|youtube|vimeo)\b[^\]]*\]", "", content)


def _block_embed(match):
    try:
        address = json.loads(match["json"]).get("url", "")
    except ValueError:
        address = ""
    return alone(address) if address else match[0]


class _Writer(HTMLParser):
    """Copy markup, put loose text into paragraphs and give old elements their names of today.

    As wpautop: a blank line ends a paragraph, a single line break is a <br>. Text inside FLOW
    becomes paragraphs, text inside any other block is left as it is.
    """

    RENAMED = {
        "b": "strong", "center": "div", "h1": "h2", "h5": "h4", "h6": "h4", "i": "em",
        "strike": "s", "tt": "code",
    }  # fmt: skip
    # Groups without a meaning to us: they only part paragraphs.
    GROUPS = frozenset({"article", "aside", "div", "footer", "header", "main", "nav", "section"})
    FLOW = GROUPS | {"blockquote"}
    BLOCKS = FLOW | {
        "dl", "figure", "h2", "h3", "h4", "hr", "ol", "p", "pre", "table", "ul",
    }  # fmt: skip
    VOID = frozenset(
        {"br", "col", "embed", "hr", "iframe", "img", "input", "param", "source", "track", "wbr"}
    )
    DROPPED = frozenset({"noscript", "script", "style", "svg", "template"})

    def __init__(self, find_picture: FindPicture, *, breaks: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.find_picture = find_picture
        self.breaks = breaks  # blocks hold their own <br>, other text has bare line breaks
        self.lost_pictures: list[str] = []
        self.done: list[str] = []
        self.loose: list[str] = []
        self.blocks: list[str] = []
        self.dropped = 0
        self.is_in_link = False

    def result(self) -> str:
        self._end_paragraphs()
        while self.blocks:
            self._close(self.blocks[-1])
        return re.sub(r"<(p|figure)>\s*</\1>", "", "".join(self.done)).strip()

    def handle_starttag(self, tag, attrs):
        tag, attributes = self.RENAMED.get(tag, tag), {key: value or "" for key, value in attrs}
        if tag in self.DROPPED or self.dropped:
            self.dropped += tag in self.DROPPED
        elif tag in {"embed", "iframe"}:
            self._frame(attributes.get("src", ""))
        elif tag == "img":
            self._out.append(self._picture(attributes))
        elif tag in self.BLOCKS:
            self._open(tag, attributes)
        else:
            self._inline(tag, attributes)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        tag = self.RENAMED.get(tag, tag)
        if self.dropped:
            self.dropped -= tag in self.DROPPED
        elif tag in self.BLOCKS:
            if tag in self.blocks:
                self._close(tag)
        elif tag not in self.VOID and tag not in self.DROPPED:
            self.is_in_link = self.is_in_link and tag != "a"
            self._out.append(f"</{tag}>")

    def handle_data(self, data):
        if self.dropped:
            return
        if self.breaks and self.blocks and self.blocks[-1] == "p":
            data = data.replace("\n", "<br>")
        self._out.append(data)

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")

    @property
    def _is_flow(self):
        return all(tag in self.FLOW for tag in self.blocks)

    @property
    def _out(self):
        return self.loose if self._is_flow else self.done

    def _open(self, tag, attributes):
        if self.blocks and self.blocks[-1] == "p":
            self._close("p")  # a paragraph ends where another block begins
        if self._is_flow:
            self._end_paragraphs()
        if tag == "hr":
            self.done.append("<hr>")
            return
        self.blocks.append(tag)
        if tag not in self.GROUPS:
            self.done.append(_tag(tag, attributes))

    def _close(self, tag):
        while self.blocks:
            if self._is_flow:
                self._end_paragraphs()
            last = self.blocks.pop()
            if last not in self.GROUPS:
                self.done.append(f"</{last}>")
            if last == tag:
                return

    def _inline(self, tag, attributes):
        if tag == "a":
            self.is_in_link = True
        self._out.append(_tag(tag, {} if tag == "br" else attributes))

    def _frame(self, address):
        address = f"https:{address}" if address.startswith("//") else address
        embed = find_embed(address)
        if embed:
            address = embed.page
        elif not address:
            return
        around = next((tag for tag in self.blocks if tag not in self.FLOW), None)
        if around in {"figure", "p"}:
            self._close(around)
        self._out.append(alone(address))

    def _picture(self, attributes):
        source, alt = attributes.get("src", ""), attributes.get("alt", "").strip()
        picture = self.find_picture(source) if source else None
        if picture:
            size = {"width": str(picture.width), "height": str(picture.height)}
            number = {"data-file": str(picture.number)} if picture.number else {}
            return _tag("img", {"src": picture.address, "alt": alt, **size, **number})
        if not source:
            return ""
        self.lost_pictures.append(source)
        words = html.escape(alt or unquote(urlsplit(source).path.rpartition("/")[2]) or source)
        return words if self.is_in_link else _tag("a", {"href": source}) + words + "</a>"

    def _end_paragraphs(self):
        loose, self.loose = "".join(self.loose), []
        for part in re.split(r"\n[ \t\xa0]*\n\s*|(?:<br>\s*){2,}", loose):
            text = re.sub(r"^(?:<br>|\s|&nbsp;)+|(?:<br>|\s|&nbsp;)+$", "", part)
            if text:
                text = re.sub(r"\s*<br>\s*", "\n", text)
                self._paragraph(re.sub(r"[ \t]*\n[ \t]*", "<br>", text))

    def _paragraph(self, text):
        # A video address on a line of its own is one even between two lines of a paragraph.
        parts: list[list[str]] = [[]]
        for line in text.split("<br>"):
            if re.fullmatch(r"https?://[^\s<]+", line) and is_alone(html.unescape(line)):
                parts += [[line], []]
            else:
                parts[-1].append(line)
        self.done.extend(f"<p>{'<br>'.join(lines)}</p>\n" for lines in parts if lines)


def _tag(tag, attributes):
    inside = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{inside}>"
