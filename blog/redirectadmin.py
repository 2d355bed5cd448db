"""Redirects in the admin, with checks that none leads nowhere or over a page that lives."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from blog.models import Author, Category, Post, Redirect, Series, Tag
from blog.models.redirect import plain_path

# Views whose page stands or falls with a row; every other view of the site is a living page.
PAGES = {
    "blog:post_detail": Post.objects.readable,
    "blog:category_detail": Category.objects.all,
    "blog:tag_detail": Tag.objects.all,
    "blog:series_detail": Series.objects.all,
    "blog:author_detail": Author.objects.with_page,
}


class RedirectForm(forms.ModelForm):
    def clean_path(self):
        path = _without_host(self.cleaned_data["path"])
        if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path:
            raise ValidationError(
                _("A path of this site begins with one / and has no ? and no #."), code="path"
            )
        path = plain_path(path)
        if stands_at(path):
            raise ValidationError(
                _("A page of this site stands there. Redirects answer only where there is none."),
                code="living",
            )
        return path

    def clean_target(self):
        target = _without_host(self.cleaned_data["target"])
        if target and (not target.startswith("/") or target.startswith("//")):
            URLValidator(["http", "https"])(target)
        return target

    def clean(self):
        data = super().clean()
        path, target = data.get("path"), data.get("target")
        if "path" in data and "target" in data and bool(target) == data["is_gone"]:
            self.add_error("target", _("Say where it leads, or that it is gone for good."))
        elif path and target and leads_back(path, target, but=self.instance.pk):
            self.add_error("target", _("That leads back to where it begins."))
        return data


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    form = RedirectForm
    fields = ["path", "target", "is_gone", "note"]
    list_display = ["path", "target", "is_gone", "note", "created_by", "created_at"]
    list_filter = ["is_gone"]
    list_select_related = ["created_by"]
    search_fields = ["path", "target", "note"]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


def stands_at(path: str) -> bool:
    """Whether a page of this site answers at this path, as `plain_path` returns it."""
    with override(settings.LANGUAGE_CODE):
        for written in (f"{path.rstrip('/')}/", path):
            try:
                match = resolve(written)
            except Resolver404:
                continue
            rows = PAGES.get(match.view_name)
            return rows is None or rows().filter(slug=match.kwargs["slug"]).exists()
    return False


def leads_back(path: str, target: str, but: int | None) -> bool:
    """Whether readers who follow `target` from redirect to redirect come to `path`."""
    others = Redirect.objects.exclude(pk=but) if but else Redirect.objects.all()
    seen: set[str] = set()
    while target.startswith("/"):
        step = plain_path(urlsplit(target).path)
        if step == path:
            return True
        if step in seen:
            return False
        seen.add(step)
        target = others.filter(path=step).values_list("target", flat=True).first() or ""
    return False


def _without_host(address):
    return address.removeprefix(settings.BASE_URL) or "/" if address else ""
