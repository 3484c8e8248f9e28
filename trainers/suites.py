"""The named lists of degradations that networks are tested on; no PyTorch."""

from collections.abc import Sequence
from typing import Literal, get_args

from trainers.degradations.kinds import (
    AsCaptured,
    Confounder,
    CorrelatedNoise,
    Degradation,
    GaussianBlur,
    GaussianNoise,
    Hybrid,
    Jpeg,
    Mixture,
    Pairs,
    PoissonNoise,
    Rain,
    SaltAndPepper,
    SpeckleNoise,
)

SuiteName = Literal[
    "confounders",
    "noise-levels",
    "noise-types",
    "blur-levels",
    "hybrid-levels",
    "type-levels",
    "real-noise",
    "rain",
    "real-sr",
    "pairs",
]
SUITES: tuple[SuiteName, ...] = get_args(SuiteName)

CAPTURED = ("real-noise", "rain", "real-sr", "pairs")
"""Suites whose images come degraded, in folders of pairs."""

LEVELS = "levels"
"""Goes for a suite where a person chose the levels for themselves."""

ColourSpace = Literal["rgb", "y"]

# The weakest and the strongest of the field's tests of generalisation (Masked Denoising, CVPR
# 2023; IDF, ICCV 2025). What their mixtures are is not published; these two are our own.
_NOISE_TYPES = (
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

_SYNTHETIC: dict[str, tuple[Degradation, ...]] = {
    "noise-levels": tuple(
        GaussianNoise(sigma=sigma) for sigma in (5, 10, 15, 20, 25, 30, 40, 50, 60, 75)
    ),
    "noise-types": _NOISE_TYPES,
    "blur-levels": tuple(
        GaussianBlur(sigma=sigma) for sigma in (1, 2, 3, 4, 4.2, 4.4, 4.6, 4.8, 5)
    ),
    "hybrid-levels": (
        Hybrid(lowest=9, highest=11),
        Hybrid(lowest=12, highest=17),
        Hybrid(lowest=18, highest=20),
    ),
    "type-levels": (
        *(GaussianBlur(sigma=sigma) for sigma in (1, 2, 3, 4, 5)),
        *(GaussianNoise(sigma=sigma) for sigma in (10, 20, 30, 40, 50)),
        *(Jpeg(quality=quality) for quality in (80, 50, 30, 20, 10)),
        *(Rain(density=density) for density in (0.002, 0.005, 0.01, 0.02, 0.04)),
    ),
}


def degradations_of(suite: str, confounders: Sequence[Confounder] = ()) -> tuple[Degradation, ...]:
    """The degradations of a suite, in the order in which tables show them.

    Args:
        suite: its name; one that this version does not know has none.
        confounders: what is trained on, which is the suite ``confounders``, as far as any image
            can be spoilt by it.
    """
    if suite in CAPTURED:
        return (AsCaptured(),)
    if suite == "confounders":
        return tuple(each for each in confounders if not isinstance(each, Pairs))
    return _SYNTHETIC.get(suite, ())


def is_captured(suite: str) -> bool:
    """Whether a suite is tested on pairs, not on clean images."""
    return suite in CAPTURED


def colour_space(task: str, suite: str, test_set: str) -> ColourSpace:
    """What the field takes PSNR and SSIM over: luma for hybrid, rain, real-sr and SIDD, else RGB.

    The run's own confounders are judged as the rest of its task is.
    """
    on_luma = ("hybrid-levels", "rain", "real-sr")
    if suite == "confounders":
        return "y" if task in ("hybrid", "derain", "real-sr") else "rgb"
    is_sidd = suite == "real-noise" and "sidd" in test_set.casefold()
    return "y" if suite in on_luma or is_sidd else "rgb"
