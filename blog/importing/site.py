"""One site's people, terms and posts. The caller holds the transaction."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, override

from blog import wordpress
from blog.importing.people import People
from blog.importing.pictures import Pictures
from blog.importing.receipt import Receipt
from blog.importing.terms import Terms
from blog.language import guess_language
from blog.models import OldAddress, Post, PostAuthor
from blog.models.oldaddress import POSTS
from blog.models.redirect import by_number, plain_path
from blog.revisions import PIECE, keep_all
from blog.shortcodes import GalleryPicture
from blog.slugs import free_slug, make_slug
from blog.text import clean_post, plain_text
from blog.wxr import Item, Moment, Survey

STATUSES = {
    "publish": Post.Status.PUBLISHED,
    "future": Post.Status.PUBLISHED,  # a time still to come
    "pending": Post.Status.IN_REVIEW,
    "draft": Post.Status.DRAFT,
    "private": Post.Status.DRAFT,
}
NOT_POSTS = {
    "page": "pages (only posts are imported)",
    "attachment": "attachments (pictures come with the posts that show them, by --media)",
    "revision": "earlier versions of posts",
    "nav_menu_item": "menu entries",
}
NOT_FOUND = "not found under --media, or no pictures,"
GONE = {"trash": "posts in the bin", "auto-draft": "posts never begun", "inherit": "versions"}


class SiteImport:
    def __init__(
        self,
        survey: Survey,
        receipt: Receipt,
        pictures: Pictures,
        *,
        language: str = "",
        trusts_gmt: bool = False,
    ) -> None:
        self.survey, self.receipt, self.pictures = survey, receipt, pictures
        self.language = language or _our_language(survey.site.language)
        self.uses_gmt = trusts_gmt or survey.has_own_gmt
        self.people = People(survey.authors, self.language, receipt)
        self.terms = Terms(survey.categories, survey.tags, self.language, receipt)
        self._without_revision: list[int] = []
        self.gallery = {
            number: GalleryPicture(found.address, plain_text(found.alt))
            for number, found in survey.attachments.items()
        }
        if not self.uses_gmt:
            receipt.note(
                "the GMT times are the local times throughout, so all are read as "
                f"{settings.TIME_ZONE} (--trust-gmt: as GMT)",
                survey.site.title,
            )

    def key(self, number: int) -> str:
        """Return what names row `number` of this site for ever, whatever scheme it is served by."""
        parts = urlsplit(self.survey.site.address)
        return f"{parts.netloc.lower()}{parts.path.rstrip('/')}#{number}"

    def time(self, moment: Moment) -> datetime | None:
        """Return the aware time of a moment, None if the file has none.

        GMT is what WordPress trusts. A site whose clock was never set has the same in both, and
        its readers took the one they saw for local time: so do we.
        """
        if moment.gmt and (self.uses_gmt or moment.local is None):
            return moment.gmt.replace(tzinfo=UTC)
        return timezone.make_aware(moment.local) if moment.local else None

    def add(self, item: Item) -> Post | None:
        """Return the post of an item, made unless it was imported before; None if left out."""
        what = plain_text(item.title) or item.link or f"number {item.number}"
        reason = _why_not(item)
        if reason:
            self.receipt.leave_out(reason, "" if item.kind == "attachment" else what)
            if item.comments:
                number = len(item.comments)
                self.receipt.leave_out("answers to what was left out", f"{number} to {what}")
            return None
        post = Post.objects.filter(import_key=self.key(item.number)).first()
        if post:
            self.receipt.was_here["posts"] += 1
            return post
        return self._add_post(item, what)

    def _add_post(self, item, what):
        body = wordpress.convert(item.content, self.pictures.find, self.gallery)
        self._report_body(body, what)
        language = guess_language(plain_text(f"{item.title} {body.html}"), self.language)
        category, tags = self.terms.of_item(item.terms, _primary(item), what)
        post = Post(
            import_key=self.key(item.number),
            title=self._title(item, body, language),
            slug=_slug(item.slug, language),
            language=language,
            excerpt=plain_text(item.excerpt) or body.teaser,
            body=clean_post(body.html),
            category=category,
            comment_policy="open" if item.comments_open else "closed",
            accepts_linkbacks=item.pings_open,
            **self._status(item, what),
        )
        self._add_cover(post, item, what)
        post.save()
        self._add_bylines(post, item)
        post.tags.add(*tags)
        self._set_dates(post, item)
        self._add_old_addresses(post, item)
        self._without_revision.append(post.pk)
        if len(self._without_revision) == PIECE:
            self.finish()
        self.receipt.came_in["posts"] += 1
        return post

    def finish(self) -> None:
        """Write the first revisions of the posts added last; call it after the last item."""
        keep_all(self._without_revision)
        self._without_revision = []

    def _title(self, item, body, language):
        with override(language):
            title = plain_text(item.title) or Truncator(plain_text(body.html)).words(8)
            return self.receipt.fitted(title or gettext("Untitled"), 200, "titles")

    def _status(self, item, what):
        status = STATUSES.get(item.status, Post.Status.DRAFT)
        published_at = self.time(item.published) if item.status in {"publish", "future"} else None
        if status == Post.Status.PUBLISHED and published_at is None:
            status = Post.Status.DRAFT
            self.receipt.note("posts without a date came in as drafts", what)
        if item.status == "private" or item.status not in STATUSES:
            self.receipt.note(f"posts of status “{item.status}” came in as drafts", what)
        if item.is_sticky:
            self.receipt.note("sticky posts are not kept at the top", what)
        return {"status": status, "published_at": published_at}

    def _report_body(self, body, what):
        for address in body.lost_pictures:
            self.receipt.note(f"pictures {NOT_FOUND} became links", address)
        for name in sorted(body.unknown_shortcodes):
            self.receipt.note(f"shortcode [{name}] is not known and stays as text", what)

    def _add_cover(self, post, item, what):
        number = item.meta.get("_thumbnail_id", "").strip()
        attachment = self.survey.attachments.get(int(number)) if number.isdecimal() else None
        if attachment is None:
            return
        addresses = (attachment.path, attachment.address)
        media = next(filter(None, (self.pictures.media(name) for name in addresses)), None)
        if media is None:
            self.receipt.note(
                f"cover pictures {NOT_FOUND} were left out", attachment.address or what
            )
            return
        post.cover = media
        post.cover_alt = self.receipt.fitted(
            plain_text(attachment.alt), 250, "descriptions of covers"
        )
        self.receipt.came_in["cover pictures"] += 1

    def _add_bylines(self, post, item):
        bylines = [term for term in item.terms if term.domain == "author"]
        authors = [self.people.co_author(term.slug, term.name) for term in bylines]
        authors = [author for author in authors if author] or [self.people.with_login(item.creator)]
        if authors == [None]:
            self.receipt.note("posts without an author", post.title)
            return
        unique = dict.fromkeys(authors)
        PostAuthor.objects.bulk_create(
            PostAuthor(post=post, author=author, position=position)
            for position, author in enumerate(unique)
        )

    def _set_dates(self, post, item):
        """Both fields set themselves on save; lists and feeds want the times they had."""
        created_at = self.time(item.published)
        if created_at:
            updated_at = self.time(item.modified) or created_at
            Post.objects.filter(pk=post.pk).update(created_at=created_at, updated_at=updated_at)

    def _add_old_addresses(self, post, item):
        # WordPress answers there whatever the address is; of two sites, the first has the numbers.
        number, told = by_number(item.number), self._told_addresses(post, item)
        rows = [OldAddress(path=path, post=post) for path in dict.fromkeys([number, *told])]
        OldAddress.objects.bulk_create(rows, ignore_conflicts=True)
        lead_here = OldAddress.objects.filter(post=post, path__in=told)
        found = set(lead_here.values_list("path", flat=True))
        self.receipt.came_in["old addresses that redirect"] += len(found)
        for path in told:
            if path not in found:
                self.receipt.note("addresses that already lead to another post", path)

    def _told_addresses(self, post, item):
        """Return the addresses an item had, for the receipt; its number only if it had no other."""
        path = plain_path(urlsplit(item.link).path)
        if path == "/":
            return [by_number(item.number)]
        folder = path.rpartition("/")[0]
        paths = dict.fromkeys([path, *(f"{folder}/{unquote(slug)}" for slug in item.old_slugs)])
        paths.pop(f"{POSTS}{post.slug}", None)
        too_long = [path for path in paths if len(path) > 500]
        for path in too_long:
            self.receipt.note("addresses over 500 characters are not redirected", path)
        return [path for path in paths if path not in too_long]


def _why_not(item):
    """Return why an item is left out, or "" if it comes in."""
    if item.kind != "post":
        return NOT_POSTS.get(item.kind, f"items of kind “{item.kind}”")
    if item.password:
        return "posts behind a password (they would be public here)"
    return GONE.get(item.status, "")


def _primary(item):
    number = item.meta.get("_yoast_wpseo_primary_category", "").strip()
    return int(number) if re.fullmatch(r"\d{1,18}", number) else 0


def _slug(wp_slug, language):
    """Return the slug an item had if it is free, "" if it had none: then the title makes it."""
    slug = make_slug(unquote(wp_slug), language)
    return free_slug(slug, Post.objects.all(), fallback="post") if slug else ""


def _our_language(code):
    code = code.partition("-")[0].lower()
    known = {language for language, _name in settings.LANGUAGES}
    return code if code in known else settings.LANGUAGE_CODE
