"""Tags and categories are merged in their list, after a look at what will happen."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from blog import terms
from blog.models import CategoryMerge, TagMerge

SHOWN_TITLES = 20


def count_of(model: type[models.Model], relation: str) -> Subquery:
    """Count one relation of each row; several in one query do not multiply, as joins would."""
    rows = model._default_manager.filter(pk=OuterRef("pk")).order_by()
    return Subquery(rows.annotate(found=Count(relation)).values("found"))


class MergesTerms(admin.ModelAdmin):
    """An admin of tags or categories with the action `merge` and its page."""

    actions = ["merge"]
    merge_title: Any = gettext_lazy("Merge")
    merge_about: Any = ""

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name=self._name("merge")), *super().get_urls()]

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description=gettext_lazy("Merge into one"), permissions=["merge"])
    def merge(self, request, queryset):
        chosen = "&".join(f"row={pk}" for pk in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse(f'admin:{self._name("merge")}')}?{chosen}")

    def merge_view(self, request):
        if not self.has_merge_permission(request):
            raise PermissionDenied
        numbers = (request.POST or request.GET).getlist("row")
        chosen = list(self.model.objects.filter(pk__in=[pk for pk in numbers if pk.isdecimal()]))
        if len(chosen) < 2:
            messages.warning(request, _("Please choose at least two."))
            return redirect(f"admin:{self._name('changelist')}")
        target = next((row for row in chosen if str(row.pk) == request.POST.get("target")), None)
        if request.method == "POST" and target is not None:
            return self._merge(request, target, [row for row in chosen if row != target])
        context = self.admin_site.each_context(request) | {
            "title": self.merge_title,
            "about": self.merge_about,
            "opts": self.opts,
            "list_url": reverse(f"admin:{self._name('changelist')}"),
            "choices": [preview(row, chosen) for row in chosen],
            "lacks_target": request.method == "POST",
            "media": self.media,
        }
        return TemplateResponse(request, "admin/blog/merge/merge.html", context)

    def _merge(self, request, target, others):
        merged = terms.merge(target, others, request.user)
        self.log_change(request, target, f"merged with: {merged.source_names}")
        text = _("“%(names)s” and “%(target)s” are one now. You can undo this for 30 days.")
        params = {"names": merged.source_names, "target": target}
        messages.success(request, text % params)
        return redirect(f"admin:{self._name('')[:-1]}merge_change", merged.pk)

    def _name(self, view):
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"


def preview(target, chosen):
    """Say what merging `chosen` into `target` will do: the row, the others, posts that get it."""
    others = [row for row in chosen if row != target]
    posts = target.posts.model.objects.filter(pk__in=_numbers(others) - _numbers([target]))
    count = posts.count()
    numbers = {row.pk for row in others}
    children = getattr(target, "children", None)
    return {
        "row": target,
        "others": others,
        "count": count,
        "titles": list(posts.values_list("title", flat=True)[:SHOWN_TITLES]),
        "more": max(count - SHOWN_TITLES, 0),
        "moved": children
        and children.model.objects.filter(parent__in=numbers).exclude(pk__in=[*numbers, target.pk]),
    }


def _numbers(rows):
    return {pk for row in rows for pk in row.posts.values_list("pk", flat=True)}


class MergeAdmin(admin.ModelAdmin):
    """Merges that were made, each with a button that undoes it; `undo` does so."""

    undo: Callable[[Any, Any], None] = staticmethod(terms.undo)
    list_display = ["__str__", "user", "at", "undone_at"]
    list_select_related = ["user"]
    fields = ["source_names", "target_name", "user", "at", "undone_at"]
    readonly_fields = ["source_names", "target_name", "user", "at", "undone_at"]
    change_form_template = "admin/blog/merge/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        name = f"blog_{self.opts.model_name}_undo"
        return [path("<int:pk>/undo/", view, name=name), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "can_undo": self._may_undo(request.user),
            "undo_url": reverse(f"admin:blog_{self.opts.model_name}_undo", args=[object_id]),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.display(description=gettext_lazy("merged"))
    def source_names(self, merged):
        return merged.source_names

    @method_decorator(require_POST)
    def undo_view(self, request, pk):
        if not self._may_undo(request.user):
            raise PermissionDenied
        merged = get_object_or_404(self.model, pk=pk)
        try:
            self.undo(merged, request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            self.log_change(request, merged, "undone")
            messages.success(request, _("All is what it was before."))
        return redirect(f"admin:blog_{self.opts.model_name}_change", pk)

    def _may_undo(self, user):
        term = self.opts.get_field("target").related_model._meta.model_name
        return user.has_perms([f"blog.add_{term}", f"blog.change_{term}"])


admin.site.register([TagMerge, CategoryMerge], MergeAdmin)
