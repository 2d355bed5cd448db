"""In the form of a post: its translations, and the way to one that is missing."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ShowsVersions(admin.ModelAdmin):
    """An admin of posts with the read-only field `versions`."""

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, post):
        if not post.pk:
            return _("Once it is saved, a translation can be begun here.")
        others = {version.language: version for version in post.versions()}
        lines = [
            (self._way_to(post, code, others.get(code)),)
            for code, _name in settings.LANGUAGES
            if code != post.language
        ]
        return format_html_join("", "{} ", lines)

    def _way_to(self, post, language, version):
        name = dict(settings.LANGUAGES)[language]
        if version is not None:
            url = reverse("admin:blog_post_change", args=[version.pk])
            return format_html('<a href="{}">{}: {}</a>', url, name, version)
        first = {"translation_of": post.original_id, "language": language}
        url = f"{reverse('admin:blog_post_add')}?{urlencode(first)}"
        words = _("Begin a translation: %(language)s") % {"language": name}
        return format_html('<a href="{}">{}</a>', url, words)
