"""What editors do with many posts at once: looked at before, then done piece by piece.

An act done twice does nothing the second time, so one that was interrupted is begun again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet, RestrictedError
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import many, publishing, ready
from blog.models import Post
from blog.publishing import Refused, Step
from blog.revisions import PIECE, keep

# Looking at a post's list “Ready?” takes some queries; of more than these it is done post by post.
LOOKED_AT = 100
SECONDS = 8.0  # an answer is not to take longer: what is left then is done by the next one


@dataclass
class Outlook:
    """What an act will do: numbers of posts, and why it will not with others."""

    doing: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    is_guess: bool = False  # more may be refused when their turn comes


@dataclass
class Done:
    done: int = 0
    already: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Act:
    """One thing to do with many posts; `asks` names the field of the form that says with what.

    `permission` is one of the admin's: "change", "publish" or "delete".
    """

    name: str
    label: Any
    permission: str = "change"
    asks: str = ""
    piece: int = PIECE

    def look(self, posts: QuerySet[Post], value: Any, user) -> Outlook:
        raise NotImplementedError

    def do(self, numbers: list[int], value: Any, user) -> dict[int, str]:
        """Do it with these posts, in the caller's transaction; return why it was refused, if so."""
        raise NotImplementedError


@dataclass(frozen=True)
class Setting(Act):
    """Gives all posts the same; `is_so` says which have it, `give` gives it to the others."""

    is_so: Callable[[Any], Q] = Q
    give: Callable[[list[int], Any, Any], None] = lambda numbers, value, user: None
    said: str = ""  # in the log, with the value

    def look(self, posts, value, user):
        every = list(posts.order_by("pk").values_list("pk", flat=True))
        so = set(posts.filter(self.is_so(value)).values_list("pk", flat=True))
        return Outlook([pk for pk in every if pk not in so], sorted(so))

    def do(self, numbers, value, user):
        self.give(numbers, value, user)
        posts = Post.objects.filter(pk__in=numbers).only("title")
        LogEntry.objects.log_actions(user.pk, posts, CHANGE, self.said.format(value))
        return {}


@dataclass(frozen=True)
class Stepping(Act):
    """Takes a step with each post, as its form does; the list “Ready?” is looked at then, too."""

    step: Step = publishing.REVIEW
    piece: int = 1

    def look(self, posts, value, user):
        outlook = Outlook()
        for post in posts.order_by("pk").only("status", "published_at"):
            if self._is_so(post, value):
                outlook.already.append(post.pk)
            elif self.step not in publishing.offered(post, user):
                status = _("scheduled") if publishing.is_scheduled(post) else None
                outlook.refused[post.pk] = _("It is “%(status)s”.") % {
                    "status": status or post.get_status_display()
                }
            else:
                outlook.doing.append(post.pk)
        if self.step.publishes:
            self._look_closer(outlook)
        return outlook

    def do(self, numbers, value, user):
        refused = {}
        for post in Post.objects.filter(pk__in=numbers):
            if value is not None:
                post.published_at = value
            try:
                with transaction.atomic():
                    said = publishing.take(post, self.step, user)
                    keep(post, user)
            except Refused as error:
                refused[post.pk] = str(error)
            else:
                LogEntry.objects.log_actions(user.pk, [post], CHANGE, said)
        return refused

    def _is_so(self, post, value):
        if self.step is publishing.SCHEDULE:
            return post.status == self.step.target and post.published_at == value
        is_there = post.status == self.step.target
        return is_there and (self.step is not publishing.PUBLISH or post.is_public)

    def _look_closer(self, outlook):
        outlook.is_guess = len(outlook.doing) > LOOKED_AT
        looked_at = Post.objects.filter(pk__in=outlook.doing[:LOOKED_AT]).with_card_data()
        for post in looked_at:
            if red := [found.words for found in ready.check(post) if found.is_red]:
                outlook.refused[post.pk] = " ".join(map(str, red))
        outlook.doing = [pk for pk in outlook.doing if pk not in outlook.refused]


@dataclass(frozen=True)
class Deleting(Act):
    piece: int = 1

    def look(self, posts, value, user):
        return Outlook(list(posts.order_by("pk").values_list("pk", flat=True)))

    def do(self, numbers, value, user):
        refused = {}
        for post in Post.objects.filter(pk__in=numbers):
            try:
                with transaction.atomic():
                    LogEntry.objects.log_actions(user.pk, [post], DELETION)
                    post.delete()
            except (ProtectedError, RestrictedError):
                refused[post.pk] = _("Something else still needs it: delete it in its form.")
        return refused


def _tag(numbers, tag, user):
    many.change(numbers, user, lambda posts: tag.posts.add(*posts))


def _untag(numbers, tag, user):
    many.change(numbers, user, lambda posts: tag.posts.remove(*posts))


def _categorise(numbers, category, user):
    many.write(numbers, user, category=category)


def _pin(is_pinned):
    return lambda numbers, _value, user: many.write(numbers, user, is_pinned=is_pinned)


def _policy(numbers, value, user):
    many.write(numbers, user, **value)


ACTS: list[Act] = [
    Setting("set_category", gettext_lazy("Change the category"), asks="category",
            is_so=lambda value: Q(category=value), give=_categorise,
            said="category: {}"),
    Setting("add_tag", gettext_lazy("Add a tag"), asks="tag",
            is_so=lambda value: Q(tags=value), give=_tag, said="tag added: {}"),
    Setting("remove_tag", gettext_lazy("Remove a tag"), asks="tag",
            is_so=lambda value: ~Q(tags=value), give=_untag, said="tag removed: {}"),
    Setting("add_author", gettext_lazy("Add an author"), "publish", asks="author",
            is_so=lambda value: Q(authors=value),
            give=lambda numbers, value, user: many.add_author(numbers, user, value),
            said="author added: {}"),
    Setting("set_policy", gettext_lazy("Change who may answer"), asks="policy",
            is_so=lambda value: Q(**value), give=_policy, said="answers: {0[comment_policy]}"),
    Setting("pin", gettext_lazy("Pin to the top of the front page"), "publish",
            is_so=lambda _value: Q(is_pinned=True), give=_pin(True), said="pinned"),
    Setting("unpin", gettext_lazy("Pin no longer"), "publish",
            is_so=lambda _value: Q(is_pinned=False), give=_pin(False), said="no longer pinned"),
    Stepping("publish", gettext_lazy("Publish now"), "publish", step=publishing.PUBLISH),
    Stepping("schedule", gettext_lazy("Schedule"), "publish", asks="time",
             step=publishing.SCHEDULE),
    Stepping("archive", gettext_lazy("Move into the archive"), "publish",
             step=publishing.ARCHIVE),
    Stepping("draft", gettext_lazy("Back to draft"), step=publishing.DRAFT),
    Deleting("delete", gettext_lazy("Delete"), "delete"),
]  # fmt: skip


def run(act: Act, posts: QuerySet[Post], value: Any, user) -> Done:
    """Do `act` with `posts`, those that `user` may change, until time is up.

    Each piece is a transaction of its own, and looks again at what it does.
    """
    until = time.monotonic() + SECONDS
    result = Done()
    pieces = batched(posts.order_by("pk").values_list("pk", flat=True), act.piece)
    for piece in pieces:
        _do_piece(act, posts.filter(pk__in=piece), value, user, result)
        if time.monotonic() > until:
            break
    result.left = [pk for piece in pieces for pk in piece]
    return result


@transaction.atomic
def _do_piece(act, posts, value, user, result):
    list(posts.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk"))
    outlook = act.look(posts, value, user)
    refused = outlook.refused | (act.do(outlook.doing, value, user) if outlook.doing else {})
    result.refused |= refused
    result.already += len(outlook.already)
    result.done += len(set(outlook.doing) - set(refused))
