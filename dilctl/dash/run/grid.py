"""How many plots stand beside and above each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST = 6
"""Rows or columns at most."""

_WIDTH, _HEIGHT, _LOW = 80, 20, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows and columns of plots."""

    rows: int
    columns: int

    @property
    def size(self) -> int:
        """How many plots there are on a page."""
        return self.rows * self.columns

    def changed(self, rows: int, columns: int) -> "Grid":
        """So many more rows and columns, as far as there may be."""
        return Grid(
            rows=min(max(1, self.rows + rows), MOST),
            columns=min(max(1, self.columns + columns), MOST),
        )


def fitting(width: int, height: int) -> Grid:
    """What suits so many cells: two plots above each other at 80 x 24, four at 160 x 50."""
    rows = max(2 if height >= _LOW else 1, height // _HEIGHT)
    return Grid(rows=min(rows, 3), columns=min(max(1, width // _WIDTH), 3))


def remembered(state: Mapping[str, Any]) -> Grid | None:
    """The grid that was chosen once; None for none, and for what is no grid."""
    rows, columns = state.get("rows"), state.get("columns")
    if isinstance(rows, int) and isinstance(columns, int):
        return Grid(rows=1, columns=1).changed(rows - 1, columns - 1)
    return None
