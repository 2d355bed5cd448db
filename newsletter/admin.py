"""Newsletters, who is subscribed to them, and what they agreed to."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.errandadmin import ErrandFilter
from newsletter.actions import Origin, Way, end, send_again
from newsletter.models import ConfirmationMail, ConsentEvent, Newsletter, Subscription


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that people and programs write: editors look at them and use the actions.

    Nobody is subscribed by hand, since nobody can consent for another; and what proves a consent
    is not deleted by hand either.
    """

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """Of the list only, where it is the permission to use the actions."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Newsletter)
class NewsletterAdmin(admin.ModelAdmin):
    list_display = ["name", "language", "rhythm", "is_public", "active_count", "pending_count"]
    list_filter = ["is_public", "language"]
    search_fields = ["name", "description"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "language", "description", "rhythm"]}),
        (_("Sender"), {"fields": ["sender_name", "sender_email", "reply_to"]}),
        (_("On the site"), {"fields": ["is_public", "position"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description=_("subscribers"), ordering="active_count")
    def active_count(self, newsletter):
        return newsletter.active_count

    @admin.display(description=_("waiting"), ordering="pending_count")
    def pending_count(self, newsletter):
        return newsletter.pending_count


class ConsentEventInline(admin.StackedInline):
    model = ConsentEvent
    fields = [
        ("created_at", "way", "language", "ip"),
        "page_url",
        "wording",
        "wording_version",
        "message_id",
    ]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = [
        "author",
        "email",
        "newsletter",
        "state",
        "requested_at",
        "confirmed_at",
        "ended_at",
    ]
    list_select_related = ["author", "newsletter"]
    list_filter = ["state", "newsletter", "language"]
    search_fields = ["author__email", "author__name"]
    date_hierarchy = "requested_at"
    fields = [
        "author",
        "email",
        "newsletter",
        "state",
        "language",
        "requested_at",
        "confirmed_at",
        "ended_at",
    ]
    inlines = [ConsentEventInline]
    actions = ["end_subscriptions"]

    @admin.display(description=_("e-mail"), ordering="author__email")
    def email(self, subscription):
        return subscription.author.email

    @admin.action(description=_("End the selected subscriptions"), permissions=["change"])
    def end_subscriptions(self, request, queryset):
        count = sum(
            end(subscription, Origin(subscription.language, way=Way.ADMIN))
            for subscription in queryset
        )
        text = ngettext(
            "%(count)d subscription has ended.", "%(count)d subscriptions have ended.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(ConfirmationMail)
class ConfirmationMailAdmin(ReadOnlyAdmin):
    list_display = [
        "email",
        "newsletter",
        "kind",
        "sent_at",
        "attempts",
        "last_error",
        "due_at",
    ]
    list_select_related = ["subscription__author", "subscription__newsletter"]
    list_filter = [
        ErrandFilter,
        "kind",
        ("sent_at", admin.EmptyFieldListFilter),
        "subscription__newsletter",
    ]
    search_fields = ["subscription__author__email", "subscription__author__name"]
    fields = [
        "subscription",
        "kind",
        "created_at",
        "due_at",
        "leased_until",
        "attempts",
        "last_error",
        "sent_at",
        "done_at",
    ]
    actions = ["send_again"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=_("e-mail"), ordering="subscription__author__email")
    def email(self, mail):
        return mail.subscription.author.email

    @admin.display(description=_("newsletter"), ordering="subscription__newsletter")
    def newsletter(self, mail):
        return mail.subscription.newsletter

    @admin.action(description=_("Send the selected mails again"), permissions=["change"])
    def send_again(self, request, queryset):
        count = sum(send_again(mail) for mail in queryset)
        text = ngettext(
            "%(count)d mail will be sent now.", "%(count)d mails will be sent now.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        if needless := len(queryset) - count:
            text = ngettext(
                "%(count)d mail was left out: its sign-up is confirmed, ended or too old.",
                "%(count)d mails were left out: their sign-ups are confirmed, ended or too old.",
                needless,
            )
            self.message_user(request, text % {"count": needless}, messages.WARNING)
