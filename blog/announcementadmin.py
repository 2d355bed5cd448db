"""Whom we told of which post, and what has failed, to look at and to try again."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.errandadmin import ErrandAdmin
from blog.models import Announcement


@admin.register(Announcement)
class AnnouncementAdmin(ErrandAdmin):
    list_display = [
        "__str__", "channel", "due_at", "done_at", "outcome", "attempts", "last_error",
    ]  # fmt: skip
    list_filter = ["channel", "event", "outcome", ("done_at", admin.EmptyFieldListFilter)]
    list_select_related = ["post"]
    ordering = ["-pk"]
    search_fields = ["post__title", "address"]
    search_help_text = _("Title of the post, or address")
    fields = [
        "post", "channel", "event", "address", "due_at", "done_at", "outcome", "attempts",
        "last_error",
    ]  # fmt: skip

    def to_try(self, queryset):
        return queryset.filter(Q(done_at=None) | Q(outcome=Announcement.Outcome.GIVEN_UP))

    def knock(self):
        tasks.announce.enqueue()
