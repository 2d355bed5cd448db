"""What differs between two revisions of a post, field by field, for editors to read."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_prose_editor.fields import ProseEditorField

from blog.differences import html_diff, marked, word_diff
from blog.models import Author
from blog.revisions import NOT_RESTORED, State, differing, field_of


@dataclass(frozen=True)
class Difference:
    name: str
    label: str
    diff: SafeString

    @property
    def can_be_restored(self) -> bool:
        return self.name not in NOT_RESTORED


def compare(old: State, new: State) -> list[Difference]:
    """Return what differs, with <del> and <ins>; one query more if people differ."""
    return [
        Difference(name, label_of(name), show_difference(name, old[name], new[name]))
        for name in differing(old, new)
    ]


def label_of(name: str) -> str:
    return capfirst(str(field_of(name).verbose_name))


def show_difference(name: str, old: Any, new: Any) -> SafeString:
    """Return two values of one field as HTML, what was taken out and put in marked."""
    field = field_of(name)
    if isinstance(field, ProseEditorField):
        return html_diff(old, new)
    if isinstance(field, models.FileField):
        return _picture("del", field, old) + _picture("ins", field, new)
    is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
    if is_text and old and new:
        return word_diff(old, new)
    return format_html(
        "{} {}", marked("del", in_words(field, old)), marked("ins", in_words(field, new))
    )


def in_words(field: models.Field, value: Any) -> str:
    """Return a value of a revision as people say it."""
    if value in (None, "", []):
        return _("nothing")
    if field.is_relation:
        return _names(field, value if isinstance(value, list) else [value])
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(value)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value
    return str(value)


def _names(field, references):
    names = {}
    if field.related_model is Author:
        ids = [reference["id"] for reference in references]
        names = dict(Author.objects.filter(pk__in=ids).values_list("pk", "name"))
    known = [reference.get("name") or names.get(reference["id"]) for reference in references]
    return ", ".join(name or _("a person who is gone") for name in known)


def _picture(tag, field, name):
    if not name:
        return marked(tag, _("nothing"))
    return format_html('<{0}><img src="{1}" alt="{2}"></{0}>', tag, field.storage.url(name), name)
