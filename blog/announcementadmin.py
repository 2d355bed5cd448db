"""Whom we told of which post, and what has failed, to look at and to try again."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.errandadmin import ErrandAdmin, ErrandFilter, short
from blog.models import Announcement


@admin.register(Announcement)
class AnnouncementAdmin(ErrandAdmin):
    list_display = ["__str__", "channel", "state"]
    list_filter = [ErrandFilter, "channel", "event", "outcome"]
    list_select_related = ["post"]
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

    @admin.display(description=_("state"), ordering="due_at")
    def state(self, row):
        if row.last_error and row.outcome:
            return f"{row.get_outcome_display()}: {row.last_error}"
        if row.outcome:
            return f"{row.get_outcome_display()}, {short(row.done_at)}"
        return super().state(row)
