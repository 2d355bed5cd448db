"""From source to clean HTML: the only module that knows bleach and nh3.

bleach sets the policy and the links. It has had its last release, so nh3, another parser, runs over
what it lets through with the same lists, and the Content-Security-Policy stands behind both.
HTML is made when a text is saved (`body` to `body_html`), never at a view.
"""

import functools
import html
import re
import threading
from collections.abc import Mapping
from html.parser import HTMLParser

import bleach
import nh3
from bleach.linkifier import LinkifyFilter
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from blog.drawing import MEDIA_NUMBER, Figure, with_figures
from blog.editor import AUTHOR_CLASSES, AUTHOR_HTML
from blog.embeds import find_embed, render_card
from blog.language import guess_language
from blog.notes import said_once, with_footnotes, with_pull_quotes
from blog.pasted import tidy
from blog.slugs import make_slug

VISITOR_TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
)
VISITOR_ATTRIBUTES = {"a": {"href"}}
VISITOR_REL = "nofollow ugc noopener"

AUTHOR_TAGS = VISITOR_TAGS | AUTHOR_HTML.keys()
AUTHOR_ATTRIBUTES = {tag: set(names) for tag, names in AUTHOR_HTML.items() if names}
SCHEMES = frozenset({"http", "https", "mailto"})

# Only what is written as an address: bleach's own list of top-level domains makes links of German
# slips such as "Ende.Es" and of file names such as "setup.py".
ADDRESS = re.compile(r"""\(*\b(?<![@.\w/])(?:https?://|www\.)[^\s<>"'“”„‚‘«»…]+""", re.IGNORECASE)

TAG = re.compile(r"<[^>]+>")
# Tags of what stands on lines of its own.
BETWEEN_WORDS = re.compile(r"<(?:/?(?:p|h\d|li|blockquote|br|tr|td|th|figcaption|pre)\b)[^>]*>")

# What XML 1.0 (section 2.2) or HTML has no place for; `&#8;` in a text becomes such a character.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")

_local = threading.local()


@functools.lru_cache(maxsize=20)
def clean_comment(source: str) -> SafeString:
    """Return what a visitor typed as HTML: paragraphs from line breaks, addresses as links.

    Markup outside VISITOR_TAGS is dropped and its text kept; everybody gets the same policy. The
    last texts are kept with what they became: a form asks for it before the answer is saved.
    """
    return mark_safe(_second_pass(_paragraphs(_visitor_cleaner().clean(source)), "visitor"))  # noqa: S308


def clean_post(source: str) -> str:
    """Return an author's HTML with what blog.editor lets them write; stable on a second run.

    What other programs say with styles and classes becomes elements before they are dropped.
    """
    return _second_pass(_author_cleaner().clean(tidy(source)), "author")


def render_post(
    source: str,
    language: str,
    figures: Mapping[int, Figure] | None = None,
    posters: Mapping[str, SafeString] | None = None,
) -> SafeString:
    """Return the HTML that a post's page shows; blog.figures.render_body knows the figures.

    Headings get ids, quotations in the other language say so, notes stand at the end, and a
    paragraph that is nothing but the address of a video becomes a card that contacts nobody.
    Pictures of the library stand there as `figures` have them by number; cards bear the `posters`
    of their pages.
    """
    body = clean_post(source)
    body = LONE_ADDRESS.sub(lambda match: _card_or_unchanged(match, language, posters or {}), body)
    body = QUOTATION.sub(lambda match: _quotation_language(match, language), body)
    body = with_footnotes(with_pull_quotes(body), language)
    body = with_figures(_with_heading_ids(body), figures or {})
    return mark_safe(body)  # noqa: S308  (cleaned above)


def media_numbers(source: str) -> set[int]:
    """Return the numbers of the library's pictures that an author's HTML shows."""
    return {int(number) for number in MEDIA_NUMBER.findall(clean_post(source))}


def embed_pages(source: str) -> set[str]:
    """Return the pages of the videos in an author's HTML whose picture can be asked for."""
    if not LONE_ADDRESS.search(source):
        return set()
    embeds = (find_embed(_lone(match)) for match in LONE_ADDRESS.finditer(clean_post(source)))
    return {embed.page for embed in embeds if embed and (embed.poster or embed.oembed)}


def render_bio(source: str) -> SafeString:
    """Return a short text about a person as HTML; the rules are those of a post."""
    return mark_safe(_second_pass(_paragraphs(_author_cleaner().clean(source)), "author"))  # noqa: S308


def plain_text(markup: str) -> str:
    """Return the words of `markup` on one line, entities resolved; each is said once."""
    words = BETWEEN_WORDS.sub(" ", said_once(markup))
    return " ".join(html.unescape(TAG.sub("", words)).split())


def _visitor_cleaner():
    # A Cleaner keeps parser state: one for each thread (bleach's documentation of Cleaner).
    if not hasattr(_local, "visitor"):
        _local.visitor = bleach.Cleaner(
            tags=VISITOR_TAGS,
            attributes={tag: list(names) for tag, names in VISITOR_ATTRIBUTES.items()},
            protocols=SCHEMES,
            strip=True,
            filters=[_linkify],
        )
    return _local.visitor


def _author_cleaner():
    if not hasattr(_local, "author"):
        _local.author = bleach.Cleaner(
            tags=AUTHOR_TAGS, attributes=_is_allowed_for_authors, protocols=SCHEMES, strip=True
        )
    return _local.author


def _linkify(source):
    return LinkifyFilter(source, callbacks=[], skip_tags={"code", "pre"}, url_re=ADDRESS)


def _is_allowed_for_authors(tag, name, value):
    if tag == "img" and name == "src":
        return value.startswith(settings.MEDIA_URL)
    if name == "data-file" and not re.fullmatch("[0-9]{1,15}", value):
        return False
    if name == "class":
        return value in AUTHOR_CLASSES.get(tag, ())
    return name in AUTHOR_ATTRIBUTES.get(tag, ())


def _second_pass(markup, policy):
    cleaned = _cleaned_by_nh3(markup, policy)
    if UNPRINTABLE.search(cleaned) is None:
        return cleaned
    # Cleaned once more, since taking a character away may join what it kept apart.
    return _cleaned_by_nh3(UNPRINTABLE.sub("", cleaned), policy)


def _cleaned_by_nh3(markup, policy):
    is_visitor = policy == "visitor"
    return nh3.clean(
        markup,
        tags=set(VISITOR_TAGS if is_visitor else AUTHOR_TAGS),
        attributes=VISITOR_ATTRIBUTES if is_visitor else AUTHOR_ATTRIBUTES,
        allowed_classes=None if is_visitor else AUTHOR_CLASSES,
        url_schemes=set(SCHEMES),
        link_rel=VISITOR_REL if is_visitor else "noopener",
    )


def _paragraphs(markup):
    parser = _Paragraphs()
    parser.feed(markup)
    parser.close()
    return parser.result()


class _Paragraphs(HTMLParser):
    """Put loose text into paragraphs: a blank line ends one, and so does the end of a long line.

    People who press return once between paragraphs mean paragraphs; after a short line, as in a
    verse or an address, a single break stays a <br>.
    """

    PARAGRAPH_END = re.compile(r"\n[ \t]*\n|(?<=[^\n]{80})[ \t]*\n")

    BLOCKS = frozenset(
        {"blockquote", "figure", "h2", "h3", "h4", "hr", "ol", "p", "pre", "table", "ul"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.done: list[str] = []
        self.loose: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS and tag != "hr":
            if not self.depth:
                self._flush()
            self.depth += 1
        self._out.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self._out.append(f"</{tag}>")
        if tag in self.BLOCKS and self.depth:
            self.depth -= 1

    def handle_data(self, data):
        self._out.append(data)

    def handle_entityref(self, name):
        self._out.append(f"&{name};")

    def handle_charref(self, name):
        self._out.append(f"&#{name};")

    def result(self):
        self._flush()
        return "".join(self.done)

    @property
    def _out(self):
        return self.done if self.depth else self.loose

    def _flush(self):
        loose = "".join(self.loose).replace("\r\n", "\n").replace("\r", "\n")
        for part in self.PARAGRAPH_END.split(loose):
            if text := part.strip():
                self.done.append(f"<p>{re.sub(r'[ \t]*\n[ \t]*', '<br>', text)}</p>")
        self.loose = []


LONE_ADDRESS = re.compile(
    r'<p>\s*(?:<a\b[^>]*?href="(?P<href>[^"]+)"[^>]*>[^<]*</a>|(?P<bare>https?://[^\s<]+))\s*</p>'
)
QUOTATION = re.compile(r"<blockquote>(?P<inside>.*?)</blockquote>", re.DOTALL)
HEADING = re.compile(r"<(?P<tag>h[234])>(?P<inside>.*?)</(?P=tag)>", re.DOTALL)


def _card_or_unchanged(match, language, posters):
    return render_card(_lone(match), language, posters) or match[0]


def _lone(match):
    return html.unescape(match["href"] or match["bare"])


def _quotation_language(match, language):
    quoted = guess_language(plain_text(match["inside"]), language)
    if quoted == language:
        return match[0]
    return f'<blockquote lang="{quoted}">{match["inside"]}</blockquote>'


def _with_heading_ids(markup):
    used: set[str] = set()

    def with_id(match):
        # The prefix keeps a heading such as "Comments" from taking the id of a part of the page.
        base = slug = f"h-{make_slug(plain_text(match['inside']), max_length=60) or 'x'}"
        number = 1
        while slug in used:
            number += 1
            slug = f"{base}-{number}"
        used.add(slug)
        inside = mark_safe(match["inside"])  # noqa: S308  (cleaned by the caller)
        return format_html('<{0} id="{1}">{2}</{0}>', match["tag"], slug, inside)

    return HEADING.sub(with_id, markup)
