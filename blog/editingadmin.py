"""The form of a post in the admin: two editors at once, and what is not saved yet."""

import re
import secrets
from contextlib import nullcontext
from dataclasses import dataclass

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import drafts, merging, revisions
from blog.models import Draft, EditingSession, Post
from blog.models.revision import known_as

BEGAN_FROM = "began_from"  # the number of the revision that the form shows
PUT_BACK = "put_back"  # "draft": show the stored draft; "browser": show what is sent here


@dataclass
class Editing:
    """What the form of a post says about itself; the templates read it."""

    post: Post | None
    began_from: str
    sitting: str
    draft: Draft | None = None  # offered
    put_back: bool = False  # the form shows a draft
    is_unsaved: bool = False
    merge: merging.Merge | None = None
    others: list[str] | None = None
    saved: str = ""  # sittings that the browser may forget

    @property
    def is_pending(self) -> bool:
        """Whether the form is shown once more before it is saved, whatever is in it."""
        return self.put_back or self.merge is not None


class UpdateForm(forms.ModelForm):
    """What readers are told of a change, if it is one to them."""

    KEEP, UPDATED, WITHDRAWN = "keep", "updated", "withdrawn"
    update = forms.ChoiceField(
        label=gettext_lazy("This change is"),
        required=False,
        choices=[
            (KEEP, gettext_lazy("small: readers are told nothing")),
            (UPDATED, gettext_lazy("real: show readers today’s date as update")),
            (WITHDRAWN, gettext_lazy("none: take date and note of the last update back")),
        ],
    )

    def save(self, commit=True):
        update = self.cleaned_data.get("update")
        if update == self.UPDATED:
            self.instance.modified_at = timezone.now()
        elif update == self.WITHDRAWN:
            self.instance.modified_at, self.instance.change_note = None, ""
        return super().save(commit)


class EditsTogether:
    """A ModelAdmin that loses nothing: see docs/decisions/0070."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("autosave/", view(self.autosave_view), name="blog_post_add_autosave"),
            path("<int:post_id>/autosave/", view(self.autosave_view), name="blog_post_autosave"),
            path("draft/", view(self.draft_view), name="blog_post_add_draft"),
            path("<int:post_id>/draft/", view(self.draft_view), name="blog_post_draft"),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        post = self.get_object(request, unquote(object_id)) if object_id else None
        if not self._may_write(request, post) or (object_id and post is None):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic() if request.method == "POST" else nullcontext():
            take = self._sent if request.method == "POST" else self._opened
            request.editing = editing = take(request, post)
            context = {"editing": editing, **(extra_context or {})}
            if editing.is_pending:
                context["errors"] = []  # the page says itself why it is shown again
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        editing = getattr(request, "editing", None)
        return _shown_again(form) if editing and editing.is_pending else form

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        sitting = request.POST.get(drafts.SITTING, "")
        revisions.keep(form.instance, request.user, sitting=sitting)
        drafts.forget(form.instance, request.user, sitting, is_new=not change)

    def autosave_view(self, request, post_id=None):
        post = self._post_to_write(request, post_id)
        is_kept = "beat" in request.POST or drafts.keep_draft(post, request.user, request.POST)
        if post:
            EditingSession.objects.touch(post, request.user)
        time = date_format(timezone.localtime(), "TIME_FORMAT")
        state = _("Draft saved %(time)s") if is_kept else _("Another draft waits: decide above.")
        warning = _warning(post, request)
        return JsonResponse({"kept": is_kept, "state": state % {"time": time}, "warning": warning})

    def draft_view(self, request, post_id=None):
        """Throw one's own draft away."""
        post = self._post_to_write(request, post_id)
        Draft.objects.filter(post=post, user=request.user).delete()
        self.message_user(request, _("The draft is thrown away."))
        if post is None:
            return redirect("admin:blog_post_add")
        return redirect("admin:blog_post_change", post.pk)

    def _may_write(self, request, post):
        if post is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, post)

    def _post_to_write(self, request, post_id):
        """Return the post of a POST, None for a new one; 404 and 403 as the form's own."""
        post = self.get_object(request, str(post_id)) if post_id else None
        if request.method != "POST" or (post_id and post is None):
            raise Http404
        if not self._may_write(request, post):
            raise PermissionDenied
        return post

    def _opened(self, request, post):
        others = []
        if post:
            others = [known_as(row.user) for row in _others(request, post)]
            EditingSession.objects.touch(post, request.user)
        return Editing(
            post=post,
            began_from=str(revisions.current(post).pk) if post else "",
            sitting=secrets.token_hex(8),
            draft=Draft.objects.filter(post=post, user=request.user).first(),
            others=others,
            saved=" ".join(drafts.saved_sittings(request.user)),
        )

    def _sent(self, request, post):
        """Look at what was sent before it is saved; the caller's transaction locks the post."""
        data = self._data(request, post)
        sitting = data.get(drafts.SITTING, "")
        data[drafts.SITTING] = sitting if re.fullmatch(r"[\w-]{1,32}", sitting) else ""
        editing = Editing(post, "", data[drafts.SITTING], is_unsaved=True)
        editing.put_back = PUT_BACK in request.POST
        if editing.put_back:
            drafts.complete(data, self._shown(request, post, data))
        request.POST = data
        if post:
            editing.merge = self._merge(request, post, data)
            editing.began_from = data[BEGAN_FROM]
        return editing

    def _shown(self, request, post, data):
        """Yield the form as it is now, and all of each group of rows that `data` does not know."""
        yield super().get_form(request, post, change=post is not None)(instance=post)
        for formset_class, _inline in self.get_formsets_with_inlines(request, post):
            formset = formset_class(instance=post or Post())
            if f"{formset.prefix}-TOTAL_FORMS" not in data:
                yield formset.management_form
                yield from formset.forms

    def _data(self, request, post):
        if request.POST.get(PUT_BACK) == "draft":
            draft = Draft.objects.filter(post=post, user=request.user).first()
            if draft:
                return drafts.as_sent(draft)
        return request.POST.copy()

    def _merge(self, request, post, data):
        """Bring the form up to what somebody else has saved since it was opened."""
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        theirs = revisions.current(locked)
        began_from = data.get(BEGAN_FROM, "")
        base = post.revisions.filter(pk=began_from if began_from.isdecimal() else None).first()
        data[BEGAN_FROM] = str(theirs.pk)
        if base is None:
            return None
        form = super().get_form(request, post, change=True)(data, request.FILES, instance=locked)
        merging.choose(form, data, base)
        return merging.merge(form, data, base, theirs) if base != theirs else None


def _shown_again(form):
    """Make a form that is never valid: it is shown once more with all that is typed into it."""

    class ShownAgain(form):
        def clean(self):
            super().clean()
            raise forms.ValidationError(_("Please look at it and save."), code="shown_again")

    return ShownAgain


def _others(request, post):
    return EditingSession.objects.others(post, request.user)


def _warning(post, request):
    """Say who else is in this post, or has saved it since the form was opened."""
    if post is None:
        return ""
    newer = post.revisions.filter(pk__gt=_number(request.POST.get(BEGAN_FROM)))
    saved = newer.exclude(user=None).select_related("user").first()
    if saved:
        words = _("%(name)s has saved meanwhile. When you save you choose what stays.")
        return words % {"name": saved.who()}
    if names := ", ".join(known_as(row.user) for row in _others(request, post)):
        return _("Also writing in this post: %(names)s.") % {"names": names}
    return ""


def _number(text):
    return int(text) if text and text.isdecimal() else 0
