"""What editors look for in the media library."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from blog.models import MediaFile

FOLDERS_SHOWN = 200


def folders() -> list[str]:
    """Return the names of folders in alphabetical order, at most FOLDERS_SHOWN."""
    named = MediaFile.objects.exclude(folder="").order_by("folder")
    return list(named.values_list("folder", flat=True).distinct()[:FOLDERS_SHOWN])


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("no", _("shown nowhere")), ("yes", _("shown in posts"))]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.unused()
        return queryset.filter(is_used=True) if self.value() == "yes" else queryset


class AltFilter(admin.SimpleListFilter):
    title = _("description missing")
    parameter_name = "undescribed"

    def lookups(self, request, model_admin):
        return [("de", _("in German")), ("en", _("in English"))]

    def queryset(self, request, queryset):
        if self.value() in {"de", "en"}:
            return queryset.filter(**{f"alt_{self.value()}": ""})
        return queryset


class FolderFilter(admin.SimpleListFilter):
    title = _("folder")
    parameter_name = "folder"

    def lookups(self, request, model_admin):
        return [(name, name) for name in folders()]

    def queryset(self, request, queryset):
        is_known = self.value() in dict(self.lookup_choices)
        return queryset.filter(folder=self.value()) if is_known else queryset


FILTERS: list[Any] = [UseFilter, AltFilter, FolderFilter, "licence"]
