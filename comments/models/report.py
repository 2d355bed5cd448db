"""What readers report, and the mails that tell them what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from blog.validators import validate_line, validate_text
from comments.models.comment import Comment


class ReportQuerySet(models.QuerySet):
    def open(self):
        """Reports that nobody has decided about."""
        return self.filter(handled_at=None)

    def handled(self):
        return self.exclude(handled_at=None)


class Report(models.Model):
    """That a reader finds an answer to be out of place; it hides nothing by itself.

    Holds what Art. 16(2) of Regulation (EU) 2022/2065 (DSA) asks of a notice: the place, why it is
    unlawful, who says so, and that they say so in good faith.
    """

    class Reason(models.TextChoices):
        INSULT = "insult", _("It insults or threatens somebody")
        SPAM = "spam", _("It is advertising or spam")
        PRIVATE = "private", _("It shows private data of somebody")
        UNLAWFUL = "unlawful", _("It is against the law")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("the answer was removed")
        KEPT = "kept", _("the answer stays")

    comment = models.ForeignKey(
        Comment,
        # Decided by then (comments/reports.py), and kept for who is still to be told.
        models.SET_NULL,
        null=True,
        related_name="reports",
        verbose_name=_("answer"),
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    text = models.TextField(_("explanation"), blank=True, validators=[validate_text])
    name = models.CharField(_("name"), max_length=120, blank=True, validators=[validate_line])
    email = models.EmailField(_("e-mail"), blank=True)
    is_in_good_faith = models.BooleanField(_("in good faith"), default=False)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    sender_hash = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Keyed hash of comment and sender, while it is open.",
    )
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    handled_at = models.DateTimeField(_("decided"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["comment", "created_at"], condition=Q(handled_at=None), name="report_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "reason", "sender_hash"],
                condition=Q(handled_at=None, sender_hash__gt=""),
                name="report_one_open",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None, outcome="")
                | Q(handled_at__isnull=False, outcome__gt=""),
                name="report_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(reason="unlawful") | (Q(text__gt="") & Q(is_in_good_faith=True)),
                name="report_unlawful_explained",
            ),
        ]

    def __str__(self):
        return f"{self.get_reason_display()}: {self.comment_id or '–'}"

    @property
    def is_open(self):
        return self.handled_at is None


class ReportMail(Errand):
    """What is told because of a report, to who gave an address.

    Its sender hears that it came in and what was decided; the writer of an answer that was removed
    hears why (Art. 17 of the DSA).
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("received")
        DECIDED = "decided", _("decided")
        WRITER = "writer", _("to the writer")

    report = models.ForeignKey(
        Report, models.CASCADE, related_name="mails", verbose_name=_("report")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    about = models.JSONField(
        default=dict,
        editable=False,
        help_text="What it says of an answer that is deleted; emptied once it is sent.",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(Errand.Meta):
        verbose_name = _("mail about a report")
        verbose_name_plural = _("mails about reports")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="reportmail_once")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.report_id}"
