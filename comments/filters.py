"""Filters of the moderators' list."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from comments.models import Comment


class QueueFilter(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("waiting", _("waiting")), ("undecided", _("not seen by a moderator"))]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.filter(status=Comment.Status.PENDING)
        if self.value() == "undecided":
            return queryset.filter(decided_at=None).exclude(status=Comment.Status.SPAM)
        return queryset


class PostFilter(admin.SimpleListFilter):
    """One post, found by typing: a list of all of them would be longer than the page."""

    title = _("post")
    parameter_name = "post"
    template = "admin/comments/comment/post_filter.html"
    media = AutocompleteSelect(Comment._meta.get_field("post"), admin.site).media

    def lookups(self, request, model_admin):
        return []

    def has_output(self):
        return True

    def value(self):
        """Return the number of a post, None for whatever else stands in the address."""
        value = super().value() or ""
        return value if value.isascii() and value.isdigit() and len(value) < 19 else None

    def choices(self, changelist):
        widget = AutocompleteSelect(
            Comment._meta.get_field("post"), admin.site, {"data-placeholder": _("All")}
        )
        field = forms.ModelChoiceField(Post.objects.all(), required=False, widget=widget)
        kept = changelist.get_filters_params().items()
        yield {
            "select": field.widget.render("post", self.value(), {"id": "id_filter_post"}),
            "others": [(name, values[-1]) for name, values in kept if name != "post"],
        }

    def queryset(self, request, queryset):
        return queryset.filter(post=self.value()) if self.value() else queryset
