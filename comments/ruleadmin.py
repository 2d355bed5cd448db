"""Rules against spam in the admin: sentences that count, and that can be tried before saving."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from comments.models import SpamRule
from comments.trial import try_rule


@admin.register(SpamRule)
class SpamRuleAdmin(admin.ModelAdmin):
    change_form_template = "admin/comments/spamrule/change_form.html"
    list_display = ["sentence", "is_active", "ends_at", "hit_count", "mistake_count", "last_hit_at"]
    list_filter = ["kind", "action", "is_active"]
    search_fields = ["value", "note"]
    ordering = ["kind", "value"]
    fields = [
        "kind", "value", "action", "ends_at", "is_active", "note",
        "hit_count", "mistake_count", "last_hit_at",
    ]  # fmt: skip
    readonly_fields = ["hit_count", "mistake_count", "last_hit_at"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.try_view)
        return [
            path("try/", view, name="comments_spamrule_try"),
            path("<int:pk>/try/", view, name="comments_spamrule_try"),
            *super().get_urls(),
        ]

    @admin.display(description=_("rule"), ordering="value")
    def sentence(self, rule):
        return str(rule)

    def try_view(self, request, pk=None):
        """Show what the rule as typed would have caught; nothing is saved."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        rule = get_object_or_404(SpamRule, pk=pk) if pk else None
        may = (
            self.has_change_permission(request, rule) if rule else self.has_add_permission(request)
        )
        if not may:
            raise PermissionDenied
        form = self.get_form(request, rule)(request.POST, instance=rule)
        sent = {name: value for name, value in request.POST.items() if name in SENT}
        is_valid = form.is_valid()
        context = self.admin_site.each_context(request) | {
            "title": _("Try a rule"),
            "opts": self.opts,
            "sent": sent.items(),
            "form": form,
            "trial": try_rule(form.instance) if is_valid else None,
            "rule": form.instance if is_valid else None,
            "save_url": _save_url(pk),
            "back_url": f"{_save_url(pk)}?{urlencode([*sent.items()])}",
        }
        return TemplateResponse(request, "admin/comments/spamrule/try.html", context)


# What the form sends on: its fields, with date and time apart as the admin's widget has them.
SENT = {"kind", "value", "action", "ends_at_0", "ends_at_1", "is_active", "note"}


def _save_url(pk):
    if pk:
        return reverse("admin:comments_spamrule_change", args=[pk])
    return reverse("admin:comments_spamrule_add")
