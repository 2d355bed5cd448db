"""What our own classifier has learned and how good it is; where it is told to forget."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from comments import classifiertraining
from comments.models import SpamClassifier

URL_NAME = "admin:comments_spamclassifier_changelist"
# What each button asks before it is done, and what is said afterwards.
ACTS = {
    "forget": (
        _("Forget everything that was learned, and learn from what is decided from now on?"),
        _("Everything is forgotten. It says nothing until it has learned enough again."),
    ),
    "stop": (
        _("Forget everything that was learned, and learn nothing any more?"),
        _("It is switched off, and everything is forgotten."),
    ),
    "start": (
        _("Learn from all decisions whose answers are still there?"),
        _("It is switched on and learns from earlier decisions by tomorrow."),
    ),
}


@admin.register(SpamClassifier)
class SpamClassifierAdmin(admin.ModelAdmin):
    """One page instead of a list: there is one classifier."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        act = request.POST.get("act") if request.method == "POST" else None
        if act is not None and (act not in ACTS or not self.has_change_permission(request)):
            raise PermissionDenied
        if act and "sure" in request.POST:
            return self._do(request, act)
        context = self.admin_site.each_context(request) | {
            "title": capfirst(self.opts.verbose_name),
            "opts": self.opts,
            "state": SpamClassifier.load(),
            "qualities": classifiertraining.qualities(),
            "may_change": self.has_change_permission(request),
            "act": act,
            "question": ACTS[act][0] if act else "",
        }
        return TemplateResponse(request, "admin/comments/spamclassifier/overview.html", context)

    def changeform_view(self, request, *args, **kwargs):
        return redirect(URL_NAME)

    def _do(self, request, act):
        since = timezone.now() if act == "forget" else None
        classifiertraining.forget(is_learning=act != "stop", since=since)
        self.log_change(request, SpamClassifier.load(), act)
        self.message_user(request, ACTS[act][1])
        return redirect(URL_NAME)
