"""The history of a post in the admin: what was saved, what changed, and putting it back."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog import revisions
from blog.comparison import compare, label_of
from blog.models import Post, PostRevision

REVISIONS_PER_PAGE = 50
# An address that people have may lead to the new text: whoever wants the old one says so.
NOT_TICKED = frozenset({"slug"})


class NameForm(forms.ModelForm):
    class Meta:
        model = PostRevision
        fields = ["name"]


class KeepsRevisions:
    """A ModelAdmin of posts whose “History” shows revisions."""

    def get_urls(self):
        def page(route, view, name):
            return path(
                f"<int:post_id>/revisions/{route}",
                self.admin_site.admin_view(view),
                name=f"blog_post_{name}",
            )

        return [
            page("", self.revisions_view, "revisions"),
            page("compare/", self.compare_view, "compare"),
            page("<int:pk>/name/", require_POST(self.name_view), "name"),
            page("<int:pk>/restore/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Lead who writes in this post to its revisions; others see Django's log of it."""
        post = self.get_object(request, unquote(object_id))
        if post is None or not self.has_change_permission(request, post):
            return super().history_view(request, object_id, extra_context)
        return redirect("admin:blog_post_revisions", post.pk)

    def revisions_view(self, request: HttpRequest, post_id: int):
        post = self._writable(request, post_id)
        newest = revisions.current(post)
        found = post.revisions.select_related("user", "restored_from").defer(
            "state", "restored_from__state"
        )
        page = Paginator(found, REVISIONS_PER_PAGE).get_page(request.GET.get("page"))
        rows = [(row, ", ".join(map(_label, row.changed))) for row in page]
        context = {"page": page, "rows": rows, "newest": newest.pk, "title": _("History")}
        return self._render(request, "revisions", post, context)

    def compare_view(self, request, post_id):
        post = self._writable(request, post_id)
        old, new = self._two(request, post)
        context = {
            "title": _("What has changed"),
            "old": old,
            "new": new,
            "differences": compare(old.state, new.state),
        }
        return self._render(request, "compare", post, context)

    def name_view(self, request, post_id, pk):
        post = self._writable(request, post_id)
        form = NameForm(request.POST, instance=self._revision(post, pk))
        if form.is_valid():
            form.save()
            self.message_user(request, _("The name is kept."))
        else:
            self.message_user(request, " ".join(form.errors["name"]), messages.ERROR)
        return redirect("admin:blog_post_revisions", post.pk)

    def restore_view(self, request, post_id, pk):
        post = self._writable(request, post_id)
        revision = self._revision(post, pk)
        if request.method == "POST" and self._restore(request, revision):
            return redirect("admin:blog_post_change", post.pk)
        context = {
            "title": _("Put back"),
            "revision": revision,
            "differences": compare(revisions.current(post).state, revision.state),
            "ticked": self._ticked(request, revision),
        }
        return self._render(request, "restore", post, context)

    def _restore(self, request, revision):
        """Put back what is ticked; False, with a sentence for the editor, if it cannot be."""
        try:
            restored = revisions.restore(revision, request.POST.getlist("field"), request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return False
        if restored is None:
            self.message_user(request, _("Nothing was to be put back."), messages.WARNING)
        else:
            fields = ", ".join(map(_label, restored.changed))
            self.message_user(request, _("Put back: %(fields)s.") % {"fields": fields})
            self.log_change(request, restored.post, [{"changed": {"fields": restored.changed}}])
        return True

    def _ticked(self, request, revision):
        """The fields that the address names; without any, all but those people rather keep."""
        asked = request.POST.getlist("field") or request.GET.getlist("field")
        return asked or [name for name in revision.state if name not in NOT_TICKED]

    def _writable(self, request, post_id):
        """Return a post whose history this person may see: old states can be drafts."""
        post = get_object_or_404(self.get_queryset(request), pk=post_id)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        return post

    def _two(self, request, post):
        """Return the revisions that the address names, the older first; else the last two."""
        if "old" not in request.GET:
            revisions.current(post)
            last = list(post.revisions.select_related("user")[:2])
            return last[-1], last[0]
        named = [self._revision(post, request.GET.get(name)) for name in ("old", "new")]
        return sorted(named, key=lambda revision: revision.pk)

    def _revision(self, post, pk):
        number = int(pk) if str(pk or "").isdecimal() else None
        return get_object_or_404(post.revisions.select_related("user"), pk=number)

    def _render(self, request, name, post, context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": Post._meta,
            "original": post,
            "history": reverse("admin:blog_post_revisions", args=[post.pk]),
            "media": self.media,
        }
        return render(request, f"admin/blog/post/{name}.html", context)


def _label(name):
    """A field of an old revision may be one that posts have no more."""
    return label_of(name) if name in Post.REVISED else name
