"""Whether a post takes answers and mentions, and for how long."""

from datetime import datetime, timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from blog.models.site import CommentPolicy, SiteSettings

AS_THE_SITE = "site"  # a post's policy that is the one of SiteSettings


class Answered(models.Model):
    """The part of a post that says who may answer it."""

    published_at: datetime | None
    is_archived: bool

    comment_policy = models.CharField(
        _("answers"),
        max_length=6,
        choices=[(AS_THE_SITE, _("as the site")), *CommentPolicy.choices],
        default=AS_THE_SITE,
    )
    comment_days = models.PositiveSmallIntegerField(
        _("open for days"), default=120, validators=[MinValueValidator(1)]
    )
    accepts_linkbacks = models.BooleanField(_("mentions from other sites"), default=True)

    class Meta:
        abstract = True

    @cached_property
    def _answering(self):
        """(policy, days) that hold for this post: its own, else the site's."""
        rules = SiteSettings.load() if self.comment_policy == AS_THE_SITE else self
        return rules.comment_policy, rules.comment_days

    @property
    def comments_close_at(self):
        """When the last answer can be given; None if there is no such time."""
        policy, days = self._answering
        if policy != CommentPolicy.CLOSES or self.published_at is None:
            return None
        return self.published_at + timedelta(days=days)

    @property
    def accepts_comments(self):
        closes = self.comments_close_at
        is_over = closes is not None and timezone.now() >= closes
        is_closed = self.is_archived or self._answering[0] == CommentPolicy.CLOSED
        return not is_over and not is_closed

    @property
    def holds_comments(self):
        """Whether every answer waits for a moderator, whoever wrote it."""
        return self._answering[0] == CommentPolicy.HELD

    @property
    def takes_linkbacks(self):
        return self.accepts_linkbacks and SiteSettings.load().accepts_linkbacks
