"""What pages say to machines: schema.org as JSON-LD, in a data block that no browser runs."""

import json
from collections.abc import Iterable

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from blog.breadcrumbs import Step
from blog.cards import link_picture
from blog.models import Author, Post, SiteSettings
from blog.reading import Part

# As django.utils.html.json_script does: nothing in the data can end the script element. Replaced
# one by one, which is fifty times quicker than `translate` on a long text.
ESCAPES = {">": "\\u003E", "<": "\\u003C", "&": "\\u0026"}


def script(things: Iterable[str]) -> SafeString:
    """Return the data block of what `thing` has made; "" if there is nothing."""
    graph = ", ".join(things)
    if not graph:
        return mark_safe("")
    return mark_safe(  # noqa: S308  (escaped by `thing`)
        '<script type="application/ld+json">{"@context": "https://schema.org", '
        f'"@graph": [{graph}]}}</script>'
    )


def thing(data: dict) -> str:
    """Return one thing as JSON that can stand in the data block."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escaped in ESCAPES.items():
        text = text.replace(character, escaped)
    return text


def post_script(
    post: Post, trail: Iterable[Step], part: Part | None, versions: Iterable[Post]
) -> SafeString:
    """Return what a post's page says of the post and of where it stands.

    At the end of the `trail`, as which `part` of its series, beside which other `versions` of
    itself.
    """
    posting = _posting(post)
    if part is not None and post.series is not None:
        series = {"@type": "CreativeWorkSeries", "name": post.series.name}
        series["url"] = absolute(post.series.get_absolute_url())
        posting |= {"isPartOf": series, "position": part.number}
    others = [version for version in versions if version.pk != post.pk]
    if others:
        original = [other for other in others if other.pk == post.translation_of_id]
        relation = "translationOfWork" if original else "workTranslation"
        posting[relation] = [
            {"@id": f"{other.get_canonical_url()}#post", "inLanguage": other.language}
            for other in original or others
        ]
    return script([thing(posting), thing(_breadcrumbs(trail))])


def list_script(trail: Iterable[Step]) -> SafeString:
    """Return what the page of a list says of where it stands."""
    return script([thing(_breadcrumbs(trail))])


def author_script(author: Author, trail: Iterable[Step]) -> SafeString:
    """Return what a person's page says of the person and of where it stands."""
    profile = {
        "@type": "ProfilePage",
        "@id": absolute(author.get_absolute_url()),
        "mainEntity": _person(author),
    }
    return script([thing(profile), thing(_breadcrumbs(trail))])


def absolute(path: str) -> str:
    return settings.BASE_URL + path


def _posting(post):
    canonical = post.get_canonical_url()
    posting = {
        "@type": "BlogPosting",
        "@id": f"{canonical}#post",
        "mainEntityOfPage": canonical,
        "headline": post.title,
        "description": post.teaser,
        "datePublished": post.published_at.isoformat(),
        "dateModified": (post.modified_at or post.published_at).isoformat(),
        "inLanguage": post.language,
        "author": [_person(author) for author in post.bylined_authors],
        "publisher": {"@type": "Organization", "name": SiteSettings.load().title},
    }
    posting["image"] = link_picture(post).address
    if post.category:
        posting["articleSection"] = post.category.name
    if tags := [tag.name for tag in post.tags.all()]:
        posting["keywords"] = tags
    return posting


def _person(author):
    person = {
        "@type": "Person",
        "name": author.name,
        "url": absolute(author.get_absolute_url()),
    }
    if author.portrait:
        person["image"] = absolute(author.portrait.url)
    if author.website:
        person["sameAs"] = author.website
    return person


def _breadcrumbs(trail):
    return {
        "@type": "BreadcrumbList",
        "inLanguage": get_language(),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": step.name, "item": absolute(step.path)}
            for place, step in enumerate(trail, start=1)
        ],
    }
