import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainers import chance
from trainers.degradations.camera_response import Response

KEYS = st.integers(0, 2**31).map(lambda seed: torch.tensor([seed]))


@given(KEYS)
def test_a_response_rises_from_0_to_1(keys):
    light = torch.linspace(0, 1, 1001, dtype=torch.float64).expand(1, 3, 1, -1)
    stored = Response.drawn(keys).stored(light)
    assert (stored.diff(dim=-1) > 0).all()
    assert stored[..., 0].eq(0).all()
    assert torch.allclose(stored[..., -1], torch.ones(3, dtype=torch.float64), atol=1e-15)


@given(KEYS)
def test_a_response_and_its_inverse_cancel(keys):
    response = Response.drawn(keys)
    values = torch.linspace(0, 1, 256, dtype=torch.float64).expand(1, 3, 1, -1)
    assert torch.allclose(response.stored(response.light(values)), values, rtol=0, atol=1e-14)
    assert torch.allclose(response.light(response.stored(values)), values, rtol=0, atol=1e-14)


def test_responses_spread_as_those_that_were_measured():
    response = Response.drawn(chance.keys([(image,) for image in range(4000)]))
    for drawn, mean in ((response.exponent, 0.9), (response.knee, 0.6)):
        assert drawn.mean().item() == pytest.approx(mean, abs=0.006)
        assert drawn.std().item() == pytest.approx(0.1, rel=0.05)
        assert (drawn - mean).abs().max() <= 0.3 + 1e-12


def test_the_mean_response_brightens_as_the_standard_one_does():
    mean = Response(
        exponent=torch.full((1, 1, 1, 1), 0.9).double(), knee=torch.full((1, 1, 1, 1), 0.6).double()
    )
    light = torch.linspace(0.05, 1, 20, dtype=torch.float64).reshape(1, 1, 1, -1)
    standard = 1.055 * light ** (1 / 2.4) - 0.055
    assert (mean.stored(light) - standard).abs().max() < 0.1
