"""Who did what: Django's own log and the sign-ins, to read. Nobody changes either."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from blog.models import SignIn


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ["action_time", "user", "action_flag", "content_type", "object_repr", "what"]
    list_filter = [
        "action_flag",
        ("user", admin.RelatedOnlyFieldListFilter),
        ("content_type", admin.RelatedOnlyFieldListFilter),
        "action_time",
    ]
    list_select_related = ["user", "content_type"]
    list_per_page = 50
    # As they were written. Django has no index of the time, so that no row of years stands above:
    # looking for them read all entries four times.
    ordering = ["-pk"]
    show_full_result_count = False
    search_fields = ["object_repr", "change_message"]
    search_help_text = _("Name of the object, or what was done")
    fields = ["action_time", "user", "action_flag", "content_type", "object_repr", "what"]
    readonly_fields = ["what"]

    @admin.display(description=_("what"))
    def what(self, entry):
        return entry.get_change_message()


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "name", "ip"]
    list_display_links = None
    list_filter = ["kind", ("user", admin.RelatedOnlyFieldListFilter), "at"]
    date_hierarchy = "at"
    show_full_result_count = False
    search_fields = ["name", "=ip"]
