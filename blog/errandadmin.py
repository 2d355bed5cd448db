"""What the worker is to do, or has done, as rows to look at and to have done again."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class ErrandFilter(admin.SimpleListFilter):
    """How rows stand; the first page of the desk leads to those that have failed."""

    title = _("state")
    parameter_name = "errand"

    def lookups(self, request, model_admin):
        return [("failed", _("failed")), ("open", _("not done yet")), ("done", _("done"))]

    def queryset(self, request, queryset):
        if self.value() == "failed":
            return queryset.failed()
        if self.value() in {"open", "done"}:
            return queryset.filter(done_at__isnull=self.value() == "open")
        return queryset


class ErrandAdmin(admin.ModelAdmin):
    """Rows that programs write and the worker does; a person has them done again."""

    list_per_page = 50
    show_full_result_count = False
    list_filter = [ErrandFilter]
    ordering = ["-pk"]
    actions = ["try_again"]

    def changelist_view(self, request, extra_context=None):
        # Not "select one to change": here they are looked at.
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """Rows go with what they are about, whoever may delete that; none goes by itself."""
        return obj is not None

    def delete_view(self, request, object_id, extra_context=None):
        raise PermissionDenied

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {"show_delete": False} | (extra_context or {})
        return super().changeform_view(request, object_id, form_url, context)

    def has_change_permission(self, request, obj=None):
        """Of the list only, where it is the permission to use the action."""
        return obj is None and super().has_change_permission(request)

    def to_try(self, queryset):
        """The rows among those selected that are worth another try."""
        return queryset.filter(done_at=None)

    def knock(self):
        """Have the worker look at its rows."""
        raise NotImplementedError

    @admin.display(description=_("state"), ordering="due_at")
    def state(self, row):
        """When a row was or will be done, and what went wrong, in one line."""
        if row.done_at:
            return _("done %(time)s") % {"time": short(row.done_at)}
        values = {"time": short(row.due_at), "error": row.last_error}
        if row.last_error:
            return _("failed, tried again %(time)s: %(error)s") % values
        return _("due %(time)s") % values

    @admin.action(description=_("Try what is not done again now"), permissions=["change"])
    def try_again(self, request, queryset):
        count = sum(map(_again, self.to_try(queryset)))
        transaction.on_commit(self.knock, robust=True)
        text = ngettext("%(count)d is tried now.", "%(count)d are tried now.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


def short(moment):
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _again(row):
    try:
        with transaction.atomic():
            row.again()
    except IntegrityError:  # a newer row already waits to say the same
        return False
    return True
