"""Whose row it is: what an author finds in the admin are their own drafts and their own page."""

from django.contrib import admin
from django.http import Http404

from blog.models import Post


class OwnRowsAdmin(admin.ModelAdmin):
    """Permission stands in the query: a row that is not in it is not found, by any view."""

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404


class OwnPostsAdmin(OwnRowsAdmin):
    """Posts: who may publish works on all of them, an author on own ones until they are out."""

    def get_queryset(self, request):
        return super().get_queryset(request).at_desk_of(request.user)

    def get_object(self, request, object_id, from_field=None):
        """Read a post once for all parts of its page; anew where it is about to be changed."""
        if request.method not in {"GET", "HEAD"}:
            return super().get_object(request, object_id, from_field)
        read = request.__dict__.setdefault("posts_read", {})
        key = str(object_id), from_field
        if key not in read:
            read[key] = super().get_object(request, object_id, from_field)
        return read[key]

    def has_add_permission(self, request):
        """Who has no row as an author would never see again what they have written."""
        may = super().has_add_permission(request)
        return may and (may_publish(request.user) or hasattr(request.user, "author"))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and is_theirs(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and is_theirs(request.user, obj)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if may_publish(request.user) else [*fields, "published_at"]


class OwnPersonAdmin(OwnRowsAdmin):
    """People: who may view them sees all, an author sees and changes the row that is them."""

    def get_queryset(self, request):
        people = super().get_queryset(request)
        if request.user.has_perm("blog.view_author"):
            return people
        return people.filter(user=request.user)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        # Whose account it is decides what that account finds here.
        return fields if request.user.has_perm("auth.change_user") else [*fields, "user"]


def may_publish(user) -> bool:
    return user.has_perm("blog.publish_post")


def is_theirs(user, post: Post | None) -> bool:
    """Whether `user` may change `post`; None asks about the list, whose rows are chosen by query.

    A post that is being made has no row yet and is theirs.
    """
    if post is None or post.pk is None or may_publish(user):
        return True
    return Post.objects.changeable_by(user).filter(pk=post.pk).exists()
