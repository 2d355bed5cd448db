"""What left the house, and how Akismet is: pages to look at."""

from django.conf import settings
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from blog.errandadmin import ErrandAdmin, ErrandFilter
from comments import spam, tasks
from comments.models import AkismetState, SpamCheck, SpamFeedback

# Akismet's documentation of X-akismet-alert-code, in our words.
ALERTS = {
    "10003": _("The plan is too small: it has to be upgraded."),
    "10005": _("The key is in use at another site."),
    "10006": _("The account is suspended."),
    "10009": _("The account is suspended."),
    "10010": _("The account is suspended."),
    "10011": _("More is checked than the plan allows."),
    "10402": _("The account is not paid."),
    "10403": _("The site was taken off the key."),
    "10404": _("The site is not on the key."),
    "30001": _("The plan is for personal sites only."),
}


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SpamCheck)
class SpamCheckAdmin(ErrandAdmin):
    """The replay view: each check with exactly the fields that were sent, while they are kept."""

    list_display = ["comment", "verdict", "asked_at", "state"]
    list_filter = [ErrandFilter, "verdict"]
    list_select_related = ["comment"]
    fields = [
        "comment", "consent", "verdict", "guid", "asked_at", "attempts", "due_at", "done_at",
        "last_error", "what_left",
    ]  # fmt: skip
    readonly_fields = ["consent", "guid", "what_left"]

    def knock(self):
        tasks.check_spam.enqueue()

    @admin.display(description=_("its writer agreed"))
    def consent(self, check):
        return check.comment.akismet_consent_at or _("not asked, or not agreed")

    @admin.display(description=_("what left the house"))
    def what_left(self, check):
        if check.asked_at is None:
            return _("Nothing.") if check.done_at else _("Nothing yet.")
        if not check.fields:
            return _("Forgotten after 15 days.")
        rows = [
            (name, value) for name, text in sorted(check.fields.items()) for value in _list(text)
        ]
        table = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows)
        return format_html(
            "<p>{}</p><table>{}</table>",
            _("By POST to Akismet's comment-check, with the site's key and nothing else:"),
            table,
        )


@admin.register(SpamFeedback)
class SpamFeedbackAdmin(ErrandAdmin):
    list_display = ["comment", "kind", "reporter", "state"]
    list_filter = [ErrandFilter, "kind"]
    list_select_related = ["comment"]
    fields = ["comment", "kind", "reporter", "due_at", "done_at", "attempts", "last_error"]

    def knock(self):
        tasks.send_feedback.enqueue()


class ErrandInline(admin.StackedInline):
    """What waits to be told to Akismet, or has been; to look at."""

    extra = 0
    can_delete = False
    errand = ["attempts", "due_at", "done_at", "last_error"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class SpamCheckInline(ErrandInline):
    model = SpamCheck
    fields = ["verdict", "asked_at", *ErrandInline.errand, "fields"]


class SpamFeedbackInline(ErrandInline):
    model = SpamFeedback
    fields = ["kind", "reporter", *ErrandInline.errand]


@admin.register(AkismetState)
class AkismetStateAdmin(ReadOnlyAdmin):
    list_display = ["standing", "alert", "month", "failure_count", "paused_until", "last_error"]
    fields = [
        "standing", "alert", "alert_message", "month", "usage_at", "failure_count", "paused_until",
        "last_error", "last_error_at",
    ]  # fmt: skip
    readonly_fields = ["standing", "alert", "month"]

    def changelist_view(self, request, extra_context=None):
        AkismetState.load()  # before the first answer there is no row yet
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("state"))
    def standing(self, state):
        if not settings.AKISMET_API_KEY:
            return _("No key: nothing is sent to Akismet.")
        if not spam.is_enabled():
            return _("Switched off in the site settings: nothing is sent to Akismet.")
        if AkismetState.pause():
            return _("Akismet is left in peace after errors; answers wait.")
        if spam.asks_consent():
            return _("Akismet is asked about answers whose writers agreed.")
        return _("Akismet is asked.")

    @admin.display(description=_("alert"))
    def alert(self, state):
        return ALERTS.get(state.alert_code, state.alert_code) or "–"

    @admin.display(description=_("used this month"))
    def month(self, state):
        if not state.usage:
            return _("not known yet")
        values = {name: state.usage.get(name, "?") for name in spam.USAGE_NAMES}
        return _("%(usage)s of %(limit)s checks, %(percentage)s %%") % values


def _list(value):
    return value if isinstance(value, list) else [value]
