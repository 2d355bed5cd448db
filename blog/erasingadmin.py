"""The page on which an editor erases a person who asked for it; first it shows what there is."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from blog import erasing
from blog.models import Author


class ErasingForm(forms.Form):
    texts = forms.ChoiceField(
        label=_("Texts that this person wrote in public"),
        choices=erasing.Texts,
        widget=forms.RadioSelect,
        help_text=_(
            "Replies of others stay in either case. A name inside a text, such as a signature or "
            "a quotation in a reply, has to be taken out by hand."
        ),
        error_messages={"required": _("Please choose what becomes of the texts.")},
    )
    is_sure = forms.BooleanField(
        label=_("I have made sure that this person asks for it themselves."),
        error_messages={"required": _("Please make sure first: this cannot be undone.")},
    )


class ErasesPeople(admin.ModelAdmin):
    """An admin of people with the page `erase`, for those who may delete them."""

    change_form_template = "admin/blog/author/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", view, name="blog_author_erase"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"can_erase": self.has_delete_permission(request)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.action(description=_("Erase at the person's request"), permissions=["delete"])
    def erase(self, request, queryset):
        if len(chosen := queryset.values_list("pk", flat=True)[:2]) == 1:
            return redirect("admin:blog_author_erase", chosen[0])
        self.message_user(request, _("Please choose one person."), messages.WARNING)
        return None

    def erase_view(self, request, pk):
        author = Author.objects.filter(pk=pk).first()
        if author is None:
            raise Http404
        author = author.person
        if not self.has_delete_permission(request, author):
            raise PermissionDenied
        form = ErasingForm(request.POST if request.method == "POST" else None)
        obstacles = erasing.obstacles(author)
        if form.is_valid() and not obstacles:
            return self._erase(request, author, erasing.Texts(form.cleaned_data["texts"]))
        context = self.admin_site.each_context(request) | {
            "title": _("Erase a person"),
            "opts": self.opts,
            "original": author,
            "form": form,
            "obstacles": obstacles,
            "holdings": erasing.survey(author),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/blog/author/erase.html", context)

    def _erase(self, request, author, texts):
        number = author.pk
        erasing.erase(author, texts)
        author.pk, author.name = number, "author (erased)"  # what the log is to call the row
        self.log_change(request, author, f"erased at the person's request; texts: {texts.value}")
        self.message_user(request, _("Done: the person has been erased."), messages.SUCCESS)
        return redirect("admin:blog_author_changelist")
