"""Two rows of one person made one, and parted again.

The row that goes is kept as the row of its address: what somebody has agreed to by a mail to that
address (subscriptions, wishes to be told) stays with it, and so does the proof. What is public of
the person moves to the row that stays, and so does the account.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Author, AuthorMerge, PostAuthor, Redirect
from blog.models.redirect import own_path
from blog.revisions import keep_all


@dataclass(frozen=True)
class Share:
    """What one part of the site holds of people; each function gets the row that stays first.

    `survey` says in words what will happen, `move` does it and returns as JSON what `back` needs.
    """

    name: str
    survey: Callable[[Author, Author], list[str]]
    move: Callable[[Author, Author], Any] = lambda target, source: None
    back: Callable[[Author, Author, Any], None] = lambda target, source, moved: None


def obstacles(target: Author, source: Author) -> list[str]:
    """Return what speaks against joining `source` to `target`, in words; for people to decide."""
    found = []
    if target.pk == source.pk or target.merged_into_id or source.merged_into_id:
        found.append(_("One of them has been joined to another person already."))
    if target.user_id and source.user_id:
        found.append(_("Both have an account. Take one of them away first."))
    if source.email and not target.email:
        found.append(_("This one has no e-mail address, and the other one has: let that one stay."))
    return found


def survey(target: Author, source: Author) -> list[str]:
    return [line for share in SHARES for line in share.survey(target, source)]


@transaction.atomic
def merge(target: Author, source: Author, user) -> AuthorMerge:
    """Join `source` to `target`; raise ValidationError if something speaks against it."""
    target, source = _locked(target, source)
    if found := obstacles(target, source):
        raise ValidationError(found)
    joined = list(source.merged.values_list("pk", flat=True))
    source.merged.update(merged_into=target)
    source.merged_into = target
    source.save()
    moved = {share.name: share.move(target, source) for share in SHARES} | {"joined": joined}
    target.save()
    Redirect.objects.move(own_path(source), own_path(target))
    keep_all([row["post"] for row in moved["posts"]], user)
    return AuthorMerge.objects.create(target=target, source=source, moved=moved, user=user)


@transaction.atomic
def undo(merged: AuthorMerge, user) -> None:
    """Part them again: what was moved goes back, as far as it is still where it was moved to.

    Raise ValidationError if the one that stayed has been joined to somebody else since.
    """
    target, source = _locked(merged.target, merged.source)
    merged = AuthorMerge.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    if merged.undone_at or source.merged_into_id != target.pk:
        raise ValidationError(_("They have been parted, or joined to somebody else, since."))
    source.merged_into = None
    source.save()
    target.merged.filter(pk__in=merged.moved["joined"]).update(merged_into=source)
    for share in SHARES:
        share.back(target, source, merged.moved[share.name])
    target.save()
    source.save()
    Redirect.objects.free(own_path(source))
    keep_all([row["post"] for row in merged.moved["posts"]], user)
    merged.undone_at = timezone.now()
    merged.save(update_fields=["undone_at"])


def _locked(*rows: Author) -> list[Author]:
    """Read the rows again, locked in the order of their keys; in the order given."""
    found = Author.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    by_key = {row.pk: row for row in found.filter(pk__in=[row.pk for row in rows])}
    return [by_key[row.pk] for row in rows]


def _survey_posts(target, source):
    count = source.bylines.count()
    text = ngettext("%(count)d post", "%(count)d posts", count) % {"count": count}
    return [text] if count else []


def _move_posts(target, source):
    """Put `target` where `source` stands; where both do, the place of `source` goes."""
    also = set(target.bylines.values_list("post", flat=True))
    moved = []
    for byline in source.bylines.order_by("post"):
        has_both = byline.post_id in also
        moved.append({"post": byline.post_id, "position": byline.position, "both": has_both})
        if has_both:
            byline.delete()
        else:
            byline.author = target
            byline.save()
    return moved


def _posts_back(target, source, moved):
    rows = {row.post_id: row for row in target.bylines.filter(post__in=[m["post"] for m in moved])}
    for place in moved:
        byline = rows.get(place["post"])
        if byline is None:
            continue  # somebody has taken the person off this post
        if place["both"]:
            byline = PostAuthor(post_id=byline.post_id, position=place["position"])
        byline.author = source
        byline.save()


# What a row takes of the other one where it has nothing itself.
TAKEN = ["website", "bio_de", "bio_en", "portrait"]


def _taken(target, source):
    return [name for name in TAKEN if getattr(source, name) and not getattr(target, name)]


def _survey_page(target, source):
    fields = [str(Author._meta.get_field(name).verbose_name) for name in _taken(target, source)]
    lines = [_("Taken over, because it is empty here: %(fields)s") % {"fields": ", ".join(fields)}]
    lines = lines if fields else []
    if source.user_id and not target.user_id:
        lines.append(_("The account “%(name)s”") % {"name": source.user.get_username()})
    params = {"old": source.slug, "new": target.slug}
    lines.append(_("The page /%(old)s/ leads to /%(new)s/.") % params)
    if source.email and target.email:
        text = _("%(email)s stays on record: only what was agreed to with it goes there.")
        lines.append(text % {"email": source.email})
    return lines


def _move_page(target, source):
    moved = {"user": None, "fields": {}}
    for name in _taken(target, source):
        value = getattr(source, name)
        moved["fields"][name] = value if isinstance(value, str) else value.name
        setattr(target, name, moved["fields"][name])
        setattr(source, name, "")
    if source.user_id and not target.user_id:
        moved["user"] = target.user_id = source.user_id
        source.user = None
    moved["invited"] = list(source.invited.values_list("pk", flat=True))
    source.invited.update(invited_by=target)
    if target.invited_by_id is None and source.invited_by_id not in {None, target.pk}:
        moved["invited_by"] = target.invited_by_id = source.invited_by_id
        target.invited_at = source.invited_at
    source.save()  # before the other one: of two rows only one may have the account
    return moved


def _page_back(target, source, moved):
    for name, value in moved["fields"].items():
        if str(getattr(target, name)) == value and not getattr(source, name):
            setattr(target, name, "")
            setattr(source, name, value)
    if moved["user"] and target.user_id == moved["user"] and source.user_id is None:
        target.user = None
        target.save()
        source.user_id = moved["user"]
    target.invited.filter(pk__in=moved["invited"]).update(invited_by=source)
    if moved.get("invited_by") and target.invited_by_id == moved["invited_by"]:
        target.invited_by = target.invited_at = None


# Apps that blog does not know add theirs.
SHARES: list[Share] = [
    Share("page", _survey_page, _move_page, _page_back),
    Share("posts", _survey_posts, _move_posts, _posts_back),
]
