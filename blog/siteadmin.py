"""The site's settings in the admin: one form, no list."""

from django.contrib import admin
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from blog.models import SiteSettings


@admin.register(SiteSettings)
class SiteSettingsAdmin(admin.ModelAdmin):
    fieldsets = [
        (_("Answers"), {"fields": ["comment_policy", "comment_days", "accepts_linkbacks"]}),
        (_("Likes"), {"fields": ["likes_enabled"]}),
        (
            _("Against spam"),
            {"fields": ["asks_akismet", "akismet_consent", "asks_proof_of_work"]},
        ),
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
