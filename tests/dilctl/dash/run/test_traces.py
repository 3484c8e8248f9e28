"""A trace keeps what a drawing needs, in bounded memory, however its points arrive."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dilctl.dash.traces import Axis, Told, Trace, series_of, smoothed, spliced
from storage.records import Column, Curve, ReducedCurve


def a_curve(values, *, first: int = 0, apart: int = 1) -> Curve:
    steps = tuple(range(first, first + apart * len(values), apart))
    return Curve(
        run=1,
        metric="loss",
        steps=steps,
        gradients=tuple(4 * step for step in steps),
        seconds=tuple(step / 10 for step in steps),
        values=tuple(values),
    )


@settings(max_examples=30)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300),
    st.integers(1, 50),
    st.integers(1, 7),
)
def test_a_trace_of_any_increments_keeps_extremes_and_end_and_stays_small(values, most, apart):
    trace = Trace(16)
    for start in range(0, len(values), most):
        trace.add(a_curve(values[start : start + most], first=start * apart, apart=apart))
    series = trace.series("loss", Axis.STEP)

    assert len(trace) <= 16
    assert (series.low, series.high) == (min(values), max(values))
    assert series.ys[-1] == values[-1]
    assert list(series.xs) == sorted(set(series.xs))
    assert series.xs[-1] == trace.newest_step == (len(values) - 1) * apart


def test_points_that_are_known_already_are_not_counted_twice():
    trace = Trace()
    trace.add(a_curve([1.0, 2.0, 3.0]))
    trace.add(a_curve([9.0, 4.0], first=2))

    assert trace.series("", Axis.STEP).ys == (1.0, 2.0, 3.0, 4.0)
    assert trace.series("", Axis.GRADIENTS).xs == (0, 4, 8, 12)
    assert trace.series("", Axis.TIME).xs == pytest.approx((0.0, 0.1, 0.2, 0.3))


def test_what_is_no_number_is_a_gap_and_not_a_value():
    trace = Trace()
    trace.add(a_curve([1.0, math.nan, math.inf, 2.0]))
    series = trace.series("", Axis.STEP)

    assert (series.xs, series.gaps) == ((0, 3), (1, 2))
    highest = trace.highest(Axis.STEP)
    assert highest is not None
    assert highest.value == 2.0


def test_a_trace_goes_on_where_the_database_has_reduced():
    columns = tuple(
        Column(first=s, last=s + 99, lowest=s - 1.0, highest=s + 1.0, newest=s,
               gradients=4 * s, seconds=s / 10)
        for s in range(0, 1000, 100)
    )  # fmt: skip
    trace = Trace.of(ReducedCurve(run=1, metric="loss", points=1000, columns=columns))
    trace.add(a_curve([5000.0], first=1000))

    assert trace.is_coarse
    assert len(trace) == 11
    newest = trace.newest(Axis.STEP)
    assert newest is not None
    assert (newest.value, newest.step, newest.place) == (5000.0, 1000, 1000)


def test_a_part_that_is_known_better_takes_the_place_of_the_coarse_one():
    trace = Trace(4)
    trace.add(a_curve([float(value) for value in range(64)]))
    coarse = trace.series("loss", Axis.STEP)
    columns = tuple(
        Column(first=s, last=s, lowest=s, highest=s, newest=s, gradients=s, seconds=s)
        for s in range(20, 30)
    )
    fine = series_of(ReducedCurve(run=1, metric="loss", points=10, columns=columns), "", Axis.STEP)
    both = spliced(coarse, fine)

    assert list(both.xs) == sorted(set(both.xs))
    assert set(range(20, 30)) <= set(both.xs)
    assert both.xs[-1] == 63


def test_the_best_psnr_is_the_highest_and_the_best_loss_the_lowest():
    trace = Trace()
    trace.add(a_curve([2.0, 3.0, 1.0, 2.5]))

    psnr = Told.of(trace, "psnr@crops:seen", "seen", Axis.STEP).best
    loss = Told.of(trace, "loss", "loss", Axis.STEP).best

    assert psnr is not None
    assert (psnr[0], psnr[1].value, psnr[1].step) == ("highest", 3.0, 1)
    assert loss is not None
    assert (loss[0], loss[1].value, loss[1].step) == ("lowest", 1.0, 2)


def test_a_constant_stays_itself_however_strongly_it_is_smoothed():
    assert list(smoothed([3.0] * 5, 0.99)) == pytest.approx([3.0] * 5)
    assert list(smoothed([1.0, 2.0], 0.5)) == pytest.approx([1.0, 5 / 3])
