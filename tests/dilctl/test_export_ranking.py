"""Best and second of a column."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dilctl.export.ranking import Place, places

BEST, SECOND, OTHER = Place.BEST, Place.SECOND, Place.OTHER


def test_the_highest_is_best_and_the_next_is_second():
    assert places([30.0, 31.0, 29.0], 2) == (SECOND, BEST, OTHER)


def test_numbers_that_are_printed_alike_share_their_place():
    assert places([30.001, 29.999, 29.5, 29.499], 2) == (BEST, BEST, SECOND, SECOND)


def test_what_does_not_contend_and_what_is_no_number_has_no_place():
    assert places([None, 30.0, math.nan, 29.0, 28.0], 2) == (OTHER, BEST, OTHER, SECOND, OTHER)


def test_one_alone_is_not_the_best_of_any():
    assert places([None, 30.0], 2) == (OTHER, OTHER)
    assert places([], 2) == ()


def test_numbers_below_zero_are_ordered_as_numbers():
    assert places([-0.2, -10.0, -3.0], 2) == (BEST, OTHER, SECOND)


@given(st.lists(st.floats(-100, 100) | st.none(), max_size=12), st.integers(0, 3))
def test_nothing_is_printed_above_the_best_or_between_best_and_second(values, decimals):
    found = list(zip(values, places(values, decimals), strict=True))
    printed = {
        place: {float(f"{v:.{decimals}f}") for v, p in found if v is not None and p is place}
        for place in Place
    }
    assert all(len(printed[place]) <= 1 for place in (BEST, SECOND))
    if printed[BEST]:
        assert max(printed[BEST]) > max(printed[SECOND] | printed[OTHER], default=-math.inf)
    if printed[SECOND]:
        assert max(printed[SECOND]) > max(printed[OTHER], default=-math.inf)
