"""Pictures as half blocks: two pixels a cell, which every terminal with colours can draw."""

from collections.abc import Iterator
from itertools import groupby

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

Rows = list[list[Segment]]

_UPPER = "▀"


def drawn(image: Image.Image, width: int, height: int) -> Rows:
    """A picture in the middle of so many cells.

    Args:
        image: RGB, at most as many pixels wide as there are cells, and twice as many high.
        width: in cells.
        height: the same.
    """
    pixels = image.convert("RGBA")
    canvas = Image.new("RGBA", (width, 2 * height))
    canvas.paste(pixels, ((width - pixels.width) // 2, (2 * height - pixels.height) // 2))
    colours = [canvas.crop((0, row, width, row + 1)).tobytes() for row in range(2 * height)]
    return [list(_row(*colours[2 * row : 2 * row + 2])) for row in range(height)]


def _row(above: bytes, below: bytes) -> Iterator[Segment]:
    pairs = [(above[n : n + 4], below[n : n + 4]) for n in range(0, len(above), 4)]
    for (upper, lower), alike in groupby(pairs):
        length = sum(1 for _ in alike)
        yield _cells(upper, lower, length)


def _cells(upper: bytes, lower: bytes, length: int) -> Segment:
    """Equal cells side by side; what is transparent is left in the colour behind it."""
    if not upper[3] and not lower[3]:
        return Segment(" " * length)
    if not upper[3]:
        return Segment("▄" * length, Style(color=_colour(lower)))
    if not lower[3]:
        return Segment(_UPPER * length, Style(color=_colour(upper)))
    return Segment(_UPPER * length, Style(color=_colour(upper), bgcolor=_colour(lower)))


def _colour(pixel: bytes) -> Color:
    return Color.from_rgb(*pixel[:3])
