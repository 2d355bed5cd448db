"""Draws the card of a post (blog/cards.py): title, names and site on paper; Pillow and a font."""

from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from blog.typesetting import fit

SIZE = WIDTH, HEIGHT = 1200, 630  # the shape that other sites cut all others to
MARGIN = 88
BAND = 20
INK, INK_SOFT, HAIRLINE = "#211c17", "#574e44", "#ddd4c5"  # as in static/css/site.css
TITLE_SIZES = range(92, 43, -4)
LEADING = 1.16
TITLE_TOP, TITLE_HEIGHT = 176, 316
FOOT = 536
COLOURS = 64  # flat colours and the edges of letters
# Characters that the font has none of look all alike.
MISSING = "\uffff"


def draw_card(
    *, title: str, byline: str, site: str, accent: str, paper: str, language: str
) -> Image.Image:
    """Return the picture; nothing of the words is left out but signs that the font has not."""
    card = Image.new("RGB", SIZE, paper)
    draw = ImageDraw.Draw(card)
    draw.rectangle([0, 0, BAND, HEIGHT], fill=accent)
    _arcs(draw, (MARGIN + 4, 74), accent)
    name = fit(_known(site), language, [40, 34, 30], _lines_of_site, _width, _room(56))
    _lines(draw, name, (MARGIN + 56, 94), "Semibold", INK)
    _title(draw, _known(title), language)
    draw.line([MARGIN, FOOT, WIDTH - MARGIN, FOOT], fill=HAIRLINE, width=2)
    names = fit(_known(byline), language, [32, 28, 24, 20, 16], _lines_in_foot, _width, _room(0))
    _lines(draw, names, (MARGIN, FOOT + 46), "Regular", INK_SOFT)
    return card.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _title(draw, title, language):
    setting = fit(title, language, TITLE_SIZES, _lines_in_height, _width, _room(0))
    _lines(draw, setting, (MARGIN, TITLE_TOP + TITLE_HEIGHT / 2), "Semibold", INK)


def _lines(draw, setting, at, weight, colour):
    """Draw lines below each other, the middle of them all at the height of `at`."""
    step = setting.size * LEADING
    left, middle = at
    top = middle - step * (len(setting.lines) - 1) / 2
    for place, line in enumerate(setting.lines):
        font = _font(weight, setting.size)
        draw.text((left, top + place * step), line, colour, font, anchor="lm")


def _arcs(draw, at, colour):
    """Draw the two arcs of static/img/mark.svg, 36 pixels high; four times as large, then smaller,
    for Pillow draws no smooth arcs."""
    scale, side = 4, 40
    mask = Image.new("L", (side * scale, side * scale))
    inside = ImageDraw.Draw(mask)
    for box, start, end in [((-11, 9, 11, 31), -60, 60), ((-14, 0, 40, 40), -52, 52)]:
        inside.arc([value * scale for value in box], start, end, 255, width=int(4.5 * scale))
    draw.bitmap(at, mask.resize((side, side), Image.Resampling.LANCZOS), fill=colour)


def _lines_in_height(size):
    return int(TITLE_HEIGHT / (size * LEADING))


def _lines_of_site(size):
    return 2 if size <= 30 else 1


def _lines_in_foot(size):
    return int((HEIGHT - FOOT) / (size * LEADING))


def _room(taken):
    return WIDTH - 2 * MARGIN - taken


def _width(text, size):
    return _font("Semibold", size).getlength(text)


def _known(text):
    """Return `text` without the signs that the font has not: emoji, letters of other scripts."""
    return " ".join("".join(filter(_is_known, text)).split(" ")).strip()


@lru_cache(maxsize=2000)
def _is_known(character):
    font = _font("Semibold", 32)
    return character in " \u00a0\u00ad\u202f" or (
        bytes(font.getmask(character)) != bytes(font.getmask(MISSING))
    )


@lru_cache(maxsize=32)
def _font(weight, size):
    folder = files("font_source_serif_pro") / "files"
    return ImageFont.truetype(str(folder / f"SourceSerifPro-{weight}.ttf"), size)
