"""Outside effects of a comment as rows: a verdict waited for, a decision waiting to be told."""

from django.db import models
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
    guid = models.CharField(max_length=100, blank=True, editable=False)
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
        return check.fields | said.get(verdict, {}) | {"reporter": self.reporter}
