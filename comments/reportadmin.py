"""Reports to look at; they are decided where the answer is."""

from django.contrib import admin

from comments.models import Report, ReportMail


class ReportMailInline(admin.TabularInline):
    model = ReportMail
    readonly_fields = ["kind", "due_at", "sent_at", "attempts", "last_error"]
    fields = [*readonly_fields]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """Readers write these rows; nobody changes what somebody has said."""

    list_display = ["created_at", "reason", "comment", "outcome", "handled_at", "handled_by"]
    list_filter = [("handled_at", admin.EmptyFieldListFilter), "reason", "outcome"]
    list_select_related = ["comment", "handled_by"]
    search_fields = ["text", "name", "email", "comment__name"]
    date_hierarchy = "created_at"
    inlines = [ReportMailInline]
    readonly_fields = [
        "comment", "reason", "text", "name", "email", "is_in_good_faith", "language", "created_at",
        "outcome", "handled_at", "handled_by",
    ]  # fmt: skip
    fields = [*readonly_fields]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
