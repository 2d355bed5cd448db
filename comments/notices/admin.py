"""Wishes to be told and the mails they caused, to look at and to send again."""

from django.contrib import admin, messages
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.errandadmin import ErrandFilter
from comments.models import (
    AnswerMail,
    ClaimMail,
    Digest,
    Follow,
    FollowMail,
    InvitationMail,
    ReportMail,
)
from comments.notices import follows, tasks


class NoticeAdmin(admin.ModelAdmin):
    """Rows that people and programs write; nobody is made to follow anything by hand."""

    search_fields = ["author__name", "author__email"]
    list_select_related = ["author"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """Of the list only, where it is the permission to use the actions."""
        return obj is None and super().has_change_permission(request)

    @admin.display(description=_("e-mail"), ordering="author__email")
    def email(self, row):
        return row.author.email


class MailAdmin(NoticeAdmin):
    list_filter = [ErrandFilter, ("sent_at", admin.EmptyFieldListFilter)]
    actions = ["try_now"]

    @admin.action(description=_("Send what has not been sent now"), permissions=["change"])
    def try_now(self, request, queryset):
        waiting = list(queryset.filter(done_at=None))
        for mail in waiting:
            mail.again()
        transaction.on_commit(tasks.send_follow_mails.enqueue, robust=True)
        transaction.on_commit(tasks.send_answer_mails.enqueue, robust=True)
        transaction.on_commit(tasks.send_claim_mails.enqueue, robust=True)
        transaction.on_commit(tasks.send_report_mails.enqueue, robust=True)
        transaction.on_commit(tasks.send_invitation_mails.enqueue, robust=True)
        text = ngettext(
            "%(count)d mail will be sent now.", "%(count)d mails will be sent now.", len(waiting)
        )
        self.message_user(request, text % {"count": len(waiting)}, messages.SUCCESS)


@admin.register(Follow)
class FollowAdmin(NoticeAdmin):
    list_display = ["author", "email", "post", "scope", "state", "created_at", "confirmed_at"]
    list_select_related = ["author", "post"]
    list_filter = ["state", "scope"]
    actions = ["end"]

    @admin.action(description=_("End the selected wishes"), permissions=["change"])
    def end(self, request, queryset):
        count = sum(len(follows.end(follow)) for follow in queryset)
        text = ngettext("%(count)d wish has ended.", "%(count)d wishes have ended.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(FollowMail)
class FollowMailAdmin(MailAdmin):
    list_display = [
        "author", "email", "created_at", "due_at", "sent_at", "used_at", "attempts", "last_error",
    ]  # fmt: skip


@admin.register(AnswerMail)
class AnswerMailAdmin(MailAdmin):
    list_display = [
        "author", "email", "kind", "comment", "due_at", "sent_at", "attempts", "last_error",
    ]  # fmt: skip
    list_select_related = ["author", "comment"]
    list_filter = ["kind", *MailAdmin.list_filter]


@admin.register(Digest)
class DigestAdmin(MailAdmin):
    list_display = ["author", "email", "day", "due_at", "sent_at", "attempts", "last_error"]


@admin.register(ClaimMail)
class ClaimMailAdmin(MailAdmin):
    list_display = ["comment", "created_at", "due_at", "sent_at", "attempts", "last_error"]
    list_select_related = ["comment"]
    search_fields = ["comment__name", "comment__email"]


@admin.register(ReportMail)
class ReportMailAdmin(MailAdmin):
    list_display = ["report", "kind", "due_at", "sent_at", "attempts", "last_error"]
    list_select_related = ["report"]
    search_fields = ["report__name", "report__email"]


@admin.register(InvitationMail)
class InvitationMailAdmin(MailAdmin):
    list_display = ["invitation", "kind", "due_at", "sent_at", "attempts", "last_error"]
    list_select_related = ["invitation__author"]
    search_fields = ["invitation__author__name", "invitation__author__email"]
