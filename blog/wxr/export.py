"""From elements to records: which element holds what."""

from collections.abc import Iterator
from pathlib import Path

from blog.wxr.records import Attachment, Author, Comment, Item, ItemTerm, Site, Survey, Term
from blog.wxr.stream import Stream, WxrError


class Export:
    """One WXR file; its items can be read again and again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = Stream(path)

    @property
    def removed_characters(self) -> int:
        return self._stream.removed_characters

    def survey(self) -> Survey:
        """Read the whole file once and return what it says of itself.

        Raise WxrError, also for a wrong value in an item: so nothing is written before.
        """
        channel: dict[str, str] = {}
        survey = Survey()
        for fields in self._stream.children():
            match fields.name:
                case "wp:author":
                    survey.authors.append(_author(fields))
                case "wp:category":
                    survey.categories.append(_category(fields))
                case "wp:tag":
                    survey.tags.append(_tag(fields))
                case "item":
                    _survey_item(_item(fields), survey)
                case name if not fields.children:
                    channel.setdefault(name, fields.own_text())
        survey.site = _site(self._stream.version, channel)
        return survey

    def items(self) -> Iterator[Item]:
        """Yield the items with their comments in the order of the file."""
        for fields in self._stream.children():
            if fields.name == "item":
                yield _item(fields)


def _site(version, channel):
    address = channel.get("wp:base_blog_url") or channel.get("wp:base_site_url")
    address = (address or channel.get("link", "")).strip()
    if not address:
        raise WxrError(1, "channel", "the address of the site (wp:base_blog_url) is missing")
    if len(address) > 150:
        raise WxrError(1, "wp:base_blog_url", f"{len(address)} characters; 150 are the most")
    title = " ".join(channel.get("title", "").split())
    return Site(version, title, channel.get("language", "").strip(), address)


def _author(fields):
    return Author(
        number=fields.number("wp:author_id"),
        login=fields.line_of_text("wp:author_login"),
        email=fields.line_of_text("wp:author_email"),
        name=fields.line_of_text("wp:author_display_name"),
    )


def _category(fields):
    return Term(
        number=fields.number("wp:term_id"),
        slug=fields.line_of_text("wp:category_nicename"),
        name=fields.line_of_text("wp:cat_name"),
        parent=fields.line_of_text("wp:category_parent"),
        description=fields.text("wp:category_description"),
    )


def _tag(fields):
    return Term(
        number=fields.number("wp:term_id"),
        slug=fields.line_of_text("wp:tag_slug"),
        name=fields.line_of_text("wp:tag_name"),
    )


def _survey_item(item, survey):
    moments = [item.published, *(comment.written for comment in item.comments)]
    survey.has_own_gmt |= any(
        None not in (moment.local, moment.gmt) and moment.local != moment.gmt for moment in moments
    )
    if item.kind == "attachment":
        survey.attachments[item.number] = Attachment(
            item.number,
            item.attachment_url,
            item.meta.get("_wp_attached_file", ""),
            item.meta.get("_wp_attachment_image_alt", ""),
        )


def _item(fields):
    metas = [(meta.text("wp:meta_key"), meta) for meta in fields.all("wp:postmeta")]
    return Item(
        line=fields.line,
        number=fields.number("wp:post_id", required=True),
        kind=fields.line_of_text("wp:post_type") or "post",
        status=fields.line_of_text("wp:status"),
        title=fields.line_of_text("title"),
        slug=fields.line_of_text("wp:post_name"),
        link=fields.line_of_text("link"),
        creator=fields.line_of_text("dc:creator"),
        content=fields.text("content:encoded"),
        excerpt=fields.text("excerpt:encoded"),
        password=fields.text("wp:post_password"),
        is_sticky=fields.number("wp:is_sticky") == 1,
        comments_open=fields.text("wp:comment_status").strip() == "open",
        pings_open=fields.text("wp:ping_status").strip() == "open",
        published=fields.moment("wp:post_date"),
        modified=fields.moment("wp:post_modified"),
        terms=tuple(_item_terms(fields)),
        meta={key: meta.text("wp:meta_value") for key, meta in metas},
        old_slugs=tuple(
            meta.line_of_text("wp:meta_value") for key, meta in metas if key == "_wp_old_slug"
        ),
        attachment_url=fields.line_of_text("wp:attachment_url"),
        comments=tuple(_comment(comment) for comment in fields.all("wp:comment")),
    )


def _item_terms(fields):
    for term in fields.all("category"):
        # WXR 1.0 also writes each category a second time without these.
        domain, slug = term.element.get("domain", ""), term.element.get("nicename", "")
        if domain and slug:
            domain = "post_tag" if domain == "tag" else domain
            yield ItemTerm(domain, slug, " ".join(term.own_text().split()))


def _comment(fields):
    metas = fields.all("wp:commentmeta")
    return Comment(
        line=fields.line,
        number=fields.number("wp:comment_id", required=True),
        parent=fields.number("wp:comment_parent"),
        user=fields.number("wp:comment_user_id"),
        kind=fields.line_of_text("wp:comment_type") or "comment",
        approved=fields.line_of_text("wp:comment_approved"),
        name=fields.line_of_text("wp:comment_author"),
        email=fields.line_of_text("wp:comment_author_email"),
        website=fields.line_of_text("wp:comment_author_url"),
        ip=fields.line_of_text("wp:comment_author_IP"),
        written=fields.moment("wp:comment_date"),
        content=fields.text("wp:comment_content"),
        meta={meta.text("wp:meta_key"): meta.text("wp:meta_value") for meta in metas},
    )
