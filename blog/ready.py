"""Whether a post is fit to be published: what a reader would stumble over, and what would be nicer.

Plain functions over a saved post. Nothing here asks another host: of links, own ones are looked up,
and of those to elsewhere the worker has found out before (blog/linkcheck.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_from_path, get_language_info, ngettext, override
from django.utils.translation import gettext as _

from blog.htmlparts import Parts
from blog.language import guess_language
from blog.models import OldAddress, OutsideLink, Post
from blog.models.author import Author
from blog.models.outsidelink import outside_address
from blog.models.taxonomy import Category, Tag
from blog.text import plain_text

TITLE_LENGTH = 60  # characters that search engines show of a title, about
EXCERPT_LENGTH = 300
# What an address of ours shows: the view's name and the rows it finds by slug.
PAGES = {
    "blog:post_detail": lambda slug: Post.objects.readable().filter(slug=slug),
    "blog:category_detail": lambda slug: Category.objects.filter(slug=slug),
    "blog:tag_detail": lambda slug: Tag.objects.filter(slug=slug),
    "blog:author_detail": lambda slug: Author.objects.with_page().filter(slug=slug),
}


@dataclass(frozen=True)
class Finding:
    """One thing to do. `is_red`: it has to be done, or overridden with a reason.

    `part` of the text is meant: the number of an "image" or "heading", or the address of a "link".
    """

    code: str
    words: str
    field: str  # of the form, where it can be done
    is_red: bool = False
    part: tuple[str, int | str] | None = None


def check(post: Post) -> list[Finding]:
    """Return what is left to do, the red ones first."""
    parts = Parts(post.body_html)
    found = [finding for rule in RULES for finding in rule(post, parts)]
    return sorted(found, key=lambda finding: not finding.is_red)


def _text(post, parts) -> Iterator[Finding]:
    words = plain_text(post.body_html)
    if not words:
        yield Finding("text", _("The post has no text yet."), "body", True)
    spoken = guess_language(words, post.language, min_words=12)
    if spoken != post.language:
        text = _("The text seems to be in another language than %(language)s, which is set.")
        name = get_language_info(post.language)["name_translated"]
        yield Finding("language", text % {"language": name}, "language", True)


def _pictures(post, parts):
    if count := parts.undescribed_count:
        text = ngettext(
            "%(count)d picture in the text has no description: say what it shows.",
            "%(count)d pictures in the text have no description: say what they show.",
            count,
        )
        first = ("image", parts.undescribed[0])
        yield Finding("pictures", text % {"count": count}, "body", True, first)


def _headings(post, parts):
    # Above the first stands the title, which is the only heading of the first level.
    above = [1, *parts.levels]
    skips = [at for at, level in enumerate(parts.levels) if level > above[at] + 1]
    if skips:
        text = _("A heading skips a level: begin with the largest and go down one at a time.")
        yield Finding("headings", text, "body", True, ("heading", skips[0]))


def _cover(post, parts):
    if not post.cover:
        yield Finding("cover", _("There is no cover picture."), "cover")
    elif not post.cover_text:
        text = _("The cover picture has no description: say what it shows.")
        yield Finding("cover_alt", text, "cover_alt", True)


def _excerpt(post, parts):
    if not post.excerpt:
        text = _("There is no teaser: lists and search results show the first sentences.")
        yield Finding("excerpt", text, "excerpt")
    elif len(post.excerpt) > EXCERPT_LENGTH:
        text = _("The teaser has %(count)d characters; search results show about 160.")
        yield Finding("excerpt", text % {"count": len(post.excerpt)}, "excerpt")


def _title(post, parts):
    if len(post.title) > TITLE_LENGTH:
        text = _("The title has %(count)d characters; search results show about %(limit)d.")
        counts = {"count": len(post.title), "limit": TITLE_LENGTH}
        yield Finding("title", text % counts, "title")


def _author_boxes(post, parts):
    for author in post.bylined_authors:
        if not getattr(author, f"bio_{post.language}"):
            text = _("The author box of %(name)s says nothing in %(language)s.")
            language = get_language_info(post.language)["name_translated"]
            words = text % {"name": author.name, "language": language}
            yield Finding("author_box", words, f"author-{author.pk}")


def _links(post, parts):
    dead = [link for link in dict.fromkeys(parts.links) if is_dead(link, parts.ids)]
    for link in dead:
        text = _("The link to %(address)s leads nowhere.")
        yield Finding("link", text % {"address": link}, "body", True, ("link", link))


def _outside_links(post, parts):
    """What the worker has found of links to other sites; one query, and no request."""
    links = {link: outside_address(link) for link in parts.links if not is_own(link)}
    checked = OutsideLink.objects.exclude(standing=OutsideLink.Standing.NEW)
    found = {row.address: row for row in checked.filter(address__in={*links.values()})}
    for link, address in links.items():
        row = found.get(address)
        if row and row.standing == OutsideLink.Standing.DEAD:
            text = _("The link to %(address)s leads nowhere, since %(day)s.")
            day = date_format(timezone.localtime(row.missing_since), "SHORT_DATE_FORMAT")
            words = text % {"address": link, "day": day}
            yield Finding("link", words, "body", True, ("link", link))
    if unchecked := sum(address not in found for address in links.values()):
        text = ngettext(
            "%(count)d link leads to another site and has not been checked.",
            "%(count)d links lead to other sites and have not been checked.",
            unchecked,
        )
        yield Finding("foreign_links", text % {"count": unchecked}, "body")


RULES: list[Callable[[Post, Parts], Iterator[Finding]]] = [
    _text, _pictures, _headings, _links, _outside_links, _cover, _excerpt, _title, _author_boxes,
]  # fmt: skip


def is_own(link: str) -> bool:
    """Whether a link stays on this site, or is an address to write to."""
    parts = urlsplit(link)
    return parts.scheme == "mailto" or parts.netloc in {"", urlsplit(settings.BASE_URL).netloc}


def is_dead(link: str, ids: set[str]) -> bool:
    """Whether an own link leads to no page of ours; `ids` are those of the text itself."""
    parts = urlsplit(link)
    if not is_own(link) or parts.scheme == "mailto":
        return False
    if not parts.path:
        return bool(parts.fragment) and unquote(parts.fragment) not in ids
    path = unquote(parts.path)
    if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
        return False
    return not _has_page(path if path.startswith("/") else f"/{path}")


def _has_page(path):
    if OldAddress.objects.filter(path=path.rstrip("/"), post__in=Post.objects.readable()).exists():
        return True
    try:
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except Resolver404:
        return False
    rows = PAGES.get(match.view_name)
    return rows is None or rows(match.kwargs["slug"]).exists()
