"""Posts that are read one after the other."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blog import changes
from blog.addresses import address
from blog.models.redirect import Addressed
from blog.slugs import free_slug, make_slug
from blog.validators import validate_line, validate_text


class Series(Addressed):
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    slug = models.SlugField(
        _("address"),
        max_length=140,
        unique=True,
        blank=True,
        help_text=_("Empty: made from the name."),
    )
    description = models.TextField(_("description"), blank=True, validators=[validate_text])
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = pgettext_lazy("plural", "series")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.slug:
            others = Series.objects.exclude(pk=self.pk)
            self.slug = free_slug(make_slug(self.name, self.language), others, fallback="series")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("blog:series_detail", self.slug)

    def parts(self):
        """All its posts in their order, also those that are not public."""
        return self.posts.order_by("series_position", "pk")

    def next_position(self):
        return (self.posts.aggregate(last=Max("series_position"))["last"] or 0) + 1

    @transaction.atomic
    def move(self, post, step):
        """Exchange the places of `post` and the one before (`step` -1) or after it (1).

        Return the other post; None if there is none, or if `post` is not in this series.
        """
        Series.objects.select_for_update(no_key=True).get(pk=self.pk)
        parts = list(self.parts().only("series_position"))
        place = next((at for at, part in enumerate(parts) if part.pk == post.pk), None)
        if place is None or not 0 <= place + step < len(parts):
            return None
        one, other = parts[place], parts[place + step]
        # No two parts may have one place, not even for a moment.
        self._put(one, None)
        self._put(other, one.series_position)
        self._put(one, other.series_position)
        changes.note(changes.POSTS)
        return other

    def _put(self, part, position):
        self.posts.filter(pk=part.pk).update(series_position=position)
