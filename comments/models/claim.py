"""That the writer of an answer asked for the link to change it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from comments.models.comment import Comment


class ClaimMail(Errand):
    """The link that lets a browser change or delete one answer, on its way to its address."""

    comment = models.ForeignKey(
        Comment, models.CASCADE, related_name="claim_mails", verbose_name=_("answer")
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(Errand.Meta):
        verbose_name = _("link to an own answer")
        verbose_name_plural = _("links to own answers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=Q(done_at=None), name="claimmail_one_open"
            )
        ]

    def __str__(self):
        return f"{self.comment_id}, {self.created_at:%Y-%m-%d %H:%M}"
