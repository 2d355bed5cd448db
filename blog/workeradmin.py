"""What the worker does by itself for posts, to look at and to have done again."""

from django.contrib import admin
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from blog import tasks
from blog.errandadmin import ErrandAdmin
from blog.models import MediaRendering, Post, Poster, RelativeSearch, ReviewMail


@admin.register(MediaRendering)
class MediaRenderingAdmin(ErrandAdmin):
    list_display = ["media", "state"]
    list_select_related = ["media"]
    search_fields = ["media__title"]
    search_help_text = _("Title of the picture")
    fields = ["media", "created_at", "due_at", "done_at", "attempts", "last_error"]

    def knock(self):
        tasks.make_renditions.enqueue()


@admin.register(ReviewMail)
class ReviewMailAdmin(ErrandAdmin):
    list_display = ["post", "recipient", "state"]
    list_select_related = ["author", "user"]
    search_fields = ["post__title", "author__name", "author__email", "user__email"]
    search_help_text = _("Title of the post, name or e-mail")
    fields = [
        "post", "recipient", "language", "created_at", "due_at", "sent_at", "done_at", "attempts",
        "last_error",
    ]  # fmt: skip
    readonly_fields = ["recipient"]

    def get_queryset(self, request):
        # Not joined: SQLite would begin with the posts and sort all their mails.
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("post", Post.objects.only("title")))
        )

    def knock(self):
        tasks.send_review_mails.enqueue()

    @admin.display(description=_("recipient"))
    def recipient(self, mail):
        return f"{mail.author or mail.user} <{mail.address}>"


@admin.register(Poster)
class PosterAdmin(ErrandAdmin):
    list_display = ["page", "has_picture", "state"]
    search_fields = ["page"]
    fields = ["page", "file", "created_at", "due_at", "done_at", "attempts", "last_error"]

    def to_try(self, queryset):
        """A provider that had none before may have one by now."""
        return queryset.filter(Q(done_at=None) | Q(file=""))

    def knock(self):
        tasks.fetch_posters.enqueue()

    @admin.display(description=_("picture"), boolean=True, ordering="file")
    def has_picture(self, poster):
        return bool(poster.file)


@admin.register(RelativeSearch)
class RelativeSearchAdmin(ErrandAdmin):
    list_display = ["post", "state"]
    list_select_related = ["post"]
    search_fields = ["post__title"]
    search_help_text = _("Title of the post")
    fields = ["post", "created_at", "due_at", "attempts", "last_error"]

    def knock(self):
        tasks.find_relatives.enqueue()
