"""Links to other sites and what was found there, to look at and to have checked again."""

from django.contrib import admin
from django.db.models import F, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.errandadmin import ErrandAdmin, ErrandFilter
from blog.models import OutsideLink, PostOutsideLink


@admin.register(OutsideLink)
class OutsideLinkAdmin(ErrandAdmin):
    list_display = ["address", "found", "used_in"]
    list_filter = ["standing", ErrandFilter]
    list_per_page = 50
    ordering = [F("missing_since").desc(nulls_last=True), "-pk"]
    search_fields = ["address"]
    fields = [
        "address", "standing", "said", "checked_at", "missing_since", "due_at", "last_error",
        "used_in",
    ]  # fmt: skip
    readonly_fields = ["used_in"]

    def get_queryset(self, request):
        uses = PostOutsideLink.objects.select_related("post").order_by("pk")
        shown = uses.only("link_id", "post__title")
        return super().get_queryset(request).prefetch_related(Prefetch("uses", shown))

    def knock(self):
        tasks.check_links.enqueue()

    @admin.display(description=_("state"), ordering="standing")
    def found(self, link):
        """What was found, with the day since when nothing is there, and what its host said."""
        words = link.get_standing_display()
        if link.standing == link.Standing.DEAD:
            day = date_format(timezone.localtime(link.missing_since), "SHORT_DATE_FORMAT")
            words = _("leads nowhere since %(day)s") % {"day": day}
        has_said = link.said and link.standing in {link.Standing.DEAD, link.Standing.UNKNOWN}
        return f"{words} ({link.said})" if has_said else words

    @admin.display(description=_("stands in"))
    def used_in(self, link):
        posts = [use.post for use in link.uses.all()]
        pairs = [(reverse("admin:blog_post_change", args=[post.pk]), post) for post in posts]
        return format_html_join(", ", '<a href="{}">{}</a>', pairs)
