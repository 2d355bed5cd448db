"""Selects of a few rows, for a form that is printed with every search."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from django import forms

KEPT = 200  # selects as they are printed, of all languages and choices


class KeptSelect(forms.Select):
    """Printed once for what it says: its options were asked for, but look as they did before."""

    def use_required_attribute(self, initial):
        return False  # Django's reads all options to find that out

    def render(self, name, value, attrs=None, renderer=None):
        options = tuple((str(option), str(label)) for option, label in self.choices)
        attrs = tuple(self.build_attrs(self.attrs, attrs).items())
        return _printed(name, str(value or ""), attrs, options)


class RowField(forms.ChoiceField):
    """One of the rows that `offer` names, chosen by its slug; None where nothing is."""

    widget = KeptSelect

    def __init__(self, *, empty_label: Any, **kwargs: Any):
        super().__init__(required=False, **kwargs)
        self.empty_label = empty_label

    def offer(self, read: Callable[[], Iterable[tuple[Any, str]]]) -> None:
        """Offer the (row, label) that `read` returns; it is called once, and only if needed."""
        self.offered = cache(lambda: list(read()))
        self.choices = self._options

    def _options(self):
        rows = [(row.slug, label) for row, label in self.offered()]
        return [("", self.empty_label), *rows]

    def clean(self, value):
        slug = super().clean(value)
        return next(row for row, _label in self.offered() if row.slug == slug) if slug else None


@lru_cache(maxsize=KEPT)
def _printed(name, value, attrs, options):
    return forms.Select(choices=options).render(name, value, dict(attrs))
