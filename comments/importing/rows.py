"""One comment of an export as an unsaved row."""

import re
from datetime import datetime
from ipaddress import ip_address

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override

from blog import wxr
from blog.importing import SiteImport
from blog.importing.people import valid_email
from blog.language import guess_language
from blog.models import Post
from blog.text import clean_comment, plain_text
from blog.validators import DIRECTION_CONTROLS, validate_web_address
from comments.models import Comment

Kind, Status = Comment.Kind, Comment.Status

KINDS = {
    "comment": Kind.COMMENT,
    "rating": Kind.COMMENT,
    "review": Kind.COMMENT,
    "pingback": Kind.PINGBACK,
    "trackback": Kind.TRACKBACK,
    # What the plug-ins Webmention and Semantic Linkbacks call them.
    **dict.fromkeys(
        ["webmention", "mention", "like", "favorite", "bookmark", "repost", "tag"], Kind.WEBMENTION
    ),
}
STATUSES = {
    "1": Status.APPROVED,
    "approve": Status.APPROVED,
    "0": Status.PENDING,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.REMOVED,
    "post-trashed": Status.REMOVED,
}
REBLOG = re.compile(r"Reblogged this on\b|Hat (?:dies|das) auf\b.{1,400}?\brebloggt\b", re.DOTALL)
LINK = re.compile(r"""<a\b[^>]*\bhref=["']([^"']+)["']""", re.IGNORECASE)
WITHOUT_TURNS = {ord(character): None for character in DIRECTION_CONTROLS}
SOURCE_METAS = ("webmention_source_url", "semantic_linkbacks_source", "url")


class Rows:
    """Make rows of the comments of one post."""

    def __init__(self, site: SiteImport, post: Post) -> None:
        self.site, self.post, self.receipt = site, post, site.receipt

    def order(self, found: wxr.Comment) -> tuple[datetime, int]:
        """Threads, and answers to one answer, stand in the order they were written."""
        return self._written(found), found.number

    def _written(self, found):
        return self.site.time(found.written) or self.post.published_at or self.post.created_at

    def make(self, found: wxr.Comment) -> Comment:
        kind = self._kind(found)
        address = self._address(found.website, 500)
        body = found.content
        # WordPress knew who was logged in; an address typed by a guest proves nothing.
        author = self.site.people.with_number(found.user) if kind == Kind.COMMENT else None
        row = Comment(
            import_key=self.site.key(found.number),
            post=self.post,
            kind=kind,
            author=author,
            is_verified=author is not None,
            name=self._name(found),
            email=valid_email(found.email, self.receipt),
            website=address if kind == Kind.COMMENT else "",
            source_url=self._source(found, kind, address),
            body=body,
            body_html=clean_comment(body),
            language=guess_language(plain_text(body), self.site.language),
            status=self._status(found),
            status_reason=Comment.Reason.IMPORTED,
            ip=self._ip(found.ip),
            created_at=self._written(found),
        )
        if row.status == Status.REMOVED:
            before = STATUSES.get(found.meta.get("_wp_trash_meta_status", ""), "")
            row.status_before_removal = "" if before == Status.REMOVED else before
        return row

    def _kind(self, found):
        kind = KINDS.get(found.kind)
        if kind is None:
            self.receipt.note(f"kind “{found.kind}” is not known and came in as an answer")
            kind = Kind.COMMENT
        is_reblog = REBLOG.match(plain_text(found.content)) and kind != Kind.WEBMENTION
        return Kind.REBLOG if is_reblog else kind

    def _status(self, found):
        if found.approved not in STATUSES:
            self.receipt.note(
                f"state “{found.approved}” is not known: waits for approval",
                f"number {found.number} (line {found.line})",
            )
        return STATUSES.get(found.approved, Status.PENDING)

    def _name(self, found):
        with override(self.site.language):
            name = plain_text(found.name).translate(WITHOUT_TURNS) or gettext("Anonymous")
        return self.receipt.fitted(name, 120, "names")

    def _source(self, found, kind, address):
        if kind == Kind.COMMENT:
            return ""
        if kind == Kind.REBLOG:
            link = LINK.search(found.content)
            return self._address(link[1], 1000) if link else address
        metas = (found.meta.get(name, "") for name in SOURCE_METAS)
        return self._address(next(filter(None, metas), ""), 1000) or address

    def _address(self, address, limit):
        address = address.replace("&amp;", "&").replace("&#038;", "&").strip()
        if address in {"", "http://", "https://"}:
            return ""
        try:
            validate_web_address(address)
        except ValidationError:
            self.receipt.note("web addresses that are none were dropped", address)
            return ""
        if len(address) > limit:
            self.receipt.note(f"web addresses over {limit} characters were dropped", address)
            return ""
        return address

    def _ip(self, text):
        try:
            return str(ip_address(text)) if text else None
        except ValueError:
            self.receipt.note("IP addresses that are none were dropped", text)
            return None
