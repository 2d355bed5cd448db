"""The way of a post: draft, in review, published (scheduled if its time is to come), archived.

Every change of status by a person is one of the STEPS here; who may take it stands in the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog import ready
from blog.deskadmin import may_publish
from blog.models import Override, Post

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Status = Post.Status


class Refused(Exception):
    """A step that was not taken; says why, to the person who asked."""


@dataclass(frozen=True)
class Step:
    name: str
    label: StrOrPromise
    target: str
    done: StrOrPromise
    publishes: bool = False


REVIEW = Step(
    "_review", gettext_lazy("Submit for review"), Status.IN_REVIEW,
    gettext_lazy("It waits for review now."),
)  # fmt: skip
PUBLISH = Step(
    "_publish", gettext_lazy("Publish now"), Status.PUBLISHED,
    gettext_lazy("It is published."), publishes=True,
)  # fmt: skip
SCHEDULE = Step(
    "_schedule", gettext_lazy("Schedule for the time given"), Status.PUBLISHED,
    gettext_lazy("It appears by itself when its time has come."), publishes=True,
)  # fmt: skip
DRAFT = Step(
    "_draft", gettext_lazy("Back to draft"), Status.DRAFT, gettext_lazy("It is a draft again.")
)
ARCHIVE = Step(
    "_archive", pgettext_lazy("step of a post", "Archive"), Status.ARCHIVED,
    gettext_lazy("It is archived: out of all lists, its page stays."),
)  # fmt: skip
STEPS = [REVIEW, PUBLISH, SCHEDULE, DRAFT, ARCHIVE]


def is_scheduled(post: Post) -> bool:
    return post.status == Status.PUBLISHED and not post.is_public


def offered(post: Post, user) -> list[Step]:
    """Return the steps that `user` may take with `post` as it stands."""
    by_editors = {
        Status.DRAFT: [REVIEW, PUBLISH, SCHEDULE],
        Status.IN_REVIEW: [PUBLISH, SCHEDULE, DRAFT],
        Status.PUBLISHED: [PUBLISH, SCHEDULE, DRAFT] if is_scheduled(post) else [DRAFT, ARCHIVE],
        Status.ARCHIVED: [PUBLISH, DRAFT],
    }
    by_authors = {Status.DRAFT: [REVIEW], Status.IN_REVIEW: [DRAFT]}
    found: dict = by_editors if may_publish(user) else by_authors
    return found.get(Status(post.status), [])


@transaction.atomic
def take(post: Post, step: Step, user, *, reason: str = "") -> str:
    """Take a step with a saved post; return what the log says of it.

    Raise Refused, and leave the post as it is, if the step is not offered (any more), if there is
    no time to schedule for, or if the list "Ready?" has something red and no reason is given.
    """
    before = Post.objects.select_for_update().values_list("status", flat=True).get(pk=post.pk)
    post.status = before
    if step not in offered(post, user):
        status = post.get_status_display()
        raise Refused(_("“%(step)s” is not possible: the post is “%(status)s”.")
                      % {"step": step.label, "status": status})  # fmt: skip
    override = _passed(post, user, reason.strip()) if step.publishes else None
    _set_time(post, step)
    post.status = step.target
    post.save()
    spite = f"; although {', '.join(override.codes)}: {override.reason}" if override else ""
    return f"status: {before} → {_standing(post)}{spite}"


def _standing(post):
    return "scheduled" if is_scheduled(post) else post.status


def _set_time(post, step):
    now = timezone.now()
    if step is SCHEDULE and (post.published_at is None or post.published_at <= now):
        raise Refused(_("To schedule a post, give a date and a time that are still to come."))
    # Who publishes again what was public before keeps its date.
    if step is PUBLISH and (post.published_at is None or post.published_at > now):
        post.published_at = now


def _passed(post, user, reason):
    """Return None if nothing red is left, the Override if there is and a reason was given."""
    codes = list(dict.fromkeys(found.code for found in ready.check(post) if found.is_red))
    if not codes:
        return None
    if not reason:
        raise Refused(_("The list “Ready?” has something left to do. Do it, or give a reason."))
    name = (user.get_short_name() or user.get_username())[:150]
    override = Override(post=post, codes=codes, reason=reason, user=user, name=name)
    try:
        override.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    override.save()
    return override
