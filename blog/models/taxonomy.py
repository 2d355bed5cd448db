"""What posts are sorted by."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        if not self.slug:
            others = Category.objects.exclude(pk=self.pk)
            self.slug = free_slug(make_slug(self.name), others, fallback="category")
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("blog:category_detail", args=[self.slug])


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
        return reverse("blog:tag_detail", args=[self.slug])
