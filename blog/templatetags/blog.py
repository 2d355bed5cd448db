"""Dates, names of hosts and the other language, for every template; no queries here."""

from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import formats, timezone
from django.utils.translation import get_language, get_language_info, pgettext

register = template.Library()


@register.filter
def long_date(value):
    """Return a day as the page's language writes it: "2. August 2013", "2 August 2013"."""
    return formats.date_format(timezone.localtime(value), pgettext("date format", "j F Y"))


@register.filter
def long_moment(value):
    """Return a moment: "3. September 2013 um 8:42 Uhr", "3 September 2013 at 8:42 a.m."."""
    moment = pgettext("date format of a moment", r"j F Y \a\t P")
    return formats.date_format(timezone.localtime(value), moment)


@register.filter
def host(address):
    """Return the host of a web address without `www.`, for people to read."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.simple_tag(takes_context=True)
def language_links(context):
    """Return this page's address in each language: dicts of code, name, url, is_current."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    current = get_language()
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "url": path if code == current else translate_url(path, code),
            "is_current": code == current,
        }
        for code, _name in settings.LANGUAGES
    ]
