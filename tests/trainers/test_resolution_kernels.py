"""The blur kernels are those of the published formulas."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from trainers.degradations.resolution_kernels import Kernel, weights

KERNELS = st.builds(
    Kernel,
    family=st.sampled_from(
        [
            "isotropic",
            "anisotropic",
            "generalised-isotropic",
            "generalised-anisotropic",
            "plateau-isotropic",
            "plateau-anisotropic",
            "sinc",
        ]
    ),
    size=st.sampled_from(range(7, 22, 2)),
    sigmas=st.tuples(st.floats(0.2, 3), st.floats(0.2, 3)),
    rotation=st.floats(-math.pi, math.pi),
    shape=st.floats(0.5, 4),
    cutoff=st.floats(math.pi / 5, math.pi),
)


def by_hand(size: int, height) -> np.ndarray:
    """A kernel from its height at (across, down) of the centre, one weight at a time."""
    half = size // 2
    places = range(-half, half + 1)
    drawn = np.array([[height(across, down) for across in places] for down in places])
    return drawn / drawn.sum()


def distance(across: int, down: int, sigmas: tuple[float, float], rotation: float) -> float:
    turn = np.array(
        [[math.cos(rotation), -math.sin(rotation)], [math.sin(rotation), math.cos(rotation)]]
    )
    covariance = turn @ np.diag(np.square(sigmas)) @ turn.T
    place = np.array([across, down])
    return float(place @ np.linalg.inv(covariance) @ place)


@settings(max_examples=50)
@given(KERNELS)
def test_weights_sum_to_one_and_look_the_same_turned_half_way(kernel):
    drawn = weights(kernel)
    assert (drawn.shape, drawn.dtype) == ((kernel.size, kernel.size), torch.float64)
    assert drawn.sum().item() == pytest.approx(1)
    assert torch.allclose(drawn, drawn.flip(0, 1), atol=1e-12)


def test_an_isotropic_kernel_is_a_gaussian():
    drawn = weights(Kernel(family="isotropic", size=9, sigmas=(1.7, 1.7)))
    line = stats.norm.pdf(np.arange(-4, 5), scale=1.7)
    assert np.allclose(drawn.numpy(), np.outer(line, line) / line.sum() ** 2)


def test_an_anisotropic_kernel_is_a_gaussian_along_turned_axes():
    kernel = Kernel(family="anisotropic", size=11, sigmas=(2.5, 0.6), rotation=0.7)
    expected = by_hand(11, lambda x, y: math.exp(-0.5 * distance(x, y, (2.5, 0.6), 0.7)))
    assert np.allclose(weights(kernel).numpy(), expected)


def test_a_kernel_turned_by_a_right_angle_has_its_axes_exchanged():
    kernel = Kernel(family="anisotropic", size=11, sigmas=(2.5, 0.6))
    turned = Kernel(family="anisotropic", size=11, sigmas=(2.5, 0.6), rotation=math.pi / 2)
    assert torch.allclose(weights(turned), weights(kernel).T)
    assert not torch.allclose(weights(turned), weights(kernel), atol=1e-3)


def test_a_generalised_gaussian_has_the_distance_to_a_power_in_its_exponent():
    sigmas, rotation = (1.5, 0.9), -1.1
    kernel = Kernel(
        family="generalised-anisotropic", size=13, sigmas=sigmas, rotation=rotation, shape=2.3
    )
    expected = by_hand(13, lambda x, y: math.exp(-0.5 * distance(x, y, sigmas, rotation) ** 2.3))
    assert np.allclose(weights(kernel).numpy(), expected)


def test_a_plateau_falls_with_the_distance_to_a_power():
    sigmas, rotation = (2.0, 1.2), 0.4
    kernel = Kernel(
        family="plateau-anisotropic", size=13, sigmas=sigmas, rotation=rotation, shape=1.6
    )
    expected = by_hand(13, lambda x, y: 1 / (1 + distance(x, y, sigmas, rotation) ** 1.6))
    assert np.allclose(weights(kernel).numpy(), expected)


@pytest.mark.parametrize("cutoff", [math.pi / 5, 1.5, math.pi])
def test_a_sinc_kernel_is_the_circular_low_pass_filter(cutoff):
    def height(across: int, down: int) -> float:
        radius = math.hypot(across, down)
        if radius == 0:
            return cutoff**2 / (4 * math.pi)
        return cutoff * special.j1(cutoff * radius) / (2 * math.pi * radius)

    drawn = weights(Kernel(family="sinc", size=21, cutoff=cutoff))
    assert np.allclose(drawn.numpy(), by_hand(21, height))


def test_a_shape_of_one_is_no_shape():
    kernel = {"size": 15, "sigmas": (1.4, 2.2), "rotation": 0.3}
    gaussian = weights(Kernel(family="anisotropic", **kernel))
    assert torch.equal(weights(Kernel(family="generalised-anisotropic", **kernel)), gaussian)
