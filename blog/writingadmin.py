"""What the editor in the form of a post asks the server while somebody writes."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from blog.models import Post
from blog.text import clean_post

OFFERED = 8
LONGEST_PASTE = 2_000_000  # characters; Word needs about fifty for each that is read


class WritesPosts(admin.ModelAdmin):
    """Own posts found by title for links, and foreign markup made plain."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("links/", view(self.links_view), name="blog_post_links"),
            path("clean/", view(self.clean_view), name="blog_post_clean"),
            *super().get_urls(),
        ]

    def links_view(self, request):
        """Return posts whose title has all the words of `q`, newest first."""
        self._allow(request)
        words = request.GET.get("q", "").split()[:8]
        rows = Post.objects.readable() | Post.objects.at_desk_of(request.user)
        for word in words:
            rows = rows.filter(Q(title__icontains=word) | Q(slug__icontains=word))
        rows = rows.exclude(slug="").distinct().newest_first() if words else rows.none()
        posts = [_offer(post) for post in rows[:OFFERED]]
        found = ngettext("%(count)d post found", "%(count)d posts found", len(posts))
        return JsonResponse({"posts": posts, "found": found % {"count": len(posts)}})

    def clean_view(self, request):
        """Return pasted HTML as it would be saved."""
        self._allow(request)
        pasted = request.POST.get("html", "")
        if request.method != "POST" or len(pasted) > LONGEST_PASTE:
            raise Http404
        return JsonResponse({"html": clean_post(pasted)})

    def _allow(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied


def _offer(post):
    note = post.get_status_display()
    if post.is_public:
        note = date_format(localtime(post.published_at), "SHORT_DATE_FORMAT")
    return {"title": post.title, "address": post.get_absolute_url(), "note": note}
