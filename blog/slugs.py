"""Slugs that know German: "Größe & Maß" becomes `groesse-und-mass`."""

from django.db.models import QuerySet
from django.utils.text import slugify

# Django's slugify drops ß and strips the dots of umlauts, which reads as another word.
GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"}
)
AND = {"de": " und ", "en": " and "}


def make_slug(text: str, language: str = "de", *, max_length: int = 120) -> str:
    """Return `text` as a slug of at most `max_length` characters, cut between words; may be ""."""
    slug = slugify(text.translate(GERMAN).replace("&", AND.get(language, " ")))
    if len(slug) > max_length:
        slug = slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]
    return slug


def free_slug(wanted: str, *taken: QuerySet, fallback: str) -> str:
    """Return `wanted` (or `fallback`), with `-2`, `-3`, … if a row of `taken` has it as `slug`."""
    base = wanted or fallback
    similar: set[str] = set()
    for rows in taken:
        similar |= set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in similar:
        number += 1
        slug = f"{base}-{number}"
    return slug
