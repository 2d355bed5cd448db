"""Posts that are each other's translation: one is the original, the others point to it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

SAME_LANGUAGE = _("There is another version in this language.")


class TranslatedQuerySet(models.QuerySet):
    def once_each(self, language):
        """Of posts that translate each other keep one: that in `language`, else the original.

        Only of what is among these rows, so a version that is filtered out hides no other.
        """
        original = Exists(self.filter(pk=OuterRef("translation_of")))
        wanted = self.filter(language=language)
        translation = Exists(wanted.filter(translation_of=OuterRef("pk")))
        sister = Exists(wanted.filter(translation_of=OuterRef("translation_of")))
        return self.filter(Q(language=language) | ~(original | translation | sister))


class Translated(models.Model):
    translation_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("translation of"),
        null=True,
        blank=True,
        related_name="translations",
        help_text=_("The same post in another language. Both pages then lead to each other."),
    )

    class Meta:
        abstract = True

    @property
    def original_id(self):
        return self.translation_of_id or self.pk

    def versions(self):
        """This post and its translations, the original first."""
        original = self.original_id
        same = Q(pk=original) | Q(translation_of=original)
        return (
            type(self)
            .objects.filter(same)
            .order_by(F("translation_of_id").asc(nulls_first=True), "pk")
        )

    def clean_translation(self):
        """Raise ValidationError if two versions would be in one language."""
        original = self._find_original()
        same = Q(translation_of=self.pk) if self.pk else Q()
        if original is not None:
            same |= Q(pk=original.pk) | Q(translation_of=original.pk)
        elif not self.pk:
            return
        taken: dict[str, models.Model] = {}
        for other in type(self).objects.filter(same).exclude(pk=self.pk):
            if other.language == self.language or other.language in taken:
                raise ValidationError(
                    {
                        "translation_of": ValidationError(
                            _("“%(title)s” is already the version in %(language)s."),
                            code="same_language",
                            params={"title": other, "language": other.get_language_display()},
                        )
                    }
                )
            taken[other.language] = other

    def point_to_original(self):
        """Before saving: a translation of a translation is one of the original."""
        original = self._find_original()
        self.translation_of = None if original is None or original.pk == self.pk else original

    def bring_translations_along(self):
        """After saving: whose original has become a translation follows it."""
        if self.translation_of_id:
            self.translations.update(translation_of=self.translation_of_id)

    def _find_original(self):
        chosen = self.translation_of
        return (chosen.translation_of or chosen) if chosen is not None else None
