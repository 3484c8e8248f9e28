"""How many pictures of one shape find room side by side, and where each lies: pure."""

from dataclasses import dataclass

CAPTION = 2
"""Lines below a picture."""

_NARROWEST = 16  # cells, so that a caption can be read
_LOWEST = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A grid of equal places.

    Attributes:
        columns, rows: how many places there are each way.
        width, height: of a picture, in cells, without its caption.
    """

    columns: int
    rows: int
    width: int
    height: int

    @property
    def places(self) -> int:
        """How many pictures are seen at once."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[int, int]:
        """Where a picture begins, in cells from the left and from the top."""
        row, column = divmod(place, self.columns)
        return column * (self.width + 1), row * (self.height + CAPTION)

    def place_at(self, x: int, y: int) -> int | None:
        """The place that a cell belongs to."""
        column, row = x // (self.width + 1), y // (self.height + CAPTION)
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        return row * self.columns + column


def arrange(
    count: int, size: tuple[int, int], image: tuple[int, int], cell: tuple[int, int] = (1, 2)
) -> Arrangement:
    """The grid in which pictures become largest.

    Args:
        count: how many there are; fewer may find room.
        size: width and height of the room, in cells.
        image: width and height of each, in pixels.
        cell: width and height of a cell, in pixels of the screen.
    """
    fitting = [
        grid for columns in range(1, max(1, count) + 1) if (grid := _grid(columns, count, size))
    ]
    if not fitting:
        return _crowded(count, size)
    return max(fitting, key=lambda grid: (round(_scale(grid, image, cell), 6), grid.columns))


def _grid(columns: int, count: int, size: tuple[int, int]) -> Arrangement | None:
    rows = -(-count // columns)
    width = (size[0] + 1) // columns - 1
    height = size[1] // rows - CAPTION
    if width < _NARROWEST or height < _LOWEST:
        return None
    return Arrangement(columns=columns, rows=rows, width=width, height=height)


def _crowded(count: int, size: tuple[int, int]) -> Arrangement:
    """One row of as many as can be told apart; the others are on further pages."""
    columns = max(1, min(count, (size[0] + 1) // (_NARROWEST + 1)))
    width, height = (size[0] + 1) // columns - 1, size[1] - CAPTION
    return Arrangement(columns=columns, rows=1, width=max(1, width), height=max(1, height))


def _scale(grid: Arrangement, image: tuple[int, int], cell: tuple[int, int]) -> float:
    return min(grid.width * cell[0] / image[0], grid.height * cell[1] / image[1])


def hung(count: int, places: int, chosen: int) -> tuple[int, ...]:
    """Which pictures are seen, so that the chosen one is among them.

    The first and the last, degraded and true, stay where there is room for one between them.
    """
    if count <= places:
        return tuple(range(count))
    if places < 3:
        first = min(chosen // places * places, count - places)
        return tuple(range(first, first + places))
    between = places - 2
    inner = min(max(chosen - 1, 0), count - 3)
    first = 1 + min(inner // between * between, count - 2 - between)
    return (0, *range(first, first + between), count - 1)
