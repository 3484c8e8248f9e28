"""The named lists of degradations that networks are tested on; no PyTorch."""

from typing import Literal, assert_never

from trainers.degradations.kinds import Degradation, GaussianNoise

SuiteName = Literal["noise-levels"]


def degradations_of(suite: SuiteName) -> tuple[Degradation, ...]:
    """The degradations of a suite, in the order in which tables show them."""
    match suite:
        case "noise-levels":
            return tuple(GaussianNoise(sigma=sigma) for sigma in range(5, 55, 5))
        case _:
            assert_never(suite)
