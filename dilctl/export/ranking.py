"""Which numbers of a column are its best and its second, as a reader sees them."""

import math
from collections.abc import Sequence
from enum import StrEnum

FEWEST = 2
"""The only number of a column is not its best."""


class Place(StrEnum):
    """What a table says of a number beside the others of its column."""

    BEST = "best"
    SECOND = "second"
    OTHER = "other"


def places(values: Sequence[float | None], decimals: int) -> tuple[Place, ...]:
    """The place of each number of a column, of which a higher one is better.

    Numbers that are printed alike share their place.

    Args:
        values: None for what does not contend; nor does NaN.
        decimals: how many are printed.
    """
    # As floats, so that -0.00 is 0.00.
    printed = [None if v is None or math.isnan(v) else float(f"{v:.{decimals}f}") for v in values]
    contending = [value for value in printed if value is not None]
    if len(contending) < FEWEST:
        return (Place.OTHER,) * len(values)
    best, *others = sorted(set(contending), reverse=True)
    named = {best: Place.BEST} | {value: Place.SECOND for value in others[:1]}
    return tuple(Place.OTHER if v is None else named.get(v, Place.OTHER) for v in printed)
