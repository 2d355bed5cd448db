"""Draw the pictures of the sample posts: landscapes as if cut from paper.

Run `python -m sample.draw_pictures` to draw them anew into sample/uploads; nothing is random, so
they come out the same.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1600, 900)
SCALE = 2  # drawn larger and made smaller, which smooths the edges
FOLDER = Path(__file__).parent / "uploads"

DAWN = ["#f4e3cf", "#efcfae", "#e0a987", "#b97a6a", "#7f5560", "#4a3a4f"]
SHORE = ["#e9eee6", "#c9dbd3", "#9cbfb9", "#67979a", "#3d6b78", "#23465a"]
NIGHT = ["#e8e2d0", "#c2c3b4", "#8f9f98", "#5f7a7c", "#3c5764", "#22364a"]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in {"huegel": hills, "ufer": shore, "tal": valley}.items():
        picture = draw().resize(SIZE, Image.Resampling.LANCZOS)
        picture.save(FOLDER / f"{name}.webp", quality=80, method=6)


def hills():
    """Hills one behind the other, a low sun."""
    picture = _paper(DAWN[0])
    _disc(picture, 0.68, 0.36, 0.115, "#fbf3e4")
    for layer, colour in enumerate(DAWN[1:]):
        _layer(picture, colour, 0.44 + 0.115 * layer, 0.055, 1.1 + 0.45 * layer, 1.7 * layer)
    return picture


def shore():
    """Water in bands, and rings that spread on it as a sound does."""
    picture = _paper(SHORE[0])
    _layer(picture, SHORE[1], 0.30, 0.05, 1.3, 0.4)
    _layer(picture, SHORE[2], 0.38, 0.03, 2.1, 2.2)
    for band, colour in enumerate(SHORE[3:]):
        _layer(picture, colour, 0.47 + 0.17 * band, 0.010, 2.6 - 0.5 * band, 0.9 * band)
    for ring in range(4):
        _ring(picture, 0.36, 0.72, 0.05 + 0.075 * ring)
    return picture


def valley():
    """A valley at night, one lit window on either side."""
    picture = _paper(NIGHT[0])
    _disc(picture, 0.27, 0.24, 0.07, "#f7f3e6")
    for layer, colour in enumerate(NIGHT[1:]):
        _slopes(picture, colour, 0.30 + 0.11 * layer, 0.20 - 0.02 * layer)
    for x, y in ((0.17, 0.66), (0.80, 0.61)):
        _window(picture, x, y)
    return picture


def _paper(colour):
    return Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), colour)


def _cut(picture, points, colour):
    """Lay a sheet of paper on the picture, with the soft shadow of its upper edge."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon(points, fill=255)
    shadow = mask.filter(ImageFilter.GaussianBlur(14 * SCALE)).point(lambda value: value // 4)
    lifted = Image.new("L", picture.size, 0)
    lifted.paste(shadow, (0, -5 * SCALE))
    picture.paste("#2b2430", mask=lifted)
    picture.paste(colour, mask=mask)


def _below(picture, height_at):
    """Return the outline of all that lies under the curve `height_at`, both from 0 to 1."""
    width, height = picture.size
    steps = 240
    edge = [(width * x / steps, height * height_at(x / steps)) for x in range(steps + 1)]
    return [*edge, (width, height), (0, height)]


def _layer(picture, colour, top, swing, waves, shift):
    def height_at(x):
        wave = math.sin(2 * math.pi * waves * x / 2 + shift)
        return top + swing * (wave + 0.45 * math.sin(5.3 * x + 2 * shift))

    _cut(picture, _below(picture, height_at), colour)


def _slopes(picture, colour, top, rise):
    def height_at(x):
        return top + rise * (1 - (2 * x - 1) ** 2) + 0.012 * math.sin(17 * x + 40 * top)

    _cut(picture, _below(picture, height_at), colour)


def _disc(picture, x, y, radius, colour):
    width, height = picture.size
    centre, reach = (width * x, height * y), height * radius
    box = [centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach]
    ImageDraw.Draw(picture).ellipse(box, fill=colour)


def _ring(picture, x, y, radius):
    width, height = picture.size
    box = [
        width * x - height * radius * 2,
        height * y - height * radius * 0.55,
        width * x + height * radius * 2,
        height * y + height * radius * 0.55,
    ]
    ImageDraw.Draw(picture).ellipse(box, outline="#d7e6e0", width=3 * SCALE)


def _window(picture, x, y):
    width, height = picture.size
    box = [width * x, height * y, width * x + 15 * SCALE, height * y + 22 * SCALE]
    ImageDraw.Draw(picture).rectangle(box, fill="#f6cf7d")


if __name__ == "__main__":
    main()
