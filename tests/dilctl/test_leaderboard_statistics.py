"""Intervals, shares and verdicts against SciPy, by hand, and as laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import bootstrap

from dilctl.leaderboard.comparison import judged
from dilctl.leaderboard.statistics import Values, estimate, share

CHANCE = np.random.default_rng(0)
OPPOSITE = {"gain": "loss", "loss": "gain", "undecided": "undecided"}

decibels = st.floats(-40, 40).map(lambda value: round(value, 3))
differences = arrays(np.float64, (2, 3, 6), elements=decibels)


def theirs(*samples: Values, statistic: object = np.mean) -> tuple[float, float]:
    """SciPy's percentile interval, its samples drawn together."""
    found = bootstrap(
        samples,
        statistic,
        paired=len(samples) > 1,
        vectorized=True,
        method="percentile",
        n_resamples=10_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    return float(found.low), float(found.high)


def test_the_interval_of_a_mean_is_that_of_scipys_percentile_bootstrap() -> None:
    values = CHANCE.normal(25, 3, 68)
    ours = estimate(values)
    assert (ours.low, ours.high) == pytest.approx(theirs(values), abs=0.03)
    assert ours == estimate(values)


def test_the_interval_of_a_paired_difference_is_that_of_scipys_paired_bootstrap() -> None:
    erm = CHANCE.normal(25, 3, 68)
    method = erm + CHANCE.normal(0.2, 0.5, 68)

    def difference(one: Values, other: Values, axis: int) -> Values:
        return one.mean(axis) - other.mean(axis)

    gain, verdict = judged((method - erm)[None, None])
    expected = theirs(method, erm, statistic=difference)
    assert (gain.low, gain.high) == pytest.approx(expected, abs=0.01)
    assert verdict == ("gain" if expected[0] > 0 else "undecided")


def test_the_interval_of_a_share_is_that_of_scipys_paired_bootstrap_of_the_ratio() -> None:
    gaps = CHANCE.normal(4, 1, 68)
    gains = 0.3 * gaps + CHANCE.normal(0, 0.5, 68)

    def ratio(one: Values, other: Values, axis: int) -> Values:
        return one.mean(axis) / other.mean(axis)

    ours = share(gains, gaps)
    assert ours is not None
    assert ours.mean == pytest.approx(gains.mean() / gaps.mean())
    assert (ours.low, ours.high) == pytest.approx(theirs(gains, gaps, statistic=ratio), abs=0.005)


def test_a_share_that_is_the_same_for_every_image_has_no_spread() -> None:
    gaps = np.array([2.0, 4.0, 6.0, 8.0, 10.0])
    closed = share(gaps / 4, gaps)
    assert closed is not None
    assert (closed.mean, closed.low, closed.high) == pytest.approx((0.25, 0.25, 0.25))


@pytest.mark.parametrize(
    "gaps",
    [
        np.array([1.0, -1.0, 1.0, -1.0, 0.1]),  # its interval reaches zero
        np.array([-2.0, -2.0, -2.0, -2.0, -2.0]),  # the oracle is behind
        np.array([9.0, 9.0, 9.0, 9.0]),  # four images show no interval
    ],
)
def test_there_is_no_share_of_a_gap_that_is_not_clear(gaps: Values) -> None:
    assert share(np.ones(len(gaps)), gaps) is None


def test_resamples_in_which_the_oracle_is_not_ahead_are_left_out() -> None:
    # Some of 10,000 resamples hold six times the first image or more, so their gap is not above 0.
    gaps = np.array([-20.0, *[5.0] * 39])
    closed = share(np.ones(40), gaps)
    assert closed is not None
    assert closed.low is not None
    assert 0 < closed.low < closed.mean == pytest.approx(40 / 175)


@given(differences)
def test_a_verdict_turns_round_with_its_differences(values: Values) -> None:
    gain, verdict = judged(values)
    loss, opposite = judged(-values)
    assert opposite == OPPOSITE[verdict]
    assert loss.mean == pytest.approx(-gain.mean)
    assert (loss.low, loss.high) == pytest.approx((-(gain.high or 0), -(gain.low or 0)))


@given(differences, decibels)
def test_what_both_gain_alike_changes_no_gain(values: Values, bonus: float) -> None:
    erm = np.zeros_like(values)
    assert judged((values + bonus) - (erm + bonus))[0].mean == pytest.approx(
        judged(values - erm)[0].mean
    )
