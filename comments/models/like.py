"""That somebody likes an answer: one row for each browser, and nothing about it."""

from django.db import models

from comments.models.comment import Comment


class Like(models.Model):
    """Whom it is from stands nowhere: no person, no address, no time.

    `browser_hash` is a keyed hash of browser and answer together, so two rows do not tell whether
    they are from one browser. `Comment.like_count` counts them; comments/likes.py keeps it right.
    """

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="likes")
    browser_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "browser_hash"], name="like_once")
        ]

    def __str__(self):
        return f"like of {self.comment_id}"
