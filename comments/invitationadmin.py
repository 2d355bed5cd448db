"""Invitations at the desk: whom to invite, with one click, and what came of it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import invitations, words
from comments.models import Comment, Invitation

PER_PAGE = 20


def may_be_invited(user: User, comment: Comment) -> bool:
    """Whether the desk offers `user` a button for the writer of `comment`."""
    may = user.has_perm("comments.add_invitation")
    return may and invitations.answers_of(user).filter(pk=comment.pk).exists()


class PickForm(forms.Form):
    comment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    invitation_words = forms.CharField(
        max_length=1000, required=False, validators=Invitation._meta.get_field("words").validators
    )


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """The page "add" is a list of answers with a button each; all else is only looked at."""

    list_display = ["author", "because_of", "state", "promised", "invited_by", "created_at"]
    list_filter = ["state", "is_final"]
    list_select_related = ["author", "comment__post", "invited_by"]
    search_fields = ["author__name", "author__email", "title"]
    date_hierarchy = "created_at"
    actions = ["withdraw"]
    fields = [
        "author", "because_of", "state", "promised_on", "is_final", "language", "words", "title",
        "post_link", "invited_by", "created_at", "answered_at", "saved_at", "handed_in_at",
    ]  # fmt: skip
    readonly_fields = [
        "author", "because_of", "state", "is_final", "language", "words", "title", "post_link",
        "invited_by", "created_at", "answered_at", "saved_at", "handed_in_at",
    ]  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).at_desk_of(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        """The day of a promise is all that the desk may put right."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == Invitation.State.PROMISED)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._invite(request)
        found = invitations.invitable(request.user).select_related("post").order_by("-pk")
        query = request.GET.get("q", "").strip()[:100]
        if query:
            found = found.filter(name__icontains=query)
        context = self.admin_site.each_context(request) | {
            "title": _("Whom would you like to read more of?"),
            "opts": self.opts,
            "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
            "query": query,
        }
        return TemplateResponse(request, "admin/comments/invitation/add.html", context)

    def _invite(self, request):
        form = PickForm(request.POST)
        if not form.is_valid():
            for error in form.errors.get("invitation_words", []):
                self.message_user(request, error, messages.ERROR)
            if "comment" in form.errors:
                raise Http404
            return redirect("admin:comments_invitation_add")
        answers = invitations.answers_of(request.user)
        comment = get_object_or_404(answers, pk=form.cleaned_data["comment"])
        try:
            invitation = invitations.invite(
                comment, request.user, words=form.cleaned_data["invitation_words"]
            )
        except invitations.CannotInvite as error:
            self.message_user(request, str(error), messages.WARNING)
            return redirect("admin:comments_invitation_add")
        self.log_addition(request, invitation, f"invited because of answer {comment.pk}")
        text = _("%(name)s is invited. The mail leaves in half a minute; until then nobody knows.")
        self.message_user(request, text % {"name": invitation.author.name}, messages.SUCCESS)
        return redirect("admin:comments_invitation_change", invitation.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        invitation = self.get_object(request, object_id)
        is_standing = invitation is not None and invitation.is_standing
        may = is_standing and request.user.has_perm("comments.change_invitation")
        if may and request.method == "POST" and "_withdraw" in request.POST:
            self._withdraw(request, [invitation])
            return redirect("admin:comments_invitation_change", object_id)
        context = {"can_withdraw": may} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description=_("Withdraw the selected invitations"), permissions=["change"])
    def withdraw(self, request, queryset):
        self._withdraw(request, queryset)

    def _withdraw(self, request, rows):
        ended = [row for row in rows if invitations.withdraw(row.pk)]
        for row in ended:
            self.log_change(request, row, "withdrawn")
        text = ngettext(
            "%(count)d invitation is withdrawn.", "%(count)d invitations are withdrawn.", len(ended)
        )
        self.message_user(request, text % {"count": len(ended)}, messages.SUCCESS)

    @admin.display(description=_("because of"))
    def because_of(self, invitation):
        comment = invitation.comment
        if comment is None:
            return _("an answer that is gone")
        return format_html(
            '<a href="{}">{}</a>: {}',
            comment.get_absolute_url(),
            comment.post.title,
            words.excerpt(comment),
        )

    @admin.display(description=_("promised for"), ordering="promised_on")
    def promised(self, invitation):
        if invitation.promised_on is None:
            return "–"
        day = date_format(invitation.promised_on, "SHORT_DATE_FORMAT")
        return _("%(day)s, overdue") % {"day": day} if invitation.is_overdue else day

    @admin.display(description=_("post"))
    def post_link(self, invitation):
        if invitation.post is None:
            return "–"
        url = reverse("admin:blog_post_change", args=[invitation.post_id])
        return format_html('<a href="{}">{}</a>', url, invitation.post)
