"""Tags are merged in their list, with a look at what will happen; merges can be undone."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from blog import tags
from blog.models import Tag, TagMerge

SHOWN_TITLES = 20


class MergesTags(admin.ModelAdmin):
    """An admin of tags with the action `merge` and its page."""

    actions = ["merge"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.merge_view)
        return [path("merge/", view, name="blog_tag_merge"), *super().get_urls()]

    def has_merge_permission(self, request):
        return self.has_change_permission(request) and self.has_delete_permission(request)

    @admin.action(description=gettext_lazy("Merge into one"), permissions=["merge"])
    def merge(self, request, queryset):
        chosen = "&".join(f"tag={pk}" for pk in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse('admin:blog_tag_merge')}?{chosen}")

    def merge_view(self, request):
        if not self.has_merge_permission(request):
            raise PermissionDenied
        numbers = (request.POST or request.GET).getlist("tag")
        chosen = list(Tag.objects.filter(pk__in=[pk for pk in numbers if pk.isdecimal()]))
        if len(chosen) < 2:
            messages.warning(request, _("Please choose at least two tags."))
            return redirect("admin:blog_tag_changelist")
        target = next((tag for tag in chosen if str(tag.pk) == request.POST.get("target")), None)
        if request.method == "POST" and target is not None:
            return self._merge(request, target, [tag for tag in chosen if tag != target])
        context = self.admin_site.each_context(request) | {
            "title": _("Merge tags"),
            "opts": self.opts,
            "choices": [preview(tag, chosen) for tag in chosen],
            "lacks_target": request.method == "POST",
            "media": self.media,
        }
        return TemplateResponse(request, "admin/blog/tag/merge.html", context)

    def _merge(self, request, target, others):
        merged = tags.merge(target, others, request.user)
        self.log_change(request, target, f"merged with: {merged.source_names}")
        text = _("“%(names)s” and “%(target)s” are one tag now. You can undo this for 30 days.")
        params = {"names": merged.source_names, "target": target}
        messages.success(request, text % params)
        return redirect("admin:blog_tagmerge_change", merged.pk)


def preview(target, chosen):
    """Say what merging `chosen` into `target` will do: the tag, the others, posts that get it."""
    others = [tag for tag in chosen if tag != target]
    had = target.posts.values("pk")
    posts = target.posts.model.objects.filter(tags__in=others).exclude(pk__in=had).distinct()
    count = posts.count()
    return {
        "tag": target,
        "others": others,
        "count": count,
        "titles": list(posts.values_list("title", flat=True)[:SHOWN_TITLES]),
        "more": max(count - SHOWN_TITLES, 0),
    }


@admin.register(TagMerge)
class TagMergeAdmin(admin.ModelAdmin):
    list_display = ["__str__", "user", "at", "undone_at"]
    list_select_related = ["user"]
    fields = ["source_names", "target_name", "user", "at", "undone_at"]
    readonly_fields = ["source_names", "target_name", "user", "at", "undone_at"]
    change_form_template = "admin/blog/tagmerge/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="blog_tagmerge_undo"), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"can_undo": may_undo(request.user)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.display(description=gettext_lazy("merged tags"))
    def source_names(self, merged):
        return merged.source_names

    @method_decorator(require_POST)
    def undo_view(self, request, pk):
        if not may_undo(request.user):
            raise PermissionDenied
        merged = get_object_or_404(TagMerge, pk=pk)
        try:
            tags.undo(merged, request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            self.log_change(request, merged, "undone")
            messages.success(request, _("The tags are what they were before."))
        return redirect("admin:blog_tagmerge_change", pk)


def may_undo(user):
    return user.has_perms(["blog.add_tag", "blog.change_tag"])
