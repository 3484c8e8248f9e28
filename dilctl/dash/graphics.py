"""What a terminal can draw pictures with."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["blocks", "sixel", "kitty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graphics:
    """What pictures are made of.

    Attributes:
        kind: half blocks, which are text; Sixel; or Kitty's protocol with its placeholders.
        cell: width and height of a cell, in pixels that can be drawn.
    """

    kind: Kind
    cell: tuple[int, int]


BLOCKS = Graphics(kind="blocks", cell=(1, 2))
"""What every terminal with colours can draw."""
