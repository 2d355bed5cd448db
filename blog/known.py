"""What a part of a page can print, put together so that the part can be kept by it."""

from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.db.models import Model
from django.db.models.fields.files import FieldFile

AS_THEY_ARE = frozenset({type(None), bool, int, float, str, date, datetime})


class Known:
    """Variables of a page, and what they come to; for `{% keep %}` (blog/templatetags/keeping.py).

    A row counts with all that was loaded of it, and so do the rows it knows. What prints them asks
    for nothing else: no query, no clock.
    """

    def __init__(self, **variables: Any):
        self.variables = variables

    @cached_property
    def state(self) -> bytes:
        """Return 16 bytes that are others as soon as a value of a variable is another.

        Raise TypeError for what is neither a plain value nor a row, nor a list, tuple or dict of
        such.
        """
        values = repr(_values(self.variables))
        return blake2b(values.encode(), digest_size=16).digest()


def _values(thing):
    """Return `thing` as lists and dicts of plain values, whose `repr` tells any two apart."""
    if type(thing) in AS_THEY_ARE:
        return thing
    if isinstance(thing, Model):
        return type(thing).__name__, _loaded(thing)
    if isinstance(thing, dict):
        return {name: _values(value) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_values(value) for value in thing]
    if isinstance(thing, FieldFile):
        return thing.name
    if isinstance(thing, str):
        return str(thing)
    raise TypeError(f"a page cannot be kept by a {type(thing).__name__}")


def _loaded(row):
    columns = {
        name: value if type(value) in AS_THEY_ARE else _values(value)
        for name, value in row.__dict__.items()
        if not name.startswith("_")
    }
    lists = row.__dict__.get("_prefetched_objects_cache", {})
    return (
        columns,
        _values(row._state.fields_cache),
        _values({name: list(lists[name]) for name in lists}),
    )
