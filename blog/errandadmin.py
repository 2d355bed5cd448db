"""What the worker is to do, or has done, as rows to look at and to have done again."""

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class ErrandAdmin(admin.ModelAdmin):
    """Rows that programs write and the worker does; a person has them done again."""

    show_full_result_count = False
    actions = ["try_again"]

    def changelist_view(self, request, extra_context=None):
        # Not "select one to change": here they are looked at.
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        """Of the list only, where it is the permission to use the action."""
        return obj is None and super().has_change_permission(request)

    def to_try(self, queryset):
        """The rows among those selected that are worth another try."""
        return queryset.filter(done_at=None)

    def knock(self):
        """Have the worker look at its rows."""
        raise NotImplementedError

    @admin.action(description=_("Try what is not done again now"), permissions=["change"])
    def try_again(self, request, queryset):
        count = sum(map(_again, self.to_try(queryset)))
        transaction.on_commit(self.knock, robust=True)
        text = ngettext("%(count)d is tried now.", "%(count)d are tried now.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


def _again(row):
    try:
        with transaction.atomic():
            row.again()
    except IntegrityError:  # a newer row already waits to say the same
        return False
    return True
