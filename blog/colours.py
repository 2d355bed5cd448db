"""How well two colours can be told apart: WCAG 2.2, relative luminance and contrast ratio."""

import re

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

# --paper and --paper-raised of static/css/site.css, on which the accent stands as text.
LIGHT_PAPERS = ("#faf7f1", "#f3eee4")
DARK_PAPERS = ("#171512", "#211e1a")
LEAST_CONTRAST = 4.5  # WCAG 1.4.3, text of any size
HEX = re.compile(r"#[0-9a-f]{6}")


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio, from 1 to 21, of two colours like "#0b5351"."""
    lighter, darker = sorted([_luminance(first), _luminance(second)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def validate_on_light(value: str) -> None:
    _validate(value, LIGHT_PAPERS)


def validate_on_dark(value: str) -> None:
    _validate(value, DARK_PAPERS)


def _validate(value, papers):
    if not HEX.fullmatch(value.lower()):
        raise ValidationError(_("This is not a colour; one looks like #0b5351."), code="colour")
    least = min(contrast(value, paper) for paper in papers)
    if least < LEAST_CONTRAST:
        raise ValidationError(
            _("This colour cannot be read well: its contrast is %(is)s, it needs %(least)s."),
            code="contrast",
            params={"is": number_format(least, 1), "least": number_format(LEAST_CONTRAST, 1)},
        )


def _luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
