"""Hypothesis strategies of degradations."""

from hypothesis import strategies as st

from trainers.degradations.kinds import (
    CameraNoise,
    CorrelatedNoise,
    GaussianBlur,
    GaussianNoise,
    Hybrid,
    Jpeg,
    LowResolution,
    Mixture,
    PoissonNoise,
    Rain,
    SaltAndPepper,
    SpeckleNoise,
)

SIGMAS = st.floats(0, 255)
CONVENTION = {"clip": st.booleans(), "quantise": st.booleans()}

PARTS = st.one_of(
    st.builds(GaussianNoise, sigma=SIGMAS, **CONVENTION),
    st.builds(PoissonNoise, alpha=st.floats(0, 100), **CONVENTION),
    st.builds(SpeckleNoise, variance=st.floats(0, 1), **CONVENTION),
    st.builds(SaltAndPepper, density=st.floats(0, 1)),
    st.builds(CorrelatedNoise, sigma=SIGMAS, **CONVENTION),
    st.builds(Jpeg, quality=st.integers(1, 100)),
)
MIXTURES = st.builds(Mixture, parts=st.lists(PARTS, min_size=2, max_size=3).map(tuple))
SHARES = st.floats(0, 1)


def _span(least: float, most: float) -> st.SearchStrategy[tuple[float, float]]:
    return st.lists(st.floats(least, most), min_size=2, max_size=2).map(
        lambda ends: (min(ends), max(ends))
    )


BLURS = st.builds(
    GaussianBlur,
    sigma=st.floats(0, 20),
    kernel=st.integers(0, 12).map(lambda half: 2 * half + 1),
    noise=SIGMAS,
    quantise=st.booleans(),
)
HYBRIDS = st.lists(st.integers(1, 28), min_size=2, max_size=2).map(
    lambda ends: Hybrid(lowest=min(ends), highest=max(ends))
)
CAMERAS = st.builds(
    CameraNoise,
    space=st.sampled_from(["raw", "camera-rgb", "xyz", "srgb"]),
    shot=SHARES,
    read=SHARES,
    model=st.sampled_from(["deviation", "variance"]),
)
RAINS = st.builds(
    Rain,
    density=st.floats(0, 0.1),
    angle=_span(-60, 60),
    length=_span(1, 60),
    width=_span(0.5, 4),
    brightness=_span(0, 1),
    veil=_span(0, 1),
)
SHRINKING = st.builds(
    LowResolution,
    scale=st.sampled_from([1, 4]),
    order=st.sampled_from([1, 2]),
    family=st.sampled_from(["any", "isotropic", "plateau-anisotropic", "sinc"]),
    strength=st.sampled_from(["any", "weak", "medium", "strong"]),
    last=st.sampled_from(["either", "jpeg", "resizing"]),
)
DEGRADATIONS = PARTS | MIXTURES | BLURS | HYBRIDS | CAMERAS | RAINS | SHRINKING
