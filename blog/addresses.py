"""Addresses of pages, for what prints them by the dozen.

`reverse` walks Django's patterns each time. Of an address only the words and numbers in it are new,
so its form is asked for once a language and then filled in.
"""

import re
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, override

# What stands for any word or number in an address until it is filled in.
WORD, NUMBER = "any-word-at-all", 987654321987654321
SLUG = re.compile(r"[-a-zA-Z0-9_]+")


def address(name: str, *args: str | int, language: str | None = None) -> str:
    """Return what `reverse(name, args=args)` does, in the active language or in another one.

    `args` are slugs and whole numbers; for anything else it asks `reverse`, and raises like it.
    """
    language = language or get_language() or ""
    if all(map(_fills_in, args)):
        form = _form(name, tuple(map(type, args)), language, get_script_prefix())
        if form is not None:
            return form % args
    with override(language):
        return reverse(name, args=args)


def numbered(name: str, *args: str | int) -> str:
    """Return an address that ends in a number, as a format for that number."""
    found = address(name, *args, NUMBER)
    return found.replace("%", "%%").replace(str(NUMBER), "%d")


def _fills_in(arg):
    # An `int` of another type, like an enum's, may be written otherwise.
    return (type(arg) is int and arg >= 0) or (type(arg) is str and SLUG.fullmatch(arg) is not None)


@lru_cache(maxsize=1000)
def _form(name: str, kinds: tuple[type, ...], language: str, script_prefix: str) -> str | None:
    """Return the address with `%s` and `%d` in it; None if not every word and number fits there."""
    with override(language):
        try:
            found = reverse(name, args=[WORD if kind is str else NUMBER for kind in kinds])
        except NoReverseMatch:
            return None
    return found.replace("%", "%%").replace(WORD, "%s").replace(str(NUMBER), "%d")
