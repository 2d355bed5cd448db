"""Series in the admin, with the order of their parts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from blog.models import Post, Series
from blog.revisions import keep

STEPS = {"up": -1, "down": 1}


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "language", "part_count"]
    list_filter = ["language"]
    search_fields = ["name", "slug"]
    change_form_template = "admin/blog/series/change_form.html"

    class Media:
        css = {"all": ["css/admin.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(parts_found=Count("posts"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:pk>/move/<int:post>/<str:way>/", view, name="blog_series_move"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        series = self.get_object(request, object_id)
        context = {
            "parts": series.parts() if series else [],
            "can_move": self.has_change_permission(request, series),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def view_on_site(self, series):
        return series.get_absolute_url() if series.posts.published().exists() else None

    @admin.display(description=gettext_lazy("parts"), ordering="parts_found")
    def part_count(self, series):
        return series.parts_found

    @method_decorator(require_POST)
    def move_view(self, request, pk, post, way):
        series = get_object_or_404(Series, pk=pk)
        if not self.has_change_permission(request, series):
            raise PermissionDenied
        if way not in STEPS:
            raise Http404
        part = get_object_or_404(Post, pk=post, series=series)
        if other := series.move(part, STEPS[way]):
            for moved in (part, other):
                keep(moved, request.user)
            self.log_change(request, series, f"moved {way}: {part}")
            messages.success(request, _("“%(part)s” has been moved.") % {"part": part})
        return redirect("admin:blog_series_change", pk)
