"""The moderators' desk: every answer in its conversation, one by one and in bulk."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.text import clean_comment
from comments import actions, tree, words
from comments.akismetadmin import (
    AkismetStateAdmin,
    SpamCheckAdmin,
    SpamCheckInline,
    SpamFeedbackInline,
)
from comments.classifieradmin import SpamClassifierAdmin
from comments.decisionadmin import DecisionAdmin, log_of
from comments.differences import history
from comments.editing import keep_revision
from comments.filters import PostFilter, QueueFilter
from comments.inbox_groups import GroupAdmin
from comments.inbox_views import InboxAdmin, tell_of_conflict, tell_of_gone
from comments.invitationadmin import InvitationAdmin, may_be_invited
from comments.models import Comment, Decision, SpamCheck
from comments.models.decision import moderator
from comments.moving import MovingAdmin
from comments.notices import admin as notices  # noqa: F401  (registers its models)
from comments.reportadmin import ReportAdmin
from comments.ruleadmin import SpamRuleAdmin

# Each module registers its own.
__all__ = [
    "AkismetStateAdmin",
    "CommentAdmin",
    "DecisionAdmin",
    "InvitationAdmin",
    "ReportAdmin",
    "SpamCheckAdmin",
    "SpamClassifierAdmin",
    "SpamRuleAdmin",
]

Status = Comment.Status
TEXT_FIELDS: list[Any] = [
    "standing", "conversation", "name", "body", "addendum", "language", "earlier_texts",
]  # fmt: skip
SEEN = "seen"  # what the list sends of each row: its number and the status that it shows
MAX_INDENT = 8  # levels that static/css/admin.css knows; deeper ones stand in the last
ANCESTORS_SHOWN = 3
DECISIONS = {
    "approve": (_("Approve"), actions.approve),
    "spam": (_("Mark as spam"), actions.mark_spam),
    "remove": (_("Remove"), actions.remove),
    "restore": (_("Restore"), actions.restore),
}
OFFERED = {
    Status.PENDING: ["approve", "spam", "remove"],
    Status.APPROVED: ["spam", "remove"],
    Status.SPAM: ["approve", "remove"],
    Status.REMOVED: ["restore"],
}


class CommentForm(forms.ModelForm):
    """What a moderator may put right; CommentAdmin.save_model writes it, under the lock."""

    class Meta:
        model = Comment
        fields = ["name", "email", "website", "body", "addendum", "language"]

    def save(self, commit=True):
        self.save_m2m = lambda: None
        return self.instance


@admin.register(Comment)
class CommentAdmin(InboxAdmin, GroupAdmin, MovingAdmin):
    form = CommentForm
    change_form_template = "admin/comments/comment/change_form.html"
    list_display = ["place", "about", "address", "is_verified", "status", "why", "created_at"]
    list_filter = [QueueFilter, PostFilter, "status", "kind", "is_verified", "language"]
    list_select_related = ["post"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-created_at", "-pk"]
    search_fields = ["name__anycase", "email", "website", "body__anycase", "=ip"]
    search_help_text = _("Name, e-mail, website, text or IP address")
    actions = ["approve", "mark_spam", "remove", "restore", "ask_again", "delete_for_good"]
    inlines = [SpamCheckInline, SpamFeedbackInline]
    fieldsets = [
        (None, {"fields": TEXT_FIELDS}),
        (_("Who"), {"fields": ["email", "website", "author", "is_verified"]}),
        (_("Where"), {"fields": ["post", "parent", "kind", "source_url"]}),
        (_("When"), {"fields": ["created_at", "edited_at", "log"]}),
        (_("Sent from"), {"fields": ["ip", "user_agent", "referrer"], "classes": ["collapse"]}),
    ]
    readonly_fields = [
        "standing", "conversation", "earlier_texts", "author", "is_verified", "post", "parent",
        "kind", "source_url", "created_at", "edited_at", "log", "ip", "user_agent", "referrer",
    ]  # fmt: skip

    @property
    def media(self):
        return super().media + PostFilter.media + forms.Media(css={"all": ["css/admin.css"]})

    def get_urls(self):
        view = self.admin_site.admin_view(self.decide_view)
        decide = path("<int:pk>/decide/<slug:decision>/", view, name="comments_comment_decide")
        return [decide, *super().get_urls()]

    # Answers are written on the site. They go by our own action alone, which keeps the tree whole.

    def has_add_permission(self, request):
        return False

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        found = super().get_actions(request, action_location)
        found.pop("delete_selected", None)
        return found

    def delete_view(self, request, object_id, extra_context=None):
        raise Http404

    def change_view(self, request, object_id, form_url="", extra_context=None):
        comment = self.get_object(request, object_id)
        offered = OFFERED[comment.status] if comment and not comment.is_tombstone else []
        may_decide = comment is not None and self.has_change_permission(request, comment)
        context = {
            "show_delete": False,
            "decisions": [(name, DECISIONS[name][0]) for name in offered if may_decide],
            "can_ask_again": may_decide and _can_be_asked(comment),
            "can_move": may_decide,
            "can_invite": comment is not None and may_be_invited(request.user, comment),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        """Write what was typed and nothing else; the text is cleaned by every visitor's rules."""
        fields = {name: form.cleaned_data[name] for name in form.changed_data}
        if not fields:
            return
        if "body" in fields:
            fields["body_html"] = clean_comment(fields["body"])
        if "addendum" in fields:
            fields["addendum_html"] = clean_comment(fields["addendum"])
            fields["addendum_at"] = (obj.addendum_at or timezone.now()) if obj.addendum else None
        fields["edited_at"] = timezone.now()

        def edit(comment):
            if not fields.keys().isdisjoint({"body", "addendum"}):
                keep_revision(comment, request.user)
            for name, value in fields.items():
                setattr(comment, name, value)
            return list(fields)

        tree.change(obj.pk, edit)

    def view_on_site(self, comment):
        return comment.get_absolute_url() if comment.is_visible else None

    def decide_view(self, request, pk, decision):
        """One decision from the change form; of two moderators the second is told."""
        comment = self.get_object(request, str(pk))
        if request.method != "POST" or comment is None:
            raise Http404
        if not self.has_change_permission(request, comment):
            raise PermissionDenied
        if decision == "ask":
            self.ask_again(request, Comment.objects.filter(pk=pk))
        elif decision in DECISIONS:
            self._decide_one(request, comment, decision)
        else:
            raise Http404
        return redirect("admin:comments_comment_change", pk)

    def _decide_one(self, request, comment, decision):
        decide, seen = DECISIONS[decision][1], request.POST.get("seen", "")
        try:
            is_changed = decide(comment.pk, request.user, seen=seen)
        except actions.DecidedMeanwhile as error:
            tell_of_conflict(request, *error.args)
            return
        if not is_changed:
            self.message_user(request, _("There was nothing to change."), messages.WARNING)
            return
        now = Comment.objects.get(pk=comment.pk)
        self.log_change(request, now, f"status: {now.status}")
        text = _("Done: %(status)s. For 30 seconds you can take it back in the inbox.")
        text %= {"status": now.get_status_display()}
        self.message_user(request, text, messages.SUCCESS)

    def _decide_all(self, request, queryset, decision):
        decide, changed, same = DECISIONS[decision][1], 0, 0
        for pk, seen in self._chosen(request, queryset):
            try:
                is_changed = decide(pk, request.user, seen=seen)
            except actions.DecidedMeanwhile as error:
                tell_of_conflict(request, *error.args)
                continue
            except Comment.DoesNotExist:
                tell_of_gone(request, 1)
                continue
            changed, same = changed + is_changed, same + (not is_changed)
        text = ngettext("%(count)d answer changed.", "%(count)d answers changed.", changed)
        text %= {"count": changed}
        if same:
            stays = ngettext("%(count)d stays as it was.", "%(count)d stay as they were.", same)
            text = f"{text} {stays % {'count': same}}"
        self.message_user(request, text, messages.SUCCESS)

    def _chosen(self, request, queryset):
        """Return (number, status seen) of what was ticked, in the order of `queryset`.

        A row that is not in the list any more, since somebody has decided it, comes too: it is to
        be told of. Of "all" on every page nobody has seen a status, so it is None.
        """
        seen = dict(value.rsplit(":", 1) for value in request.POST.getlist(SEEN) if ":" in value)
        ids = list(queryset.values_list("pk", flat=True))
        if request.POST.get("select_across") != "1":
            ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
            ids += [int(pk) for pk in ticked if pk.isdecimal() and int(pk) not in set(ids)]
        return [(pk, seen.get(str(pk))) for pk in ids]

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request, queryset):
        self._decide_all(request, queryset, "approve")

    @admin.action(description=_("Mark as spam"), permissions=["change"])
    def mark_spam(self, request, queryset):
        self._decide_all(request, queryset, "spam")

    @admin.action(description=_("Remove"), permissions=["change"])
    def remove(self, request, queryset):
        self._decide_all(request, queryset, "remove")

    @admin.action(description=_("Restore"), permissions=["change"])
    def restore(self, request, queryset):
        self._decide_all(request, queryset, "restore")

    @admin.action(description=_("Ask Akismet again"), permissions=["change"])
    def ask_again(self, request, queryset):
        checks = SpamCheck.objects.filter(comment__in=queryset.order_by()).select_related("comment")
        asked = [check.again() for check in checks if _can_be_asked(check.comment)]
        text = ngettext(
            "%(count)d answer is checked again within a minute.",
            "%(count)d answers are checked again within a minute.",
            len(asked),
        )
        self.message_user(request, text % {"count": len(asked)}, messages.SUCCESS)

    @admin.action(description=_("Delete for good"), permissions=["delete"])
    def delete_for_good(self, request, queryset):
        """Answers before the answered, so that nothing stays of a conversation chosen whole."""
        act, gone, kept = moderator(request.user, reason=Decision.Reason.DELETION), 0, 0
        for pk, seen in self._chosen(request, queryset.order_by("-level", "pk")):
            try:
                is_gone = actions.delete(pk, act, seen=seen)
            except actions.DecidedMeanwhile as error:
                tell_of_conflict(request, *error.args)
            except Comment.DoesNotExist:  # went with the last answer to it
                pass
            else:
                gone, kept = gone + is_gone, kept + (not is_gone)
        text = _("Deleted: %(gone)d. Kept as an empty place because of answers: %(kept)d.")
        self.message_user(request, text % {"gone": gone, "kept": kept}, messages.SUCCESS)

    @admin.display(description=_("answer"), ordering="name")
    def place(self, comment):
        return format_html(
            '<input type="hidden" name="{}" value="{}:{}">'
            '<span class="thread-depth thread-depth-{}"><strong>{}</strong> {}</span>',
            SEEN,
            comment.pk,
            comment.status,
            min(comment.level, MAX_INDENT),
            comment.name or comment.get_status_reason_display(),
            words.excerpt(comment),
        )

    @admin.display(description=_("post"), ordering="post__title")
    def about(self, comment):
        return comment.post.title

    @admin.display(description=_("e-mail"), ordering="email")
    def address(self, comment):
        return comment.email

    @admin.display(description=_("why"))
    def why(self, comment):
        return words.why(comment)

    @admin.display(description=_("status"))
    def standing(self, comment):
        parts = [comment.get_status_display(), words.why(comment)]
        return ": ".join(part for part in parts if part)

    @admin.display(description=_("earlier texts"))
    def earlier_texts(self, comment):
        return history(comment) or _("never changed")

    @admin.display(description=_("what was decided"))
    def log(self, comment):
        return log_of(comment) or _("nothing yet")

    @admin.display(description=_("answers to"))
    def conversation(self, comment):
        above = Comment.objects.filter(
            tree_id=comment.tree_id, lft__lt=comment.lft, rght__gt=comment.rght
        ).order_by("-level")[:ANCESTORS_SHOWN]
        rows = [
            (reverse("admin:comments_comment_change", args=[row.pk]), row.name, words.excerpt(row))
            for row in reversed(above)
        ]
        return format_html_join("", '<p><a href="{}">{}</a>: {}</p>', rows) or _("the post itself")


def _can_be_asked(comment):
    check = SpamCheck.objects.filter(comment=comment).exclude(fields={}).first()
    return comment.awaits_verdict and check is not None
