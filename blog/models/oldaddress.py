from django.db import models
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

# Where posts stand, before their slug (blog/urls.py).
POSTS = "/posts/"


class OldAddressQuerySet(models.QuerySet):
    def slugs(self):
        """Former slugs of posts, as `slug`."""
        return self.filter(path__startswith=POSTS).annotate(slug=Substr("path", len(POSTS) + 1))


class OldAddress(models.Model):
    """A path under which a post was once found: an earlier slug, or its address elsewhere."""

    path = models.CharField(_("path"), max_length=500, unique=True)
    post = models.ForeignKey(
        "blog.Post", models.CASCADE, related_name="old_addresses", verbose_name=_("post")
    )

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["path"]

    def __str__(self):
        return self.path
