"""What no text may hold, alike on SQLite and PostgreSQL, and how addresses are normalised."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

# Line breaks and tabs are text; every other control character (Cc) and half of a UTF-16 pair (Cs)
# is not. PostgreSQL refuses NUL and surrogates with an error, SQLite takes them: so we refuse.
ALLOWED_CONTROLS = frozenset("\n\r\t")

validate_web_address = URLValidator(schemes=["http", "https"])


def validate_text(value: str) -> None:
    """Raise ValidationError if `value` holds NUL, another control character or a lone surrogate."""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in ALLOWED_CONTROLS:
            raise ValidationError(
                _("The text holds a character that cannot be shown (U+%(code)s)."),
                code="control_character",
                params={"code": f"{ord(character):04X}"},
            )


def validate_line(value: str) -> None:
    """Raise ValidationError if `value` is not one line of text: a name, a title, a subject."""
    validate_text(value)
    if any(character in value for character in "\n\r\u2028\u2029"):
        raise ValidationError(_("This must be a single line."), code="line_break")


def normalise_email(value: str) -> str:
    """Return `value` as the one form an address is stored and looked up in.

    Lower case throughout: RFC 5321 lets a server tell `A@x` from `a@x`, none in use does.
    """
    return unicodedata.normalize("NFKC", value).strip().lower()
