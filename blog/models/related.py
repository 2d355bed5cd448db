"""Which posts stand beside which: chosen by hand, computed by the worker, linked in a text."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from blog.htmlparts import Parts
from blog.models.redirect import by_number, plain_path

MAX_PATH = 500


class RelatedPost(models.Model):
    """A post that an editor puts beside another one, above what is computed."""

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="related_by_hand")
    other = models.ForeignKey(
        "blog.Post",
        models.CASCADE,
        related_name="beside_by_hand",
        verbose_name=_("related post"),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("related post")
        verbose_name_plural = _("related posts, chosen by hand")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="relatedpost_once"),
            models.CheckConstraint(
                condition=~Q(other=F("post")),
                name="relatedpost_is_another",
                violation_error_message=_("A post cannot stand beside itself."),
            ),
        ]

    def __str__(self):
        return str(self.other)


class Relative(models.Model):
    """That `other` is near `post`, as blog/related.py has computed it.

    `reason` says what both share: `tags` (their numbers), `words` (as `post` spells them),
    `series` and `category` (true).
    """

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="relatives")
    other = models.ForeignKey("blog.Post", models.CASCADE, related_name="relative_of")
    score = models.FloatField()
    reason = models.JSONField(default=dict)

    class Meta:
        ordering = ["-score", "-other"]
        constraints = [
            models.UniqueConstraint(fields=["post", "other"], name="relative_once"),
            models.CheckConstraint(condition=~Q(other=F("post")), name="relative_is_another"),
        ]

    def __str__(self):
        return f"{self.post_id}: {self.other_id}"


class RelativeSearch(Errand):
    """That the relatives of a post are to be computed; done by the worker, and gone then."""

    post = models.ForeignKey(
        "blog.Post", models.CASCADE, related_name="relative_searches", verbose_name=_("post")
    )
    has_changed = models.BooleanField(
        default=True, help_text="Whether those of its neighbours are to be looked at, too."
    )

    class Meta(Errand.Meta):
        verbose_name = _("related posts to find")
        verbose_name_plural = _("related posts to find")

    def __str__(self):
        return str(self.post)


class PostLink(models.Model):
    """That the text of a post links to a path of this site; kept by Post.save.

    Which post stands there is asked when it is shown, so a better slug changes nothing here.
    """

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="links")
    path = models.CharField(max_length=MAX_PATH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "post"], name="postlink_once")]

    def __str__(self):
        return self.path

    @classmethod
    def keep(cls, post: models.Model, paths: Iterable[str]) -> set[str]:
        """Note that `post` links to these paths and no others; return those that came or went."""
        known = set(cls.objects.filter(post=post).values_list("path", flat=True))
        wanted = set(paths)
        if gone := known - wanted:
            cls.objects.filter(post=post, path__in=gone).delete()
        if new := wanted - known:
            rows = [PostLink(post_id=post.pk, path=path) for path in sorted(new)]
            PostLink.objects.bulk_create(rows, ignore_conflicts=True)
        return gone | new


def own_paths(markup: str) -> set[str]:
    """Return the paths of this site that an HTML text links to, as `plain_path` writes them."""
    host = urlsplit(settings.BASE_URL).netloc
    return {path for link in Parts(markup).links if (path := _own_path(link, host))}


def _own_path(link, host):
    try:
        parts = urlsplit(link.strip())
    except ValueError:  # "http://[" is no address
        return ""
    is_ours = parts.netloc in {"", host} and parts.scheme in {"", "http", "https"}
    if not is_ours or not (parts.path.startswith("/") or (parts.netloc and not parts.path)):
        return ""
    path = plain_path(parts.path)
    if path == "/" and (number := dict(parse_qsl(parts.query)).get("p", "")).isdecimal():
        path = by_number(number)
    return path if len(path) <= MAX_PATH and "\0" not in path else ""
