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

    class Meta(Errand.Meta):
        verbose_name = _("spam check")
        verbose_name_plural = _("spam checks")

    def __str__(self):
        return f"{self.comment_id}: {self.verdict}"


class SpamFeedback(Errand):
    """A moderator's decision that Akismet is to learn from."""

    class Kind(models.TextChoices):
        HAM = "ham", _("no spam")
        SPAM = "spam", _("spam")

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="spam_feedback", verbose_name=_("comment")
    )
    kind = models.CharField(_("decision"), max_length=4, choices=Kind)

    class Meta(Errand.Meta):
        verbose_name = _("feedback on spam")
        verbose_name_plural = _("feedback on spam")

    def __str__(self):
        return f"{self.comment_id}: {self.kind}"
