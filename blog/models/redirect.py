"""Addresses of this site at which nothing stands any more, and where they lead."""

from urllib.parse import unquote

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _

from blog.validators import validate_line


class RedirectQuerySet(models.QuerySet):
    def move(self, old: str, new: str) -> None:
        """Let path `old` lead to path `new`, and whatever led to `old`; never in a circle."""
        old, new = plain_path(old), plain_path(new)
        self.filter(path=new).delete()
        self.filter(target=f"{old}/").update(target=f"{new}/")
        self.update_or_create(path=old, defaults={"target": f"{new}/", "is_gone": False})

    def mark_gone(self, paths) -> None:
        """Answer 410 at these paths, unless somebody has said where they lead."""
        rows = [self.model(path=plain_path(path), is_gone=True) for path in paths]
        self.bulk_create(rows, ignore_conflicts=True)

    def free(self, path: str) -> None:
        """Forget what was said of a path at which something stands again."""
        self.filter(path=plain_path(path)).delete()


class Redirect(models.Model):
    """What is answered where nothing is found: 301 to `target`, or 410."""

    path = models.CharField(
        _("path"),
        max_length=500,
        unique=True,
        validators=[validate_line],
        help_text=_("Of this site, without its name: /old/page/"),
    )
    target = models.CharField(
        _("leads to"),
        max_length=500,
        blank=True,
        validators=[validate_line],
        help_text=_("A path of this site, or a whole address: /new/ or https://example.org/"),
    )
    is_gone = models.BooleanField(
        _("gone for good"),
        default=False,
        help_text=_("Readers and search engines hear that the page is not coming back (410)."),
    )
    note = models.CharField(_("note"), max_length=250, blank=True, validators=[validate_line])
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("made by"),
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_gone=True, target="") | Q(is_gone=False) & ~Q(target=""),
                name="redirect_leads_or_is_gone",
                violation_error_message=_("Say where it leads, or that it is gone for good."),
            )
        ]

    def __str__(self):
        return self.path


class Addressed(models.Model):
    """A row with a page of its own under its slug: former slugs lead to the present one."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        before = type(self)._default_manager.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)
        if before is None:
            Redirect.objects.free(own_path(self))
        elif before.slug != self.slug:
            Redirect.objects.move(own_path(before), own_path(self))


def own_path(row) -> str:
    """The address of a row without language: what it is is not said by who asks."""
    with override(settings.LANGUAGE_CODE):
        return row.get_absolute_url()


def by_number(number: object) -> str:
    """Return the address of a post of WordPress without permalinks, as rows keep it: "/?p=123"."""
    return f"/?p={number}"


def plain_path(path: str) -> str:
    """Return a path as rows keep it: decoded, without language and without its last slash."""
    path = unquote(path)
    language = get_language_from_path(path)
    return (path.removeprefix(f"/{language}") if language else path).rstrip("/") or "/"
