"""The site's settings in the admin: one form, no list."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from blog.categoryadmin import ChoosesCategories
from blog.images import PictureField
from blog.models import FrontSection, MenuItem, SiteSettings


def _style_page_link():
    words = _("All parts of the design, in either look")
    return format_html('<a href="{}">{}</a>', reverse("blog:style_page"), words)


class MenuItemInline(admin.TabularInline):
    model = MenuItem
    fields = ["place", "label_de", "label_en", "address", "position"]
    extra = 0


class FrontSectionInline(ChoosesCategories, admin.TabularInline):
    model = FrontSection
    fields = ["category", "position"]
    autocomplete_fields = ["category"]
    extra = 0


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin):
    inlines = [FrontSectionInline, MenuItemInline]
    formfield_overrides = {models.ImageField: {"form_class": PictureField}}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    ("motto_de", "motto_en"),
                    ("description_de", "description_en"),
                ]
            },
        ),
        (
            _("Look"),
            {
                "fields": ["look", "section_posts", "logo", ("accent_light", "accent_dark")],
                "description": lazy(_style_page_link, str)(),
            },
        ),
        (_("Foot of the page"), {"fields": [("footer_de", "footer_en")]}),
        (
            _("Legal texts"),
            {"fields": ["imprint_de", "imprint_en", "privacy_de", "privacy_en"]},
        ),
        (_("Answers"), {"fields": ["comment_policy", "comment_days", "accepts_linkbacks"]}),
        (_("Videos, recordings and maps"), {"fields": ["shows_posters"]}),
        (_("Likes"), {"fields": ["likes_enabled"]}),
        (
            _("Against spam"),
            {"fields": ["asks_akismet", "akismet_consent", "asks_proof_of_work"]},
        ),
        (_("Links"), {"fields": ["checks_links"]}),
        (_("Telling others of posts"), {"fields": ["websub_hub", "tells_indexnow"]}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """The row if it was ever saved, else the defaults it begins with."""
        if object_id != "1":
            return None
        return super().get_object(request, object_id, from_field) or SiteSettings(pk=1)

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:blog_sitesettings_change", 1)
