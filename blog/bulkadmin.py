"""Acts on many posts in their list: what is asked, what will happen, and how far it has come."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from blog import bulk
from blog.bulkforms import FORMS
from blog.models import Post

SHOWN_TITLES = 20


def action_of(act: bulk.Act):
    """Return the action of the list that leads to the page of `act`."""

    @admin.action(description=act.label, permissions=[act.permission])
    def action(modeladmin, request, queryset):
        return modeladmin.bulk_page(request, act, list(queryset.values_list("pk", flat=True)))

    action.__name__ = act.name
    return action


class ChangesMany(admin.ModelAdmin):
    """An admin of posts with the acts of blog/bulk.py in its list."""

    actions = [action_of(act) for act in bulk.ACTS]

    def get_urls(self):
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("bulk/", view, name="blog_post_bulk"), *super().get_urls()]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if self.has_publish_permission(request) else [*fields, "is_pinned"]

    def has_publish_permission(self, request):
        return request.user.has_perm("blog.publish_post")

    def get_actions(self, request, action_location=admin.ActionLocation.CHANGE_LIST):
        """Without Django's own way to delete, which loads all that hangs on all the posts."""
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions

    @method_decorator(require_POST)
    def bulk_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        act = next((act for act in bulk.ACTS if act.name == request.POST.get("act")), None)
        numbers = [int(pk) for pk in request.POST.get("posts", "").split(",") if pk.isdecimal()]
        if act is None or not numbers:
            messages.warning(request, _("Please choose posts in the list first."))
            return redirect("admin:blog_post_changelist")
        if not getattr(self, f"has_{act.permission}_permission")(request):
            raise PermissionDenied
        return self.bulk_page(request, act, numbers)

    def bulk_page(self, request, act, numbers):
        """Ask with what, show what will happen, or do it; which of them stands in `stage`."""
        stage = request.POST.get("stage")
        form = FORMS[act.asks](request.POST if stage else None) if act.asks else None
        if form is not None and not form.is_valid():
            return self._bulk_answer(request, act, form, numbers=numbers)
        posts = Post.objects.changeable_by(request.user).filter(pk__in=numbers)
        value = form.value if form else None
        if stage == "do":
            return self._do(request, act, form, posts, value)
        outlook = act.look(posts, value, request.user)
        lost = len(numbers) - posts.count()
        return self._bulk_answer(
            request, act, form, numbers=outlook.doing, outlook=outlook, lost=lost,
            answers=self._answers(act, outlook),
        )  # fmt: skip

    def _do(self, request, act, form, posts, value):
        result = bulk.run(act, posts, value, request.user)
        before = request.POST.get("done", "")
        result.done += int(before) if before.isdecimal() else 0
        for post, why in _titles(result.refused, SHOWN_TITLES):
            messages.warning(request, _("“%(title)s”: %(why)s") % {"title": post.title, "why": why})
        if result.left:
            return self._bulk_answer(request, act, form, numbers=result.left, result=result)
        text = ngettext(
            "Done with %(count)d post: %(act)s.", "Done with %(count)d posts: %(act)s.", result.done
        )
        messages.success(request, text % {"count": result.done, "act": _said(act, form)})
        return redirect("admin:blog_post_changelist")

    def _answers(self, act, outlook):
        """How many answers go with the posts."""
        if act.permission != "delete":
            return 0
        posts = Post.objects.filter(pk__in=outlook.doing)
        return posts.aggregate(found=Count("comments"))["found"]

    def _bulk_answer(self, request, act, form, *, numbers, outlook=None, **more):
        context = self.admin_site.each_context(request) | {
            "title": _said(act, form),
            "opts": self.opts,
            "act": act,
            "form": form,
            "numbers": ",".join(map(str, numbers)),
            "count": len(numbers),
            "outlook": outlook,
            # Not the list's own: the editor's style in it would be refused here.
            "media": form.media if form else "",
            **more,
        }
        if outlook:
            found = {"doing": outlook.doing, "already": outlook.already}
            context |= {name: _titles(dict.fromkeys(pks, "")) for name, pks in found.items()}
            context["refused"] = _titles(outlook.refused)
            context |= {
                f"{name}_more": max(len(pks) - SHOWN_TITLES, 0)
                for name, pks in [*found.items(), ("refused", outlook.refused)]
            }
        return TemplateResponse(request, "admin/blog/post/bulk.html", context)


def _titles(reasons, most=SHOWN_TITLES):
    """Return [(post, why)] of the first posts of {number: why}."""
    posts = Post.objects.filter(pk__in=list(reasons)[:most]).only("title").order_by("pk")
    return [(post, reasons[post.pk]) for post in posts]


def _said(act, form):
    if form is not None and form.is_bound and form.is_valid():
        return f"{act.label} – {form}"
    return str(act.label)
