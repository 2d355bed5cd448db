"""The log of decisions, to read: in a list of its own and beside each answer."""

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from comments.akismetadmin import ReadOnlyAdmin
from comments.models import Comment, Decision


def _titled(words):
    """Return a filter with a title that reads well after "By"; the field's name would not."""

    class TitledFilter(admin.ChoicesFieldListFilter):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.title = words

    return TitledFilter


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["when", "answer", "about", "change", "why", "who"]
    list_display_links = None
    list_filter = [
        ("by", _titled(_("role"))),
        ("user", admin.RelatedOnlyFieldListFilter),
        ("from_status", _titled(_("status before"))),
        ("to_status", _titled(_("status after"))),
        "at",
    ]
    list_select_related = ["post", "user"]
    date_hierarchy = "at"
    show_full_result_count = False
    search_fields = ["=comment_number", "name", "words"]
    search_help_text = _("Number of the answer, or who decided")
    fields = ["at", "answer", "post", "change", "why", "who"]
    readonly_fields = ["answer", "change", "why", "who"]

    @admin.display(description=_("when"), ordering="at")
    def when(self, decision):
        return moment(decision)

    @admin.display(description=_("answer"), ordering="comment_number")
    def answer(self, decision):
        if decision.comment_id is None:
            return decision.comment_number
        url = reverse("admin:comments_comment_change", args=[decision.comment_id])
        return format_html('<a href="{}">{}</a>', url, decision.comment_number)

    @admin.display(description=_("post"), ordering="post__title")
    def about(self, decision):
        return Truncator(decision.post or "").chars(40)

    @admin.display(description=_("change"), ordering="to_status")
    def change(self, decision):
        return change_of(decision)

    @admin.display(description=_("why"), ordering="reason")
    def why(self, decision):
        return decision.why

    @admin.display(description=_("who"), ordering="name")
    def who(self, decision):
        return decision.who


def change_of(decision: Decision) -> str:
    """Say from where to where: "waiting for approval → spam"."""
    before = decision.get_from_status_display() or _("new")
    return f"{before} → {decision.get_to_status_display()}"


def log_of(comment: Comment) -> SafeString:
    """Return what was decided about an answer, a line each, the newest first."""
    lines = [(moment(row), change_of(row), row.why, row.who) for row in comment.decisions.all()]
    return format_html_join("", "<p>{}: {} ({}), {}</p>", lines)


def moment(decision: Decision) -> str:
    return date_format(timezone.localtime(decision.at), "SHORT_DATETIME_FORMAT")
