"""Who wants to be told of answers, and the mails that tell them, as rows."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand, ErrandQuerySet
from blog.models import Author, Post
from comments.models.comment import Comment

CONFIRM_WITHIN = timedelta(days=7)
# Anybody can type anybody's address: it is asked once in this time, whatever is typed how often.
ONE_QUESTION_PER = timedelta(days=1)


def email_mark(author: Author) -> str:
    """Return what a mailed link holds of the address it went to: it dies with the address."""
    return salted_hmac("comments.follow", author.email or "", algorithm="sha256").hexdigest()[:32]


def new_nonce() -> str:
    return get_random_string(22)


class FollowQuerySet(models.QuerySet):
    def pending(self):
        """What may still be confirmed."""
        return self.filter(
            state=Follow.State.PENDING, created_at__gt=timezone.now() - CONFIRM_WITHIN
        )

    def overdue(self):
        return self.filter(
            state=Follow.State.PENDING, created_at__lte=timezone.now() - CONFIRM_WITHIN
        )

    def active(self):
        return self.filter(state=Follow.State.ACTIVE)

    def covering(self, comment: Comment):
        """Active ones that want to hear of `comment`; a union, so that each part has its index."""
        active = self.active().order_by()
        return active.filter(scope=Follow.Scope.POST, post=comment.post_id).union(
            active.filter(scope=Follow.Scope.THREAD, comment__tree_id=comment.tree_id),
            active.filter(scope=Follow.Scope.ANSWER, comment__children=comment.pk),
        )


class Follow(models.Model):
    """That a person wants a mail when somebody answers; nothing is sent before they confirmed."""

    class Scope(models.TextChoices):
        ANSWER = "answer", _("answers to this answer")
        THREAD = "thread", _("everything in this thread")
        POST = "post", _("everything under this post")
        NONE = "none", _("nothing; I only say that I wrote it")

    class State(models.TextChoices):
        PENDING = "pending", _("not confirmed yet")
        ACTIVE = "active", _("active")
        ENDED = "ended", _("ended")

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="follows", verbose_name=_("person")
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="follows", verbose_name=_("post"))
    comment = models.ForeignKey(
        Comment,
        models.SET_NULL,  # who follows the whole post goes on doing so
        null=True,
        related_name="follows",
        verbose_name=_("answer"),
    )
    scope = models.CharField(_("what"), max_length=6, choices=Scope, default=Scope.ANSWER)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    nonce = models.CharField(max_length=22, default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish to be told")
        verbose_name_plural = _("wishes to be told")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["author", "comment"], name="follow_once")]
        indexes = [
            models.Index(
                fields=["post", "scope"], condition=Q(state="active"), name="follow_active"
            )
        ]

    def __str__(self):
        return f"{self.author_id}: {self.get_scope_display()}"

    def activate(self, scope: str) -> None:
        """Begin to send, a new row or a confirmed one; saves it."""
        self.scope, self.state, self.confirmed_at = scope, self.State.ACTIVE, timezone.now()
        self.save()


class FollowMailQuerySet(ErrandQuerySet):
    def next_slot(self, author: Author) -> datetime:
        """Return when `author` may be asked next. The caller holds the lock on their row."""
        sent = self.filter(author=author, sent_at__isnull=False)
        last = sent.aggregate(last=Max("sent_at"))["last"]
        return max(timezone.now(), last + ONE_QUESTION_PER) if last else timezone.now()


class FollowMail(Errand):
    """The question whether an address is that of who typed it; confirms all they asked for."""

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="follow_mails", verbose_name=_("person")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    used_at = models.DateTimeField(_("link used"), null=True, blank=True)

    objects = FollowMailQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Errand.Meta):
        verbose_name = _("question by mail")
        verbose_name_plural = _("questions by mail")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["author"], condition=Q(done_at=None), name="followmail_one_open"
            )
        ]

    def __str__(self):
        return f"{self.author_id}, {self.created_at:%Y-%m-%d %H:%M}"


class Digest(Errand):
    """One mail a day to a post's author; its parts are the AnswerMail rows that point to it."""

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="digests", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(Errand.Meta):
        verbose_name = _("daily mail")
        verbose_name_plural = _("daily mails")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["author", "day"], name="digest_once")]

    def __str__(self):
        return f"{self.author_id}, {self.day}"


class AnswerMailQuerySet(ErrandQuerySet):
    def due(self) -> Self:
        """Those that go out by themselves; what a daily mail gathers is sent by its Digest."""
        return super().due().filter(digest=None)

    def with_mail_data(self):
        return self.select_related("author", "follow", "comment__post")


class AnswerMail(Errand):
    """That one person is told of one answer: once, whatever they follow."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("somebody answered")
        APPROVED = "approved", _("own answer appeared")
        POST = "post", _("answer to an own post")

    author = models.ForeignKey(
        Author, models.CASCADE, related_name="answer_mails", verbose_name=_("person")
    )
    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="answer_mails", verbose_name=_("answer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    follow = models.ForeignKey(
        Follow,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("because of"),
    )
    digest = models.ForeignKey(
        Digest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("daily mail"),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    acted_at = models.DateTimeField(_("decided by its link"), null=True, blank=True)

    objects = AnswerMailQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Errand.Meta):
        verbose_name = _("mail about an answer")
        verbose_name_plural = _("mails about answers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["author", "comment"], name="answermail_once")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.comment_id}"
