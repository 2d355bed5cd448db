"""The media library in the admin: a grid, uploading many at once, choosing one for a post."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.widgets import Script
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog import library
from blog.images import FORMATS, MAX_BYTES, MAX_PIXELS, PictureField
from blog.mediachoice import MEDIA_CSS
from blog.mediafilters import FILTERS, folders
from blog.models import MediaFile, Post
from blog.models.media import CENTRE
from blog.rendering import render_posts_with
from blog.validators import validate_line
from config.http import render_page_or_partial

PER_PAGE = 48
PICKS_PER_PAGE = 24
USES_SHOWN = 50
TEMPLATES = "admin/blog/mediafile"
ACCEPTED = ",".join(f"image/{name.lower()}" for name in FORMATS)


class MediaFileForm(forms.ModelForm):
    replacement = PictureField(
        label=gettext_lazy("Replace the file"),
        required=False,
        help_text=gettext_lazy(
            "All posts that show this picture show the new one at once; the old file is deleted."
        ),
    )

    def clean_replacement(self):
        clean = self.cleaned_data["replacement"]
        known = clean and library.find(clean)
        if known:
            raise ValidationError(
                _("The library has this picture already: “%(title)s”."),
                code="known",
                params={"title": known.title},
            )
        return clean

    def clean(self):
        cleaned = super().clean()
        if self.cleaned_data.get("replacement") and not {"focal_x", "focal_y"} & {
            *self.changed_data
        }:
            self.cleaned_data |= {"focal_x": CENTRE, "focal_y": CENTRE}
        return cleaned


class UploadForm(forms.Form):
    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        max_length=80,
        required=False,
        validators=[validate_line],
        help_text=MediaFile._meta.get_field("folder").help_text,
        widget=forms.TextInput({"list": "folders"}),
    )


@admin.register(MediaFile)
class MediaFileAdmin(admin.ModelAdmin):
    form = MediaFileForm
    list_display = ["title"]
    list_filter = FILTERS
    list_per_page = PER_PAGE
    view_on_site = False
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["title", "folder", "alt_de", "alt_en", "credit"]
    search_help_text = gettext_lazy("Title, folder, what it shows or who made it")
    readonly_fields = ["preview", "used_in", "facts"]
    fieldsets = [
        (None, {"fields": ["preview", ("focal_x", "focal_y"), "replacement"]}),
        (gettext_lazy("What it shows"), {"fields": ["alt_de", "alt_en"]}),
        (gettext_lazy("Caption"), {"fields": ["caption_de", "caption_en"]}),
        (gettext_lazy("Rights"), {"fields": ["credit", "source_url", "licence"]}),
        (gettext_lazy("In the library"), {"fields": ["title", "folder", "used_in", "facts"]}),
    ]

    class Media:
        css = MEDIA_CSS
        js = [
            Script("js/media-upload.js", type="module"),
            Script("js/media-focus.js", type="module"),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_use()

    def get_urls(self):
        views = [("upload/", self.upload_view, "upload"), ("pick/", self.pick_view, "pick")]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"blog_mediafile_{name}")
            for route, view, name in views
        ]
        return own + super().get_urls()

    def add_view(self, request, form_url="", extra_context=None):
        return redirect("admin:blog_mediafile_upload")

    def upload_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST if request.method == "POST" else None)
        uploads = request.FILES.getlist("files") if form.is_valid() else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload pictures"),
            "opts": self.opts,
            "media": self.media,
            "accepted": ACCEPTED,
            "form": form,
            "folders": folders(),
            "limit": filesizeformat(MAX_BYTES),
            "megapixels": MAX_PIXELS // 1_000_000,
            "is_empty": form.is_valid() and not uploads,
            "results": [
                _taken_in(upload, form.cleaned_data["folder"], request.user) for upload in uploads
            ],
        }
        return render_page_or_partial(request, f"{TEMPLATES}/upload.html", "results", context)

    def pick_view(self, request):
        """A page of the library for the dialog of a form; the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = request.GET.get("page", "1")
        page = min(int(number), 10_000) if number.isdecimal() else 1
        found = MediaFile.objects.all()
        query = request.GET.get("q", "").replace("\0", "")
        found, _has_doubles = self.get_search_results(request, found, query)
        start = (page - 1) * PICKS_PER_PAGE
        rows = list(found[start : start + PICKS_PER_PAGE + 1])
        language = "en" if request.GET.get("language") == "en" else "de"
        context = {
            "picks": [
                {"media": row, "alt": row.alt(language), "caption": row.caption(language)}
                for row in rows[:PICKS_PER_PAGE]
            ],
            "next_page": page + 1 if len(rows) > PICKS_PER_PAGE else None,
            "is_first": page == 1,
        }
        return render(request, f"{TEMPLATES}/_picks.html", context)

    def save_model(self, request, obj, form, change):
        if replacement := form.cleaned_data.get("replacement"):
            library.replace(obj, replacement)
        else:
            super().save_model(request, obj, form, change)
            render_posts_with(obj)

    def delete_queryset(self, request, queryset):
        for media in queryset:
            media.delete()

    def get_deleted_objects(self, objs, request):
        """Say which posts show what cannot be deleted for that, each with its link."""
        deleted, counts, lacking, _protected = super().get_deleted_objects(objs, request)
        posts = Post.objects.filter(media_uses__media__in=objs).distinct()
        return deleted, counts, lacking, [_linked(post) for post in posts[:USES_SHOWN]]

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, media):
        """The picture; js/media-focus.js lets one click on its most important point."""
        return format_html(
            '<div class="media-focus" data-media-focus>'
            '<img src="{}" width="{}" height="{}" alt="{}">'
            '<span class="media-focus-mark" data-media-mark hidden></span></div>',
            media.file.url, media.width, media.height, media.alt() or _("not described yet"),
        )  # fmt: skip

    @admin.display(description=gettext_lazy("shown in"))
    def used_in(self, media):
        posts = Post.objects.filter(media_uses__media=media)
        shown = list(posts[: USES_SHOWN + 1])
        if not shown:
            return _("No post shows it.")
        links = format_html_join(
            "", "<li>{}</li>", ((_linked(post),) for post in shown[:USES_SHOWN])
        )
        more = posts.count() - USES_SHOWN if len(shown) > USES_SHOWN else 0
        words = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
        return format_html(
            "<ul>{}{}</ul>", links, format_html("<li>{}</li>", words) if more else ""
        )

    @admin.display(description=gettext_lazy("file"))
    def facts(self, media):
        return _("%(width)d × %(height)d pixels, %(size)s") % {
            "width": media.width,
            "height": media.height,
            "size": filesizeformat(media.byte_size),
        }


def _linked(post):
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:blog_post_change", args=[post.pk]), post
    )


def _taken_in(upload, folder, user):
    """Return what became of an upload: its `name`, and `media`, `known` or `errors`."""
    result: dict[str, Any] = {"name": upload.name}
    try:
        result["media"] = library.add(upload, folder=folder, uploaded_by=user)
    except library.KnownPicture as known:
        result["known"] = known.media
    except ValidationError as error:
        result["errors"] = error.messages
    return result
