"""The page on which a moderator moves an answer with all below it, and its form."""

import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from blog.models import Post
from comments import tree
from comments.models import Comment

# 12, /c/12/ or an address that ends in #comment-12
TARGET = re.compile(r"(?:.*/c/|.*#comment-)?([0-9]{1,18})/?", re.ASCII)


class MoveForm(forms.Form):
    """Where an answer is to go; `move()` takes it there and says where it went, for the log."""

    target = forms.CharField(
        label=_("Under the answer"),
        required=False,
        max_length=1000,
        help_text=_("Its number or its address, as in /c/123/."),
    )

    def __init__(self, comment, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.comment = comment
        if comment.parent_id is None:
            self.fields["post"] = forms.ModelChoiceField(
                Post.objects.all(),
                label=_("Or under the post"),
                required=False,
                widget=AutocompleteSelect(Comment._meta.get_field("post"), admin.site),
                help_text=_("The whole conversation goes there."),
            )
        else:
            self.fields["target"].help_text = _(
                "Its number or its address, as in /c/123/. Empty: a conversation of its own."
            )

    def clean_target(self):
        typed = self.cleaned_data["target"].strip()
        if not typed:
            return None
        found = TARGET.fullmatch(typed)
        target = Comment.objects.filter(pk=found[1]).first() if found else None
        if target is None:
            raise forms.ValidationError(_("There is no such answer."))
        return target

    def clean(self):
        data = super().clean()
        chosen = [data.get(name) for name in self.fields if data.get(name) is not None]
        if self.comment.parent_id is None and len(chosen) != 1 and not self.errors:
            raise forms.ValidationError(_("Please choose an answer or a post."))
        return data

    def move(self) -> str:
        """Raise tree.CannotMove, tree.Moved, or Comment.DoesNotExist if one of them is gone."""
        target, post = self.cleaned_data["target"], self.cleaned_data.get("post")
        if target is not None:
            tree.move(self.comment.pk, target.pk)
            return f"moved under comment {target.pk}"
        if post is not None:
            tree.move_thread(self.comment.pk, post)
            return f"moved to post {post.pk}"
        tree.split(self.comment.pk)
        return "made a thread of its own"


class MovingAdmin(admin.ModelAdmin):
    """What the admin of comments has for moving one."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:pk>/move/", view, name="comments_comment_move"),
            *super().get_urls(),
        ]

    def move_view(self, request, pk):
        """Ask where an answer is to go with all below it, and take it there."""
        comment = self.get_object(request, str(pk))
        if comment is None:
            raise Http404
        if not self.has_change_permission(request, comment):
            raise PermissionDenied
        form = MoveForm(comment, request.POST if request.method == "POST" else None)
        if form.is_valid() and self._move(request, comment, form):
            return redirect("admin:comments_comment_change", pk)
        context = self.admin_site.each_context(request) | {
            "title": _("Move the answer"),
            "opts": self.opts,
            "original": comment,
            "taken_along": comment.get_descendant_count(),
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/comments/comment/move.html", context)

    def _move(self, request, comment, form):
        try:
            done = form.move()
        except tree.CannotMove as error:
            form.add_error("target", str(error))
            return False
        except (Comment.DoesNotExist, tree.Moved):
            form.add_error(None, _("One of the answers was moved or deleted meanwhile."))
            return False
        self.log_change(request, comment, done)
        self.message_user(request, _("Done: the answer has been moved."), messages.SUCCESS)
        return True
