"""Reducing and scaling curves, and drawing them in dots."""

from hypothesis import given
from hypothesis import strategies as st

from dilctl.braille import Canvas, Dot, Scale, Series, bottom, number, reduce, ticks

POINTS = st.lists(
    st.tuples(st.integers(0, 5000), st.floats(-100, 100)), min_size=1, max_size=200
).map(sorted)


def a_series(points) -> Series:
    return Series(label="", xs=tuple(x for x, _ in points), ys=tuple(y for _, y in points))


@given(POINTS, st.integers(min_value=1, max_value=60))
def test_reducing_keeps_every_extreme_and_at_most_one_span_a_column(points, columns):
    line = a_series(points)

    spans = reduce(line, left=line.xs[0], right=line.xs[-1], columns=columns)

    assert min(span.low for span in spans) == min(line.ys)
    assert max(span.high for span in spans) == max(line.ys)
    assert spans[0].first == line.ys[0]
    assert spans[-1].last == line.ys[-1]
    numbers = [span.column for span in spans]
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(range(columns))


def test_a_single_outlier_among_many_points_survives_the_reduction():
    ys = [1.0] * 10_000
    ys[4321] = 99.0
    line = Series(label="", xs=tuple(range(10_000)), ys=tuple(ys))

    spans = reduce(line, left=0, right=9999, columns=50)

    assert len(spans) == 50
    assert [span.column for span in spans if span.high == 99.0] == [21]


@given(st.floats(-1e6, 1e6), st.floats(min_value=1e-3, max_value=1e6), st.integers(1, 12))
def test_ticks_are_few_ascending_and_inside(low, extent, most):
    marks = ticks(low, low + extent, most)

    assert len(marks) <= most
    assert list(marks) == sorted(marks)
    assert all(low - extent * 1e-6 <= mark <= low + extent * (1 + 1e-6) for mark in marks)


def test_ticks_are_round_numbers():
    assert ticks(21.3, 34.9, 7) == (22, 24, 26, 28, 30, 32, 34)
    assert ticks(5, 5, 3) == ()


def test_numbers_on_an_axis_stay_short():
    assert [number(v) for v in (0.05, 32.5, 1200, 16_000, 2.5e6)] == [
        "0.05",
        "32.5",
        "1200",
        "16k",
        "2.5M",
    ]


@given(st.integers(0, 19), st.integers(0, 31), st.integers(0, 19), st.integers(0, 31))
def test_a_line_between_two_dots_is_the_same_from_either_end_and_has_no_gap(x, y, x2, y2):
    there, back = Canvas(10, 8), Canvas(10, 8)

    there.join(Dot(x, y), Dot(x2, y2), 1)
    back.join(Dot(x2, y2), Dot(x, y), 1)

    rows = [list(there.cells(row)) for row in range(8)]
    assert rows == [list(back.cells(row)) for row in range(8)]
    inked = {column for row in rows for column, (dots, _) in enumerate(row) if dots != " "}
    assert inked >= set(range(min(x, x2) // 2 + 1, max(x, x2) // 2))


def test_the_numbers_of_an_axis_stand_under_their_marks():
    rule, numbers = bottom(41, 0, 100)

    assert [place for place, sign in enumerate(rule) if sign == "┴"] == [0, 20, 40]
    assert (numbers[0], numbers[19:21], numbers[38:41]) == ("0", "50", "100")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=4))
def test_every_finite_value_has_a_row_however_far_apart_or_close_they_lie(values):
    scale = Scale.of(values, 20)

    assert all(0 <= scale.row(value) < 20 for value in values)
    assert all(0 <= scale.row(tick) < 20 for tick in scale.ticks(5))
