from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.models.author import Author


class PostAuthor(models.Model):
    """One author of one post, in the order of the byline."""

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, models.PROTECT, related_name="bylines", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "author"], name="postauthor_once"),
        ]

    def __str__(self):
        return str(self.author)


def bylines() -> models.Prefetch:
    """Load the authors of posts in their order."""
    return models.Prefetch("bylines", PostAuthor.objects.select_related("author"))
