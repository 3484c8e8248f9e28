"""Means with their intervals, drawn in one line each on a scale that they share."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text

from dilctl.leaderboard.values import Estimate
from dilctl.text import visible
from dilctl.words import figure

_MEAN, _LOW, _HIGH, _ZERO = "●", "├", "┤", "│"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A scale from its lowest to its highest value, which lie apart."""

    low: float
    high: float

    @classmethod
    def of(
        cls, estimates: Iterable[Estimate | None], *, with_zero: bool = False
    ) -> "Extent | None":
        """What just holds all means and intervals; None where there are none."""
        found = [value for each in estimates if each for value in _values(each)]
        if not found:
            return None
        found += [0.0] if with_zero else []
        low, high = min(found), max(found)
        air = 0.0 if high > low else abs(high) * 0.05 or 1.0
        return cls(low=low - air, high=high + air)

    def cell(self, value: float, width: int) -> int:
        """Which of so many cells a value lies in; what lies outside, or nowhere, at an end."""
        if not math.isfinite(value):
            return 0
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return round(share * (width - 1))


def interval(estimate: Estimate, extent: Extent, width: int, *, style: str = "") -> Text:
    """``├───●──┤``, and zero as an upright where the scale holds it inside; of ``width`` cells."""
    cells = [" "] * width
    if extent.low < 0 < extent.high or 0.0 in (extent.low, extent.high):
        cells[extent.cell(0.0, width)] = _ZERO
    if estimate.low is not None and estimate.high is not None:
        first, last = extent.cell(estimate.low, width), extent.cell(estimate.high, width)
        for place in range(first, last + 1):
            cells[place] = "┼" if cells[place] == _ZERO else "─"
        cells[first], cells[last] = _LOW, _HIGH
    cells[extent.cell(estimate.mean, width)] = _MEAN
    return Text("".join(cells), style=style)


def ends(extent: Extent, width: int, *, decimals: int = 2, signed: bool = False) -> Text:
    """What the first and the last cell stand for, in ``width`` cells, and where zero is."""
    low, high = (
        figure(value, decimals, signed=signed).replace("-", "−")
        for value in (extent.low, extent.high)
    )
    cells = list(f"{low}{high:>{max(0, width - len(low))}}"[:width].ljust(width))
    zero = extent.cell(0.0, width)
    if extent.low < 0 < extent.high and set(cells[max(0, zero - 1) : zero + 2]) == {" "}:
        cells[zero] = "0"
    return Text(visible("".join(cells)))


def _values(estimate: Estimate) -> list[float]:
    found = (estimate.mean, estimate.low, estimate.high)
    return [value for value in found if value is not None and math.isfinite(value)]
