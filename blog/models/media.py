"""The library of pictures: what posts show, who made it, and where it is used."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from blog.errands import Errand
from blog.renditions import RenditionsField
from blog.validators import validate_line

CENTRE = 50


class Licence(models.TextChoices):
    UNKNOWN = "unknown", _("not known yet")
    OWN = "own", _("our own picture")
    PERMISSION = "permission", _("used by permission")
    STOCK = "stock", _("bought from an agency")
    PUBLIC_DOMAIN = "pdm", _("public domain")
    CC0 = "cc0", "CC0 1.0"
    BY = "by", "CC BY 4.0"
    BY_SA = "by-sa", "CC BY-SA 4.0"
    BY_ND = "by-nd", "CC BY-ND 4.0"
    BY_NC = "by-nc", "CC BY-NC 4.0"
    BY_NC_SA = "by-nc-sa", "CC BY-NC-SA 4.0"
    BY_NC_ND = "by-nc-nd", "CC BY-NC-ND 4.0"

    @property
    def address(self) -> str:
        """Where the licence can be read; "" if it is none that everybody may use."""
        if self is Licence.CC0:
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        if self is Licence.PUBLIC_DOMAIN:
            return "https://creativecommons.org/publicdomain/mark/1.0/"
        return f"https://creativecommons.org/licenses/{self}/4.0/" if self.asks_for_name else ""

    @property
    def asks_for_name(self) -> bool:
        return self.value.startswith("by")


class MediaFileQuerySet(models.QuerySet):
    def unused(self):
        """Pictures that no post shows."""
        return self.filter(~Exists(PostMedia.objects.filter(media=OuterRef("pk"))))

    def with_use(self):
        """Say of each whether a post shows it, as `is_used`."""
        return self.annotate(is_used=Exists(PostMedia.objects.filter(media=OuterRef("pk"))))


class MediaFile(models.Model):
    """A picture that was decoded and written anew; posts name it by its number."""

    file = RenditionsField(
        _("picture"),
        upload_to="library/",
        max_length=200,
        width_field="width",
        height_field="height",
        editable=False,
    )
    title = models.CharField(
        _("title"),
        max_length=150,
        validators=[validate_line],
        help_text=_("Only editors see it, for finding the picture."),
    )
    folder = models.CharField(
        _("folder"),
        max_length=80,
        blank=True,
        validators=[validate_line],
        help_text=_("What belongs together: “Summer party 2026”, “Logos”."),
    )
    alt_de = models.CharField(
        _("what it shows, in German"), max_length=250, blank=True, validators=[validate_line]
    )
    alt_en = models.CharField(
        _("what it shows, in English"), max_length=250, blank=True, validators=[validate_line]
    )
    caption_de = models.CharField(
        _("caption in German"), max_length=300, blank=True, validators=[validate_line]
    )
    caption_en = models.CharField(
        _("caption in English"), max_length=300, blank=True, validators=[validate_line]
    )
    credit = models.CharField(
        _("who made it"), max_length=150, blank=True, validators=[validate_line]
    )
    source_url = models.URLField(_("where it is from"), blank=True)
    licence = models.CharField(
        _("licence"), max_length=10, choices=Licence, default=Licence.UNKNOWN
    )
    focal_x = models.PositiveSmallIntegerField(
        _("most important point, from the left (%)"),
        default=CENTRE,
        validators=[MaxValueValidator(100)],
    )
    focal_y = models.PositiveSmallIntegerField(
        _("most important point, from the top (%)"),
        default=CENTRE,
        validators=[MaxValueValidator(100)],
    )
    width = models.PositiveIntegerField(_("width in pixels"), editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False)
    byte_size = models.PositiveBigIntegerField(_("bytes"), editable=False)
    digest = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="SHA-256 of the bytes that we wrote, so that no picture is here twice.",
    )
    has_renditions = models.BooleanField(_("ready in all sizes"), default=False, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    objects = MediaFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("media library")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["folder"], name="mediafile_folder")]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__lte=100, focal_y__lte=100), name="mediafile_focus"
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        if Licence(self.licence).asks_for_name and not self.credit:
            raise ValidationError({"credit": _("This licence asks for the name of who made it.")})

    def delete(self, *args, **kwargs):
        """Delete the files with the row; a picture that a post shows raises ProtectedError."""
        names, storage = self.file.names(), self.file.storage
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: _delete_files(storage, names), robust=True)
        return deleted

    def get_absolute_url(self):
        return reverse("admin:blog_mediafile_change", args=[self.pk])

    def alt(self, language: str = "") -> str:
        """What the picture shows, in that language or the page's; "" if nobody wrote it."""
        return getattr(self, f"alt_{language or get_language()}")

    def caption(self, language: str = "") -> str:
        return getattr(self, f"caption_{language or get_language()}")

    @property
    def preview_url(self) -> str:
        """A small copy for lists, or the picture itself until there is one."""
        return self.file.thumbnail_url() if self.has_renditions else self.file.url


def _delete_files(storage, names):
    for name in names:
        storage.delete(name)


class MediaRendering(Errand):
    """That the sizes of a picture are to be drawn; done by the worker."""

    media = models.ForeignKey(
        MediaFile, models.CASCADE, related_name="renderings", verbose_name=_("picture")
    )

    class Meta(Errand.Meta):
        verbose_name = _("sizes to draw")
        verbose_name_plural = _("sizes to draw")

    def __str__(self):
        return str(self.media)


class PostMedia(models.Model):
    """That a post shows a picture, in its text or as its cover; kept by Post.save."""

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="media_uses")
    media = models.ForeignKey(MediaFile, models.PROTECT, related_name="uses")

    class Meta:
        verbose_name = _("use in a post")
        verbose_name_plural = _("uses in posts")
        constraints = [models.UniqueConstraint(fields=["post", "media"], name="postmedia_once")]

    def __str__(self):
        return str(self.post)

    @classmethod
    def keep(cls, post: models.Model, numbers: set[int]) -> None:
        """Note that `post` shows the pictures of these numbers, and no others."""
        known = set(cls.objects.filter(post=post).values_list("media_id", flat=True))
        if gone := known - numbers:
            cls.objects.filter(post=post, media__in=gone).delete()
        if new := numbers - known:
            found = MediaFile.objects.filter(pk__in=new).values_list("pk", flat=True)
            rows = [PostMedia(post_id=post.pk, media_id=number) for number in found]
            PostMedia.objects.bulk_create(rows, ignore_conflicts=True)
