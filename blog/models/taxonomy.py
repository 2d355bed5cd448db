"""What posts are sorted by."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from blog import changes
from blog.addresses import address
from blog.models.redirect import Addressed
from blog.slugs import free_slug, make_slug
from blog.validators import validate_line, validate_text


class Category(Addressed):
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    slug = models.SlugField(_("address"), max_length=100, unique=True, blank=True)
    description = models.TextField(_("description"), blank=True, validators=[validate_text])
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        verbose_name=_("above"),
        null=True,
        blank=True,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(
        _("order"),
        default=0,
        help_text=_("Beside those under the same category; equal numbers stand by name."),
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="category_not_under_itself"
            )
        ]

    def __str__(self):
        return self.name

    @transaction.atomic
    def save(self, *args, **kwargs):
        if not self.slug:
            others = Category.objects.exclude(pk=self.pk)
            self.slug = free_slug(make_slug(self.name), others, fallback="category")
        is_moved = not self._state.adding and self._hung_under() != self.parent_id
        if is_moved:
            self.refuse_circle(self.parent_id)
        super().save(*args, **kwargs)
        if is_moved:
            changes.note(changes.SITE)

    def refuse_circle(self, above_id: int | None) -> None:
        """Raise ValidationError if this category stands above `above_id`, or is it."""
        if above_id is None:
            return
        parents = self.locked_parents()
        step: int | None = above_id
        seen: set[int | None] = set()
        while step is not None and step not in seen:
            if step == self.pk:
                name = Category.objects.filter(pk=above_id).values_list("name", flat=True).get()
                raise ValidationError(
                    _("“%(name)s” stands below this category and cannot stand above it, too."),
                    code="circle",
                    params={"name": name},
                )
            seen.add(step)
            step = parents.get(step)

    @staticmethod
    def locked_parents() -> dict[int, int | None]:
        """Return what each category hangs under, and lock the tree until the transaction ends.

        Of two people who move at the same moment the second sees what the first has done.
        """
        rows = Category.objects.select_for_update(no_key=True).order_by("pk")
        return dict(rows.values_list("pk", "parent_id"))

    def _hung_under(self):
        return Category.objects.values_list("parent_id", flat=True).filter(pk=self.pk).first()

    def get_absolute_url(self):
        return address("blog:category_detail", self.slug)


class Tag(Addressed):
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    slug = models.SlugField(_("address"), max_length=100, unique=True, blank=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(
                make_slug(self.name), Tag.objects.exclude(pk=self.pk), fallback="tag"
            )
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("blog:tag_detail", self.slug)
