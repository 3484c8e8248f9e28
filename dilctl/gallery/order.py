"""In which order images are gone through: pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dilctl.gallery.exhibit import Exhibit, Test


class Order(StrEnum):
    """What comes first. Gain is over the degraded image, lead is of the last run over the first."""

    WORST = "worst first"
    BEST = "best first"
    LEAST_GAIN = "least gain first"
    MOST_GAIN = "most gain first"
    LEAST_LEAD = "least lead first"
    MOST_LEAD = "most lead first"
    NAME = "by name"

    @property
    def needs_inputs(self) -> bool:
        """Whether the degraded images must have been measured."""
        return self in (Order.LEAST_GAIN, Order.MOST_GAIN)

    def following(self, runs: int) -> "Order":
        """The next one, the first after the last; lead is of two runs at least."""
        leads = (Order.LEAST_LEAD, Order.MOST_LEAD)
        every = [order for order in Order if runs > 1 or order not in leads]
        here = every.index(self) if self in every else -1
        return every[(here + 1) % len(every)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An image and its PSNR in decibels.

    Attributes:
        image: its name.
        degraded: of the image as it was degraded; None where nobody measured it yet.
        restored: by each run.
    """

    image: str
    degraded: float | None
    restored: tuple[float, ...]

    @property
    def gain(self) -> float:
        """Of the first run, over the degraded image; not a number where that is not known."""
        return math.nan if self.degraded is None else self.restored[0] - self.degraded

    @property
    def lead(self) -> float:
        """Of the last run over the first."""
        return self.restored[-1] - self.restored[0]


def rows_of(
    exhibit: Exhibit, test: Test, inputs: Mapping[str, float], order: Order
) -> tuple[Row, ...]:
    """The images of a test in an order; those without the number that it goes by come last."""
    rows = [
        Row(
            image=name,
            degraded=inputs.get(name),
            restored=tuple(column.scores[test][name].psnr for column in exhibit.columns),
        )
        for name in exhibit.images(test)
    ]
    return _sorted(rows, order)


def _sorted(rows: Sequence[Row], order: Order) -> tuple[Row, ...]:
    match order:
        case Order.NAME:
            return tuple(rows)  # as the test set has them, which is by name
        case Order.WORST | Order.BEST:
            numbered = [(row.restored[0], row) for row in rows]
        case Order.LEAST_GAIN | Order.MOST_GAIN:
            numbered = [(row.gain, row) for row in rows]
        case Order.LEAST_LEAD | Order.MOST_LEAD:
            numbered = [(row.lead, row) for row in rows]
    sign = -1 if order in (Order.BEST, Order.MOST_GAIN, Order.MOST_LEAD) else 1
    known = [pair for pair in numbered if not math.isnan(pair[0])]
    unknown = [row for number, row in numbered if math.isnan(number)]
    return (*(row for _, row in sorted(known, key=lambda pair: sign * pair[0])), *unknown)
