"""Links to other sites and what was found there, to look at and to have checked again."""

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.errandadmin import ErrandAdmin
from blog.models import OutsideLink, PostOutsideLink


@admin.register(OutsideLink)
class OutsideLinkAdmin(ErrandAdmin):
    list_display = ["address", "found", "used_in", "missing_since", "checked_at"]
    list_filter = ["standing"]
    ordering = ["-missing_since", "-pk"]
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
        said = f" ({link.said})" if link.said and link.standing != link.Standing.ALIVE else ""
        return f"{link.get_standing_display()}{said}"

    @admin.display(description=_("stands in"))
    def used_in(self, link):
        posts = [use.post for use in link.uses.all()]
        pairs = [(reverse("admin:blog_post_change", args=[post.pk]), post) for post in posts]
        return format_html_join(", ", '<a href="{}">{}</a>', pairs)
