"""Means and their bootstrap intervals."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dilctl.leaderboard.values import Estimate

Values = NDArray[np.float64]

RESAMPLES = 10_000
FEWEST = 5
"""Below so many units (images, or seeds) an interval would pretend to know what it cannot."""

_SEED = 20230307  # fixed, so that the same evaluations always give the same intervals


def estimate(units: Values) -> Estimate:
    """The mean of units that were drawn at random, with its 95 % percentile bootstrap interval.

    Estimates of equally many units share their resamples: an image is drawn, or left out, for
    all levels and all rows alike.

    Args:
        units: one value a unit, shape (N,), N at least 1.

    Returns:
        The mean; its interval from five units on.
    """
    mean = float(units.mean())
    if len(units) < FEWEST:
        return Estimate(mean=mean, low=None, high=None)
    low, high = np.quantile(_weights(len(units)) @ units, [0.025, 0.975])
    return Estimate(mean=mean, low=float(low), high=float(high))


def share(gains: Values, gaps: Values) -> Estimate | None:
    """The ratio of two means over the same units, with its 95 % percentile bootstrap interval.

    A unit that is drawn counts in both means, so what makes both large makes no spread. The few
    resamples in which the gaps do not average above zero say nothing and are left out.

    Args:
        gains: one value a unit, shape (N,).
        gaps: likewise, in the same order.

    Returns:
        None where the mean gap is not clearly above zero: its own interval reaches zero, or N is
        too small for one.
    """
    gap = estimate(gaps)
    if gap.low is None or gap.low <= 0:
        return None
    weights = _weights(len(gaps))
    above, below = weights @ gains, weights @ gaps
    low, high = np.quantile(above[below > 0] / below[below > 0], [0.025, 0.975])
    return Estimate(mean=float(gains.mean() / gaps.mean()), low=float(low), high=float(high))


@lru_cache(maxsize=4)
def _weights(units: int) -> Values:
    """How much each unit weighs in each resample, shape (resamples, units)."""
    generator = np.random.default_rng(_SEED)
    drawn = generator.multinomial(units, np.full(units, 1 / units), size=RESAMPLES)
    return drawn / units
