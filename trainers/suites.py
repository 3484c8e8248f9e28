"""The named lists of degradations that networks are tested on; no PyTorch."""

from typing import Literal, assert_never

from trainers.degradations.kinds import (
    CorrelatedNoise,
    Degradation,
    GaussianNoise,
    Jpeg,
    Mixture,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)

SuiteName = Literal["noise-levels", "noise-types"]

_LEVELS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)

# The weakest and the strongest of the field's tests of generalisation (Masked Denoising, CVPR
# 2023; IDF, ICCV 2025). What their mixtures are is not published; these two are our own.
_TYPES = (
    PoissonNoise(alpha=2),
    PoissonNoise(alpha=3.5),
    SpeckleNoise(variance=0.02),
    SpeckleNoise(variance=0.04),
    SaltAndPepper(density=0.002),
    SaltAndPepper(density=0.02),
    CorrelatedNoise(sigma=40),
    CorrelatedNoise(sigma=55),
    Jpeg(quality=30),
    Jpeg(quality=10),
    Mixture(
        parts=(GaussianNoise(sigma=15), SpeckleNoise(variance=0.02), SaltAndPepper(density=0.002))
    ),
    Mixture(parts=(PoissonNoise(alpha=2), Jpeg(quality=30))),
)


def degradations_of(suite: SuiteName) -> tuple[Degradation, ...]:
    """The degradations of a suite, in the order in which tables show them."""
    match suite:
        case "noise-levels":
            return tuple(GaussianNoise(sigma=sigma) for sigma in _LEVELS)
        case "noise-types":
            return _TYPES
        case _:
            assert_never(suite)
