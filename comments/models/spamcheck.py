"""Outside effects of a comment as rows: a verdict waited for, a decision waiting to be told."""

from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from comments.models.comment import Comment


class SpamCheck(Errand):
    """A comment that waits for Akismet's verdict, or has it."""

    class Verdict(models.TextChoices):
        UNKNOWN = "unknown", _("don't know")
        HAM = "ham", _("no spam")
        SPAM = "spam", _("spam")
        DISCARD = "discard", _("blatant spam")

    comment = models.OneToOneField(
        Comment, models.CASCADE, related_name="spam_check", verbose_name=_("comment")
    )
    verdict = models.CharField(_("verdict"), max_length=7, choices=Verdict, default=Verdict.UNKNOWN)
    guid = models.CharField(max_length=100, blank=True, editable=False, db_index=True)
    fields = models.JSONField(
        _("sent"),
        default=dict,
        help_text=_("Exactly what was sent; feedback has to repeat it."),
    )

    asked_at = models.DateTimeField(
        _("asked"), null=True, blank=True, help_text=_("When this was last sent to Akismet.")
    )

    class Meta(Errand.Meta):
        verbose_name = _("spam check")
        verbose_name_plural = _("spam checks")

    def __str__(self):
        return f"{self.comment_id}: {self.verdict}"

    @property
    def was_sent(self):
        """Whether Akismet knows these fields, so that feedback on them makes sense."""
        return self.asked_at is not None and bool(self.fields)

    def believed(self) -> "SpamFeedback.Kind":
        """Return what Akismet holds the comment to be: its verdict, or what it was last told.

        What it gave no verdict on counts as ham: it was not caught.
        """
        told = SpamFeedback.objects.filter(comment=self.comment_id).order_by("-pk").first()
        if told is not None:
            return SpamFeedback.Kind(told.kind)
        is_spam = self.verdict in {self.Verdict.SPAM, self.Verdict.DISCARD}
        return SpamFeedback.Kind.SPAM if is_spam else SpamFeedback.Kind.HAM


class SpamFeedback(Errand):
    """A moderator's decision that Akismet is to learn from."""

    class Kind(models.TextChoices):
        HAM = "ham", _("no spam")
        SPAM = "spam", _("spam")

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="spam_feedback", verbose_name=_("comment")
    )
    kind = models.CharField(_("decision"), max_length=4, choices=Kind)
    reporter = models.CharField(_("decided by"), max_length=150, help_text=_("Sent to Akismet."))

    class Meta(Errand.Meta):
        verbose_name = _("feedback on spam")
        verbose_name_plural = _("feedback on spam")

    def __str__(self):
        return f"{self.comment_id}: {self.kind}"

    def fields_for(self, check: SpamCheck) -> dict:
        """Return what was sent for the check, with who decided and what Akismet had said."""
        said = {
            SpamCheck.Verdict.HAM: {"comment_check_response": "false"},
            SpamCheck.Verdict.SPAM: {"comment_check_response": "true"},
            SpamCheck.Verdict.DISCARD: {"comment_check_response": "true"},
        }
        verdict = SpamCheck.Verdict(check.verdict)
        sent = {name: value for name, value in check.fields.items() if name != "callback"}
        return sent | said.get(verdict, {}) | {"reporter": self.reporter}


class AkismetState(models.Model):
    """One row: how Akismet is, as every worker sees it. After five failures it is left in peace."""

    FAILURES_UNTIL_PAUSE = 5
    SHORTEST_PAUSE = timedelta(minutes=1)
    LONGEST_PAUSE = timedelta(hours=6)

    failure_count = models.PositiveIntegerField(_("failures in a row"), default=0)
    paused_until = models.DateTimeField(_("not asked until"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True)
    alert_code = models.CharField(_("alert"), max_length=20, blank=True)
    alert_message = models.CharField(_("alert in Akismet's words"), max_length=500, blank=True)
    usage = models.JSONField(_("usage"), default=dict, blank=True)
    usage_at = models.DateTimeField(_("usage as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of Akismet")
        verbose_name_plural = _("state of Akismet")

    def __str__(self):
        return "Akismet"

    @classmethod
    def load(cls) -> Self:
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def pause(cls) -> timedelta | None:
        """Return how long nothing is to be asked; None if Akismet may be asked now."""
        until = cls.load().paused_until
        return until - timezone.now() if until and until > timezone.now() else None

    @classmethod
    @transaction.atomic
    def note_success(cls, alert_code: str = "", alert_message: str = "") -> None:
        """An answer came; an alert lasts as long as answers bring it."""
        cls.load()
        cls.objects.filter(pk=1).update(
            failure_count=0,
            paused_until=None,
            alert_code=alert_code[:20],
            alert_message=alert_message[:500],
        )

    @classmethod
    @transaction.atomic
    def note_failure(cls, error: str, *, retry_after: timedelta | None = None) -> None:
        """No answer came: from the fifth on pause, twice as long each time, or as Akismet says."""
        cls.load()
        state = cls.objects.select_for_update().get(pk=1)
        state.failure_count += 1
        state.last_error, state.last_error_at = error[:200], timezone.now()
        over = state.failure_count - cls.FAILURES_UNTIL_PAUSE
        pause = retry_after
        if pause is None and over >= 0:
            pause = min(cls.SHORTEST_PAUSE * 2 ** min(over, 10), cls.LONGEST_PAUSE)
        if pause is not None:
            state.paused_until = timezone.now() + pause
        state.save()
