"""The shortcodes WordPress itself knows: [caption], [embed], [gallery], [video], [audio].

Names and forms are those of wp-includes/media.php and shortcodes.php.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from blog.embeds import is_alone


@dataclass(frozen=True)
class GalleryPicture:
    address: str
    alt: str


# What only a shortcode looks like: "[name key=…]" or "[name]…[/name]"; "[sic]" is text.
SHORTCODE = re.compile(
    r"(?<!\[)\[(?P<name>[a-z][\w-]*)(?:\s+[\w-]+=[^\]]*\]|\][^\[]*\[/(?P=name)\])"
    r"|(?P<bare>\[gallery\s*\])"
)
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
SHORTCODES = {
    "caption": r"\[(?:wp_)?caption(?P<attributes>[^\]]*)\](?P<inside>.*?)\[/(?:wp_)?caption\]",
    "embed": r"\[embed[^\]]*\](?P<inside>[^\[]*)\[/embed\]",
    "gallery": r"\[gallery(?P<attributes>[^\]]*)\]",
    "youtube": r"\[(?:youtube|vimeo)[= ](?P<inside>https?://[^\]\s]+)[^\]]*\]",
    "player": r"\[(?:video|audio)(?P<attributes>[^\]]*)\](?:\s*\[/(?:video|audio)\])?",
}


def alone(address: str) -> str:
    """Return `address` as a line of its own: a video's stays bare and becomes a card later."""
    address = html.unescape(address.strip())
    escaped = html.escape(address)
    if not is_alone(address):
        escaped = f'<a href="{escaped}">{escaped}</a>'
    return f"\n\n{escaped}\n\n"


def expand(content: str, gallery: Mapping[int, GalleryPicture]) -> str:
    """Return `content` with the shortcodes of WordPress itself as HTML; others stay as they are."""

    def figures(match):
        numbers = re.findall(r"\d+", _attributes(match["attributes"]).get("ids", ""))
        pictures = [gallery[int(number)] for number in numbers if int(number) in gallery]
        if not pictures:
            return match[0]
        return "".join(
            f'<figure><img src="{html.escape(picture.address)}" alt="{html.escape(picture.alt)}">'
            "</figure>"
            for picture in pictures
        )

    makers = {
        "caption": _caption,
        "embed": lambda match: alone(match["inside"]),
        "gallery": figures,
        "youtube": lambda match: alone(match["inside"]),
        "player": _player,
    }
    for name, pattern in SHORTCODES.items():
        content = re.sub(pattern, makers[name], content, flags=re.DOTALL)
    return re.sub(r"\[(\[[a-z][\w-]*[^\]]*\])\]", r"\1", content)  # [[name]]: meant as text


def _attributes(text):
    return {key.lower(): a or b or c for key, a, b, c in ATTRIBUTE.findall(html.unescape(text))}


def _caption(match):
    picture = re.match(r"\s*(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", match["inside"])
    if not picture:
        return match["inside"]
    # Since WordPress 3.4 the words stand behind the picture, before that in an attribute.
    words = match["inside"][picture.end() :].strip() or _attributes(match["attributes"]).get(
        "caption", ""
    )
    words = f"<figcaption>{words}</figcaption>" if words else ""
    return f"\n\n<figure>{picture[0].strip()}{words}</figure>\n\n"


def _player(match):
    attributes = _attributes(match["attributes"])
    names = ("src", "mp4", "webm", "mp3", "m4a", "ogg", "wav")
    address = next((attributes[name] for name in names if attributes.get(name)), "")
    return alone(address) if address else ""


def unknown_names(markup: str) -> set[str]:
    """Return the names of what looks like a shortcode in the text of `markup`, code left aside."""
    text = re.sub(r"<(pre|code)\b.*?</\1>|<[^>]*>", "", markup, flags=re.DOTALL)
    return {found["name"] or "gallery" for found in SHORTCODE.finditer(text)}
