from django.db import models


class Change(models.Model):
    """That what pages show has changed; written by blog.changes, read by every process's cache."""

    tag = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self):
        return self.tag
