"""Poisson counts from keys: exact, by inversion of the cumulative distribution."""

import torch
from torch import Tensor

from trainers import chance

# The first guess is off by at most 10 counts (at small rates, far out in the tail). Where rounding
# would never let the search end, with a uniform number within 1e-15 of 1, it ends here.
_MOST_MOVES = 32


def counts(keys: Tensor, rates: Tensor) -> Tensor:
    """Draw k ~ Poisson(λ) for every sample of every image.

    The count is the smallest k with P(X ≤ k) ≥ u for a uniform u of 52 bits. P(X ≤ k) is the
    regularised incomplete gamma function Q(k + 1, λ). The search begins at the quantile of
    Cornish and Fisher ("Moments and cumulants in the specification of distributions", 1938) and
    moves by single counts.

    Args:
        keys: one key an image, int64, shape (N,).
        rates: λ from 0 to 20,000 (beyond, the far tails lose digits), float64, shape (N, ...), on
            the keys' device.

    Returns:
        Counts, float64, of the shape of the rates; 0 where the rate is 0.
    """
    uniform = chance.fine_uniform(keys, rates.shape[1:])
    count = _guess(uniform, rates)
    cumulative = torch.special.gammaincc(count + 1, rates)
    probability = _probability(count, rates)
    for _ in range(_MOST_MOVES):
        below = cumulative - probability
        up, down = cumulative < uniform, (below >= uniform) & (count > 0)
        if not (up | down).any():
            break
        count = count + up.double() - down.double()
        probability = _probability(count, rates)
        cumulative = torch.where(up, cumulative + probability, cumulative.where(~down, below))
    return count


def _guess(uniform: Tensor, rates: Tensor) -> Tensor:
    normal = torch.special.ndtri(uniform)
    return (rates + rates.sqrt() * normal + (normal.square() - 1) / 6).floor().clamp(min=0)


def _probability(count: Tensor, rates: Tensor) -> Tensor:
    """P(X = k) = λ^k e^(−λ) / k!, in which 0^0 is 1."""
    return (torch.special.xlogy(count, rates) - rates - torch.lgamma(count + 1)).exp()
