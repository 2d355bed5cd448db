"""Choosing a picture of the library in another form."""

from django import forms
from django.contrib import admin
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from blog.models import MediaFile

MEDIA_CSS = {"all": ["css/admin-media.css"]}


class MediaChoice(forms.TextInput):
    """The number of a picture; with js/media-picker.js a picture chosen in a dialog."""

    def render(self, name, value, attrs=None, renderer=None):
        number = str(value or "")
        media = MediaFile.objects.filter(pk=number).first() if number.isdecimal() else None
        return format_html(
            '<div class="media-choice" data-media-choice>'
            '<img class="media-choice-picture" data-media-chosen alt="{}"{}>'
            '<p class="media-choice-controls">{} '
            '<a href="{}" data-media-list>{}</a>'
            '<button type="button" class="button" data-media-choose hidden>{}</button> '
            '<button type="button" class="button" data-media-clear hidden>{}</button></p></div>',
            media.title if media else "",
            format_html(' src="{}"', media.preview_url) if media else " hidden",
            super().render(name, value, {**(attrs or {}), "inputmode": "numeric"}, renderer),
            reverse("admin:blog_mediafile_changelist"),
            _("Find the number of a picture in the library"),
            _("Choose from the library"),
            _("Without a picture"),
        )


class ChoosesPictures(admin.ModelAdmin):
    """An admin whose form has pictures of the library: `picture_fields`, and in the text."""

    picture_fields: tuple[str, ...] = ()

    class Media:
        css = MEDIA_CSS
        js = [
            Script("js/media-upload.js", type="module"),
            Script("js/media-picker.js", type="module"),
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.picture_fields:
            return db_field.formfield(widget=MediaChoice)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
