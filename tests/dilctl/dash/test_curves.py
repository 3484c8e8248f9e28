"""Reducing, grouping and scaling curves."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dilctl.dash.curves import Series, charts, number, reduce, series, ticks
from storage.records import Curve

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


def test_values_that_are_no_numbers_are_left_out_of_a_series():
    curve = Curve(
        run=1,
        metric="loss",
        steps=(1, 2, 3),
        gradients=(4, 8, 12),
        seconds=(0.1, 0.2, 0.3),
        values=(0.5, math.nan, math.inf),
    )

    assert series(curve, "loss", "gradients") == Series(label="loss", xs=(4,), ys=(0.5,))
    assert series(curve, "loss", "seconds").xs == (0.1,)


def test_seen_and_unseen_share_a_plot_and_levels_share_another_in_the_order_of_their_strength():
    names = (
        "loss",
        "lr",
        "psnr@crops:gaussian-noise sigma=10",
        "psnr@crops:gaussian-noise sigma=5",
        "psnr@crops:unseen",
        "psnr@crops:seen",
    )

    found = {chart.title: [label for _, label in chart.metrics] for chart in charts(names)}

    assert list(found) == ["psnr@crops", "psnr@crops, each degradation", "loss", "lr"]
    assert found["psnr@crops"] == ["seen", "unseen"]
    assert found["psnr@crops, each degradation"] == ["σ5", "σ10"]
    assert charts(()) == ()


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
