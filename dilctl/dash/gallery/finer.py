"""The wall for terminals that draw more than cells: what they are sent beside its text."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import assert_never

from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dilctl.dash.gallery import kitty, sixel
from dilctl.dash.graphics import Graphics


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A picture on the wall.

    Attributes:
        x, y, width, height: where it lies, in cells.
        image: its pixels, RGBA, as many as these cells have.
    """

    x: int
    y: int
    width: int
    height: int
    image: Image.Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Finer:
    """What is drawn instead of half blocks.

    Attributes:
        lines: the text, which leaves room for the pictures, or holds them in place.
        before: what the terminal is sent once, before the lines.
        after: what takes that back.
        over: what is sent after the lines, each time, with its place: x and y in cells.
    """

    lines: tuple[Strip, ...]
    before: str = ""
    after: str = ""
    over: tuple[tuple[int, int, str], ...] = ()


_names = count(os.getpid())


def finer(
    lines: Sequence[Strip], tiles: Sequence[Tile], graphics: Graphics, base: Style
) -> Finer | None:
    """The wall once more; None where the terminal has half blocks alone."""
    match graphics.kind:
        case "blocks":
            return None
        case "sixel":
            over = tuple((tile.x, tile.y, sixel.sent(tile.image)) for tile in tiles)
            blank = [[Segment(" " * tile.width, base)] * tile.height for tile in tiles]
            return Finer(lines=_patched(lines, tiles, blank), over=over)
        case "kitty":
            return _held(lines, tiles, base)
        case _:
            assert_never(graphics.kind)


def _held(lines: Sequence[Strip], tiles: Sequence[Tile], base: Style) -> Finer:
    fitting = [tile for tile in tiles if max(tile.width, tile.height) <= kitty.MOST]
    span = kitty.LAST_NAME - kitty.FIRST_NAME + 1
    named = [(kitty.FIRST_NAME + next(_names) % span, tile) for tile in fitting]
    cells = [kitty.cells(name, tile.width, tile.height, base) for name, tile in named]
    return Finer(
        lines=_patched(lines, fitting, cells),
        before="".join(kitty.sent(t.image, name, t.width, t.height) for name, t in named),
        after="".join(kitty.withdrawn(name) for name, _ in named),
    )


def _patched(
    lines: Sequence[Strip], tiles: Sequence[Tile], cells: Sequence[Sequence[Segment]]
) -> tuple[Strip, ...]:
    """Lines in which other cells stand for the pictures."""
    patched = list(lines)
    for tile, rows in zip(tiles, cells, strict=True):
        for line, row in enumerate(rows, start=tile.y):
            strip = patched[line]
            left, right = strip.crop(0, tile.x), strip.crop(tile.x + tile.width)
            patched[line] = Strip(
                [*left, row, *right], left.cell_length + tile.width + right.cell_length
            )
    return tuple(patched)
