"""Hypothesis strategies of degradations."""

from hypothesis import strategies as st

from trainers.degradations.kinds import (
    CorrelatedNoise,
    GaussianNoise,
    Jpeg,
    Mixture,
    PoissonNoise,
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
DEGRADATIONS = PARTS | MIXTURES
