"""What is being written and not saved yet, and by whom."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models.post import Post

PRESENT_FOR = timedelta(minutes=2)  # the form gives a sign of life every half minute


class Draft(models.Model):
    """The form of a post (of a new one: no post) as one person left it; nobody else sees it."""

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fields = models.JSONField(help_text="Name to list of values, as a form sends them.")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="draft_once"),
            # NULLs differ from each other, so a new post needs a rule of its own.
            models.UniqueConstraint(
                fields=["user"], condition=Q(post=None), name="draft_of_new_post_once"
            ),
        ]

    def __str__(self):
        return f"{self.post_id or 'new'}, {self.saved_at:%Y-%m-%d %H:%M}"


class EditingSessionQuerySet(models.QuerySet):
    def others(self, post, user):
        """Who else has this post open just now, the latest first."""
        present = self.filter(post=post, seen_at__gt=timezone.now() - PRESENT_FOR)
        return present.exclude(user=user).select_related("user").order_by("-seen_at")

    def touch(self, post, user):
        now = timezone.now()
        if not self.filter(post=post, user=user).update(seen_at=now):  # mostly they have been here
            self.update_or_create(post=post, user=user, defaults={"seen_at": now})


class EditingSession(models.Model):
    """That somebody has the form of a post open."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="editing_sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    objects = EditingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="editingsession_once"),
        ]

    def __str__(self):
        return f"{self.post_id}, {self.user_id}"
