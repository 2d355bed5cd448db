"""Posts are pinned to the front page, and taken down again, in their list."""

from django.contrib import admin, messages
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from blog.revisions import keep


class PinsPosts(admin.ModelAdmin):
    """An admin of posts with the actions `pin` and `unpin`, for those who publish."""

    actions = ["pin", "unpin"]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.has_publish_permission(request) else [*fields, "is_pinned"]

    def has_publish_permission(self, request):
        return request.user.has_perm("blog.publish_post")

    @admin.action(description=_("Pin to the top of the front page"), permissions=["publish"])
    def pin(self, request, queryset):
        count = self._set_pinned(request, queryset, True)
        text = ngettext("%(count)d post is pinned now.", "%(count)d posts are pinned now.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Pin no longer"), permissions=["publish"])
    def unpin(self, request, queryset):
        count = self._set_pinned(request, queryset, False)
        text = ngettext(
            "%(count)d post is no longer pinned.", "%(count)d posts are no longer pinned.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @transaction.atomic
    def _set_pinned(self, request, queryset, is_pinned):
        posts = list(queryset.filter(is_pinned=not is_pinned))
        for post in posts:
            post.is_pinned = is_pinned
            post.save()
            keep(post, request.user)
            self.log_change(request, post, "pinned" if is_pinned else "no longer pinned")
        return len(posts)
