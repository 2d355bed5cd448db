"""What no text may hold, alike on SQLite and PostgreSQL, and how addresses are normalised."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

# Line breaks and tabs are text; every other control character (Cc) and half of a UTF-16 pair (Cs)
# is not. PostgreSQL refuses NUL and surrogates with an error, SQLite takes them: so we refuse.
# U+FFFE and U+FFFF are no characters of XML, so they would end every feed.
ALLOWED_CONTROLS = frozenset("\n\r\t")
NO_CHARACTERS = frozenset("\ufffe\uffff")
# Whatever a language needs is below this (UAX #15, section 13: stream-safe text).
MOST_MARKS = 30
# In a single line they would turn round what stands after it: a date, the rest of a subject.
DIRECTION_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

validate_web_address = URLValidator(schemes=["http", "https"])


def validate_text(value: str) -> None:
    """Raise ValidationError if `value` holds what cannot be shown or would cover its neighbours.

    That is NUL, another control character, a lone surrogate, or a tower of combining marks.
    """
    marks = 0
    for character in value:
        if _is_control(character):
            raise ValidationError(
                _("The text holds a character that cannot be shown (U+%(code)s)."),
                code="control_character",
                params={"code": f"{ord(character):04X}"},
            )
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > MOST_MARKS:
            raise ValidationError(
                _("The text piles up more than %(most)d accents on one letter."),
                code="marks",
                params={"most": MOST_MARKS},
            )


def validate_line(value: str) -> None:
    """Raise ValidationError if `value` is not one line of text: a name, a title, a subject."""
    validate_text(value)
    if any(character in value for character in "\n\r\u2028\u2029"):
        raise ValidationError(_("This must be a single line."), code="line_break")
    if found := DIRECTION_CONTROLS.intersection(value):
        raise ValidationError(
            _("This holds a character that turns the direction of writing round (U+%(code)s)."),
            code="direction",
            params={"code": f"{ord(min(found)):04X}"},
        )


def _is_control(character):
    if character in NO_CHARACTERS:
        return True
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in ALLOWED_CONTROLS


def normalise_email(value: str) -> str:
    """Return `value` as the one form an address is stored and looked up in.

    Lower case throughout: RFC 5321 lets a server tell `A@x` from `a@x`, none in use does.
    """
    return unicodedata.normalize("NFKC", value).strip().lower()
