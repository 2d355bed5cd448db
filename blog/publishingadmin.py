"""The steps of a post in its form: buttons beside "Save", and the list "Ready?" above them."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import publishing, ready
from blog.deskadmin import OwnPostsAdmin
from blog.models import Post

REASON = "override_reason"


class PublishesPosts(OwnPostsAdmin):
    """An admin of posts with the read-only fields `standing` and `ready`.

    Whatever step is asked for, the form is saved first: what was typed is never lost to it.
    """

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "standing", "ready"]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may = self.has_add_permission(request) if add else self.has_change_permission(request, obj)
        if may and not context["is_popup"]:
            context["steps"] = publishing.offered(obj or Post(), request.user)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        post = form.instance
        step = next((step for step in publishing.STEPS if step.name in request.POST), None)
        if step is None:
            return
        post = self.get_queryset(request).get(pk=post.pk)
        try:
            note = publishing.take(post, step, request.user, reason=request.POST.get(REASON, ""))
        except publishing.Refused as error:
            post.refused = str(error)
        else:
            form.instance.status, form.instance.published_at = post.status, post.published_at
            post.noted = note
        form.instance.step_taken = step, post

    def response_add(self, request, obj, post_url_continue=None):
        return self._answer(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._answer(request, obj) or super().response_change(request, obj)

    def _answer(self, request, obj):
        if not hasattr(obj, "step_taken"):
            return None
        step, post = obj.step_taken
        if hasattr(post, "refused"):
            text = _("The text is saved, but that was not done. %(why)s") % {"why": post.refused}
            self.message_user(request, text, messages.ERROR)
        else:
            self.log_change(request, post, post.noted)
            self.message_user(request, _told(post, step), messages.SUCCESS)
        if not Post.objects.at_desk_of(request.user).filter(pk=post.pk).exists():
            return HttpResponseRedirect(reverse("admin:blog_post_changelist"))
        return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def standing(self, post):
        if publishing.is_scheduled(post):
            moment = timezone.localtime(post.published_at)
            return _("scheduled for %(time)s") % {
                "time": date_format(moment, "SHORT_DATETIME_FORMAT")
            }
        return post.get_status_display()

    @admin.display(description=gettext_lazy("Ready?"))
    def ready(self, post):
        if not post.pk:
            return _("Once it is saved, this says what is left to do.")
        findings = ready.check(post)
        context = {
            "findings": [(finding, _place(finding)) for finding in findings],
            "has_red": any(finding.is_red for finding in findings),
            "is_out": post.status in {Post.Status.PUBLISHED, Post.Status.ARCHIVED},
            "overrides": post.overrides.all(),
            "reason_name": REASON,
        }
        return render_to_string("admin/blog/post/_ready.html", context)


def _place(finding):
    """Return the address of where something can be done: a field of the form, or a person."""
    if finding.field.startswith("author-"):
        number = finding.field.removeprefix("author-")
        return reverse("admin:blog_author_change", args=[number])
    return f"#id_{finding.field}"


def _told(post, step):
    if not post.is_public:
        return step.done
    link = format_html('<a href="{}">{}</a>', post.get_absolute_url(), post.title)
    return format_html("{} {}", step.done, link)
