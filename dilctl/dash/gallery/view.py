"""Which part of an image is looked at, and how large: pure."""

from dataclasses import dataclass, replace
from itertools import accumulate, repeat

_LARGEST = 64
"""Pixels of the screen for one of the image."""

Size = tuple[int, int]
"""Width and height, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How one looks at an image.

    Attributes:
        step: 0 for the whole image; each step more is the next scale of ``scales``.
        x, y: what is in the middle, 0 to 1 across and down.
    """

    step: int = 0
    x: float = 0.5
    y: float = 0.5

    def moved(self, across: float, down: float) -> "View":
        """The same with another part in the middle."""
        return replace(self, x=_held(self.x + across), y=_held(self.y + down))


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of an image that is seen.

    Attributes:
        left, top, right, bottom: its edges in pixels of the image.
        size: what it is drawn as, in pixels of the screen.
        scale: pixels of the screen for one of the image.
        of: the size of the whole image.
    """

    left: float
    top: float
    right: float
    bottom: float
    size: Size
    scale: float
    of: Size

    @property
    def share(self) -> tuple[float, float]:
        """How much of the image is seen, across and down."""
        return (self.right - self.left) / self.of[0], (self.bottom - self.top) / self.of[1]

    def of_other(self, size: Size) -> tuple[float, float, float, float]:
        """The same part of a smaller or larger picture of the same."""
        across, down = size[0] / self.of[0], size[1] / self.of[1]
        edges = (self.left * across, self.top * down, self.right * across, self.bottom * down)
        return (
            max(0.0, edges[0]),
            max(0.0, edges[1]),
            min(size[0], edges[2]),
            min(size[1], edges[3]),
        )


def scales(image: Size, box: Size) -> tuple[float, ...]:
    """The scales that one can look at: the whole image, then powers of two.

    From 1 on all are whole numbers, so that the pixels of the image are squares of one size.
    """
    whole = min(box[0] / image[0], box[1] / image[1])
    if whole >= 1:
        whole = float(min(int(whole), _LARGEST))
    doubled = accumulate(repeat(2.0, 12), lambda scale, _: scale * 2, initial=1 / 64)
    return (whole, *(scale for scale in doubled if whole * 1.1 < scale <= _LARGEST))


def window(image: Size, box: Size, view: View) -> Window:
    """What is seen of an image in a box."""
    possible = scales(image, box)
    scale = possible[min(view.step, len(possible) - 1)]
    width = max(1, min(box[0], round(image[0] * scale)))
    height = max(1, min(box[1], round(image[1] * scale)))
    left, right = _edges(view.x, width / scale, image[0], is_whole=scale >= 1)
    top, bottom = _edges(view.y, height / scale, image[1], is_whole=scale >= 1)
    return Window(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        size=(width, height),
        scale=scale,
        of=image,
    )


def _edges(middle: float, length: float, of: int, *, is_whole: bool) -> tuple[float, float]:
    length = min(length, of)
    first = min(max(0.0, middle * of - length / 2), of - length)
    first = float(int(first)) if is_whole else first
    return first, first + length


def within(view: View, seen: Window) -> View:
    """The same, its middle where it is really seen, so that the next step moves at once."""
    across, down = (share / 2 for share in seen.share)
    return replace(view, x=min(max(view.x, across), 1 - across), y=min(max(view.y, down), 1 - down))


def _held(middle: float) -> float:
    return min(max(middle, 0.0), 1.0)
