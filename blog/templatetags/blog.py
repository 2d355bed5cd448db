"""Dates, names of hosts and the other language, for every template; no queries here."""

from functools import lru_cache
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info, override, pgettext
from django.utils.translation import gettext as _

from blog import addresses
from blog.cards import link_picture
from blog.feeds import feed_path
from blog.figures import credit_html, picture_html
from blog.jsonld import author_script, list_script, post_script
from blog.models import SiteSettings

register = template.Library()

RSS = "application/rss+xml"
FEED_FORMATS = [
    ("rss", RSS, ""),
    ("atom", "application/atom+xml", " (Atom)"),
    ("json", "application/feed+json", " (JSON)"),
]

# How wide a cover is shown (static/css/site.css); browsers choose a file by it.
COVER_SIZES = "(min-width: 64rem) 62rem, 96vw"
CARD_SIZES = "(min-width: 48rem) 17rem, 92vw"


register.simple_tag(addresses.address, name="address")


@register.filter
def long_date(value):
    """Return a day as the page's language writes it: "2. August 2013", "2 August 2013"."""
    return _day(timezone.localtime(value).date(), get_language())


@lru_cache(maxsize=4096)
def _day(day, language):
    return formats.date_format(day, pgettext("date format", "j F Y"))


@register.filter
def long_moment(value):
    """Return a moment: "3. September 2013 um 8:42 Uhr", "3 September 2013 at 8:42"."""
    moment = pgettext("date format of a moment", r"j F Y \a\t G:i")
    return formats.date_format(timezone.localtime(value), moment)


@register.filter
def machine_time(value):
    """Return a moment for a `datetime` attribute; `date:"c"` has microseconds, HTML has none."""
    return timezone.localtime(value).isoformat(timespec="seconds")


@register.filter
def host(address):
    """Return the host of a web address without `www.`, for people to read."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.simple_tag(takes_context=True)
def language_links(context):
    """Return this page's address in each language, as dicts."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    current = get_language()
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "url": path if code == current else _in_language(request, path, code),
            "is_current": code == current,
            "is_default": code == settings.LANGUAGE_CODE,
        }
        for code, _name in settings.LANGUAGES
    ]


def _in_language(request, path, code):
    """Return the address of the same page in another language; `path` if there is none."""
    match = request.resolver_match if request else None
    if match is None or not match.url_name or "?" in path:
        return translate_url(path, code)
    return addresses.address(match.view_name, *match.captured_kwargs.values(), language=code)


@register.simple_tag(takes_context=True)
def page_addresses(context):
    """Return a list's own absolute address, and pairs of language and address, x-default too.

    Of what stands behind a "?" only the number of a further page is part of them.
    """
    request, languages = context["request"], {}
    number = request.GET.get("page", "1")
    rest = f"?page={number}" if number.isascii() and number.isdecimal() and number != "1" else ""
    for code, _name in settings.LANGUAGES:
        path = request.path if code == get_language() else _in_language(request, request.path, code)
        languages[code] = settings.BASE_URL + path + rest
    default = languages[settings.LANGUAGE_CODE]
    here = languages[get_language()]
    return {"here": here, "languages": [*languages.items(), ("x-default", default)]}


@register.simple_tag
def picture_of_link(post):
    """Return what other sites are to show beside a link to a post."""
    return link_picture(post)


@register.simple_tag
def cover(post):
    """Return the cover at the head of a post's page."""
    return picture_html(post.cover, alt=post.cover_text, sizes=COVER_SIZES, is_first=True)


@register.simple_tag
def card_cover(post):
    """Return the cover for a list, cropped around its focal point; the title beside it says all."""
    return picture_html(post.cover, alt="", sizes=CARD_SIZES, is_cropped=True)


@register.simple_tag
def credit(media, language):
    """Return who made a picture, as its caption; nothing if that is not to be told."""
    with override(language):
        words = credit_html(media)
    caption = '<figcaption><small class="credit">{}</small></figcaption>'
    return format_html(caption, words) if words else ""


@register.inclusion_tag("blog/_feed_links.html")
def feed_links(target=None):
    """Offer the feeds of everything, or those of a category, a tag, a series or a person.

    In three formats and, as RSS, in the other languages; of everything also what is written in one.
    """
    title = site = SiteSettings.load().title
    if target is not None:
        title = f"{target.name} · {site}"
    links = [
        {"type": kind, "title": title + suffix, "path": feed_path(format, target)}
        for format, kind, suffix in FEED_FORMATS
    ]
    # No `hreflang`: search engines would take a feed for the page in that language.
    for code, name in settings.LANGUAGES:
        if code != get_language():
            with override(code):
                path = feed_path("rss", target)
            own_name = get_language_info(code)["name_local"]
            links.append({"type": RSS, "title": f"{title} ({own_name})", "path": path})
        if target is None:
            words = _("%(site)s, only in %(language)s") % {"site": site, "language": _(name)}
            links.append({"type": RSS, "title": words, "path": feed_path("rss", code)})
    return {"links": links}


@register.simple_tag
def post_json_ld(post, trail, part, versions):
    return post_script(post, trail, part, versions)


@register.simple_tag
def list_json_ld(trail):
    return list_script(trail)


@register.simple_tag
def author_json_ld(author, trail):
    return author_script(author, trail)
