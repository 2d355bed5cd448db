"""The HTML of answers as a conversation shows them.

In Python because of its number: a page has a hundred of them, and a template takes as long for one
as this takes for twenty (docs/decisions/0008). So everything is put together from plain strings,
and whatever people typed passes `escape` here and nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from types import SimpleNamespace

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from blog.addresses import numbered
from blog.models import Post
from blog.templatetags.blog import long_date, long_moment
from comments.drawing import Row
from comments.faces import face_of


def rows_html(rows: list[Row], closing: SafeString, post: Post) -> SafeString:
    """Return the lists of a conversation, with a link where a thread goes on elsewhere."""
    page = _page_of(post)
    parts = [part for row in rows for part in (row.before, _row(row, page), _more(row, page))]
    return mark_safe("".join([*parts, closing]))  # noqa: S308  (escaped where it is put together)


def row_html(row: Row, post: Post, *, is_preview: bool = False) -> SafeString:
    """Return one answer as an item of a list; the caller closes it."""
    return mark_safe(_row(row, _page_of(post), is_preview=is_preview))  # noqa: S308


@dataclass(frozen=True, slots=True)
class _Page:
    """What all rows of a page share: words in its language, and addresses to fill numbers into."""

    words: SimpleNamespace
    urls: SimpleNamespace
    reply_url: str
    thread_url: str
    language: str


def _page_of(post):
    language = get_language() or ""
    return _Page(
        words=_words(language),
        urls=_urls(language),
        reply_url=numbered("comments:comment_reply", post.slug),
        thread_url=numbered("comments:thread_detail", post.slug),
        language=language,
    )


def _row(row, page, *, is_preview=False):
    comment = row.comment
    classes = "turn"
    if row.is_by_post_author:
        classes += " turn-author"
    if row.is_flat:
        classes += " turn-flat"
    place = f' id="comment-{comment.pk}"' if comment.pk else ""
    body = _shown(row, page, is_preview) if row.is_shown else page.words.gone
    return f'<li{place} class="{classes}">\n<article class="turn-body">\n{body}</article>'


def _shown(row, page, is_preview):
    comment = row.comment
    name = escape(comment.name)
    return (
        f'<header class="turn-head">{_head(row, page, name)}</header>\n'
        f'<div class="turn-text" lang="{comment.language}">{comment.body_html}</div>\n'
        f"{_addendum(comment, page)}"
        f"{'' if is_preview else _foot(row, page, name)}"
        f"{_own(comment, page) if row.is_own else ''}"
    )


def _head(row, page, name):
    comment, words = row.comment, page.words
    parts = [_face(comment), f'<span class="turn-name">{_name(comment, name)}</span>']
    if row.is_by_post_author:
        parts.append(words.badge)
    if row.answers_name:
        parts.append(words.answers % {"name": escape(row.answers_name)})
    elif comment.parent_id:
        parts.append(words.answers_removed)
    time = _time(comment.created_at, page.language)
    if comment.pk:
        parts.append(f' <a class="permalink" href="{page.urls.detail % comment.pk}">{time}</a>')
        parts.append(words.edited if comment.edited_at else "")
    else:
        parts.append(f" {time}")
    parts.append(words.level % {"depth": row.depth})
    return "".join(parts)


def _face(comment):
    if comment.is_verified and comment.author and comment.author.portrait:
        return (
            f'<img class="face" src="{escape(comment.author.portrait.url)}" alt="" width="22" '
            'height="22" loading="lazy">'
        )
    return face_of(comment)


def _name(comment, name):
    if comment.is_verified and comment.author:
        return f'<a href="{comment.author.get_absolute_url()}">{name}</a>'
    if comment.website:
        return f'<a href="{escape(comment.website)}" rel="nofollow ugc noopener">{name}</a>'
    return name


def _addendum(comment, page):
    if not comment.addendum_html:
        return ""
    head = page.words.addendum % {"day": long_date(comment.addendum_at)}
    return (
        f'<div class="turn-addendum" lang="{comment.language}"><p class="turn-addendum-head">'
        f"{head}</p>{comment.addendum_html}</div>\n"
    )


def _foot(row, page, name):
    comment, words = row.comment, page.words
    if not comment.is_visible:
        return words.unconfirmed if comment.awaits_writer else words.waiting
    whose = f'<span class="visually-hidden"> {words.whose % {"name": name}}</span>'
    reply = like = slot = ""
    if row.takes_reply:
        url = page.reply_url % comment.pk
        to_whom = words.to_whom % {"name": name}
        reply = (
            f'<a class="reply" href="{url}" data-hx-get="{url}" data-reply>{words.reply}'
            f'<span class="visually-hidden"> {to_whom}</span></a>'
        )
        slot = '<div class="reply-slot" aria-live="polite"></div>'
    if row.takes_like:
        like = (
            f'<button class="act" form="likes" formaction="{page.urls.like % comment.pk}" '
            f'aria-pressed="false">{words.like}<b>{comment.like_count or ""}</b>{whose}</button>'
        )
    report = (
        f'<a class="act" href="{page.urls.report % comment.pk}" rel="nofollow">'
        f"{words.report}{whose}</a>"
    )
    return f'<p class="turn-foot">{reply}{like}{report}</p>{slot}\n'


def _own(comment, page):
    words, urls = page.words, page.urls
    return (
        f'<p class="turn-foot turn-own"><a href="{urls.change % comment.pk}">{words.change}</a> '
        f'<a href="{urls.delete % comment.pk}">{words.delete}</a></p>\n'
    )


def _more(row, page):
    if not row.more_count:
        return ""
    words = ngettext("%(n)s more answer", "%(n)s more answers", row.more_count)
    url = page.thread_url % row.comment.tree_id
    return f'<p class="more"><a href="{url}">{words % {"n": row.more_count}}</a></p>'


@lru_cache(maxsize=4096)
def _time(moment: datetime, language: str) -> str:
    """Return a time element in words of `language`, the one that is active."""
    machine = timezone.localtime(moment).isoformat(timespec="seconds")
    return f'<time datetime="{machine}">{long_moment(moment)}</time>'


@lru_cache(maxsize=8)
def _words(language: str) -> SimpleNamespace:
    """Return the words of all rows in `language`, the one that is active."""

    def hidden(text):
        return f'<span class="visually-hidden">{text}</span>'

    def answers(text):
        return f' <span class="turn-answers">{text}</span>'

    def waiting(text):
        return f'<p class="turn-waiting" role="status">{text}</p>\n'

    # Not inside an f-string: what collects texts for translation does not look in there.
    badge, edited = pgettext("badge", "Author"), pgettext("answer", "edited")
    level, gone = _("level %(depth)s"), _("This answer has been removed.")
    return SimpleNamespace(
        badge=f' <span class="badge">{badge}</span>',
        answers=answers(_("answers %(name)s")),
        answers_removed=answers(_("answers a removed text")),
        edited=f' <span class="turn-edited">{edited}</span>',
        level=hidden(f", {level}"),
        addendum=_("Addendum of %(day)s"),
        waiting=waiting(_("Your answer is waiting for approval. Only you can see it here.")),
        unconfirmed=waiting(
            _(
                "Your answer waits for your click: please open the link in the mail we are sending "
                "you. Only you can see it here."
            )
        ),
        whose=_("answer by %(name)s"),
        reply=_("Reply"),
        to_whom=_("to %(name)s"),
        like=pgettext("answer", "Like"),
        report=pgettext("answer", "Report"),
        change=_("Change or add"),
        delete=_("Delete"),
        gone=f'<p class="turn-gone">{gone}</p>\n',
    )


@lru_cache(maxsize=8)
def _urls(language: str) -> SimpleNamespace:
    """Return the addresses of an answer under `language`, the one that is active."""
    names = {"detail": "detail", "change": "update", "delete": "delete"}
    names |= {"like": "like", "report": "report"}
    return SimpleNamespace(
        **{short: numbered(f"comments:comment_{name}") for short, name in names.items()}
    )
