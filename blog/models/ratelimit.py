from django.db import models


class RateLimit(models.Model):
    """One counter of one window; written by blog.ratelimit alone."""

    key = models.CharField(max_length=100, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
    hits = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.key}: {self.hits}"
