"""The low-resolution synthesis draws what is published and keeps every law of degradations."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from tests.trainers.degradation_strategies import SHRINKING
from trainers import chance
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import LowResolution
from trainers.degradations.resolution_course import Course, courses

PHOTOGRAPH = torch.from_numpy(data.astronaut().copy()).permute(2, 0, 1)[None].float() / 255
MANY = 4000


def drawn(count: int = MANY, **said) -> list[Course]:
    keys = chance.keys([("test", place) for place in range(count)])
    return courses(LowResolution(**{"scale": 4, **said}), keys)


def cut(count: int, side: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    places = [60 + 11 * place for place in range(count)]
    return torch.cat([PHOTOGRAPH[..., at : at + side, 190 : 190 + side] for at in places]).to(dtype)


def is_share(observed: int, total: int, expected: float) -> bool:
    """Whether a count lies within four standard deviations of what its probability says."""
    return abs(observed - total * expected) <= 4 * math.sqrt(total * expected * (1 - expected))


@settings(max_examples=10)
@given(
    SHRINKING,
    st.integers(0, 2**31),
    st.sampled_from([4, 8, 20]),
    st.sampled_from([torch.float32, torch.float64]),
)
def test_a_batch_is_shrunk_as_its_images_alone(degradation, seed, side, dtype):
    clean = cut(3, side, dtype)
    keys = chance.keys([(seed, image) for image in range(3)])
    before = clean.clone()

    together = degrade(clean, degradation, keys)

    alone = [degrade(clean[k : k + 1], degradation, keys[k : k + 1]) for k in range(3)]
    assert torch.equal(together, torch.cat(alone))
    assert torch.equal(together, degrade(clean, degradation, keys))
    smaller = side // degradation.shrinks_by
    assert (together.shape, together.dtype) == ((3, 3, smaller, smaller), dtype)
    assert torch.equal(clean, before)
    assert together.min() >= 0
    assert together.max() <= 1
    assert torch.allclose(together * 255, (together * 255).round(), atol=1e-4)


def test_sides_may_differ():
    wide = PHOTOGRAPH[..., :24, :68]
    small = degrade(wide, LowResolution(scale=4, order=2), torch.tensor([5]))
    assert small.shape == (1, 3, 6, 17)


@pytest.mark.parametrize(
    ("family", "share"),
    [
        ("sinc", 0.1),
        ("isotropic", 0.9 * 0.45),
        ("anisotropic", 0.9 * 0.25),
        ("generalised-isotropic", 0.9 * 0.12),
        ("generalised-anisotropic", 0.9 * 0.03),
        ("plateau-isotropic", 0.9 * 0.12),
        ("plateau-anisotropic", 0.9 * 0.03),
    ],
)
def test_blur_families_are_drawn_as_published(family, share):
    counted = Counter(course.passes[0].kernel.family for course in ANY_TWICE)
    assert is_share(counted[family], MANY, share)


ANY_TWICE = drawn(order=2)


@pytest.mark.parametrize(("place", "up", "down", "blurred"), [(0, 0.2, 0.7, 1), (1, 0.3, 0.4, 0.8)])
def test_each_pass_has_its_own_chances(place, up, down, blurred):
    passes = [course.passes[place] for course in ANY_TWICE]
    assert is_share(sum(each.factor > 1 for each in passes), MANY, up)
    assert is_share(sum(each.factor < 1 for each in passes), MANY, down)
    assert is_share(sum(each.kernel is not None for each in passes), MANY, blurred)
    assert is_share(sum(each.noise.kind == "gaussian" for each in passes), MANY, 0.5)
    assert is_share(sum(each.noise.is_grey for each in passes), MANY, 0.4)
    for mode in ("area", "bilinear", "bicubic"):
        assert is_share(sum(each.mode == mode for each in passes), MANY, 1 / 3)
    kernels = [each.kernel for each in passes if each.kernel is not None]
    for size in range(7, 22, 2):
        assert is_share(sum(kernel.size == size for kernel in kernels), len(kernels), 1 / 8)


def test_the_end_has_the_published_chances():
    assert is_share(sum(course.sinc is not None for course in ANY_TWICE), MANY, 0.8)
    assert is_share(sum(course.ends_in_jpeg for course in ANY_TWICE), MANY, 0.5)
    for mode in ("area", "bilinear", "bicubic"):
        assert is_share(sum(course.mode == mode for course in ANY_TWICE), MANY, 1 / 3)


SPANS = [
    # place, σ, factor, Gaussian noise, Poisson noise
    (0, (0.2, 3), (0.15, 1.5), (1, 30), (0.05, 3)),
    (1, (0.2, 1.5), (0.3, 1.2), (1, 25), (0.05, 2.5)),
]


def fills(values: list[float], span: tuple[float, float]) -> bool:
    """Whether numbers stay in a range and come near both of its ends."""
    low, high = span
    near = (high - low) * 0.03
    return low <= min(values) < low + near and high - near < max(values) <= high


@pytest.mark.parametrize(("place", "sigma", "factor", "gaussian", "poisson"), SPANS)
def test_strengths_fill_the_published_ranges(place, sigma, factor, gaussian, poisson):
    passes = [course.passes[place] for course in ANY_TWICE]
    kernels = [each.kernel for each in passes if each.kernel]
    blurs = [kernel for kernel in kernels if kernel.family != "sinc"]
    assert fills([each for kernel in blurs for each in kernel.sigmas], sigma)
    assert fills([each.factor for each in passes], factor)
    assert fills([each.quality for each in passes], (30, 95))
    for kind, span in (("gaussian", gaussian), ("poisson", poisson)):
        strengths = [each.noise.strength for each in passes if each.noise.kind == kind]
        assert fills(strengths, span)


def test_kernels_have_the_published_shapes():
    kernels = [course.passes[0].kernel for course in ANY_TWICE]
    generalised = [kernel.shape for kernel in kernels if "generalised" in kernel.family]
    plateaus = [kernel.shape for kernel in kernels if "plateau" in kernel.family]
    assert fills(generalised, (0.5, 4))
    assert is_share(sum(shape < 1 for shape in generalised), len(generalised), 0.5)
    assert fills(plateaus, (1, 2))
    assert is_share(sum(shape == 1 for shape in plateaus), len(plateaus), 0.5)
    assert all(
        (kernel.sigmas[0] == kernel.sigmas[1]) == ("anisotropic" not in kernel.family)
        for kernel in kernels
        if kernel.family != "sinc"
    )


def test_small_sinc_kernels_cut_off_less():
    sincs = [course.passes[0].kernel for course in drawn(1000, family="sinc")]
    small = [kernel.cutoff for kernel in sincs if kernel.size < 13]
    great = [kernel.cutoff for kernel in sincs if kernel.size >= 13]
    assert fills(small, (math.pi / 3, math.pi))
    assert fills(great, (math.pi / 5, math.pi))


@pytest.mark.parametrize("family", ["plateau-isotropic", "sinc"])
def test_a_named_family_is_the_only_one_of_the_first_pass(family):
    passes = [course.passes for course in drawn(300, order=2, family=family)]
    assert {first.kernel.family for first, _ in passes} == {family}
    assert len({second.kernel.family for _, second in passes if second.kernel}) == 7


@pytest.mark.parametrize(
    ("strength", "sigma", "quality", "down", "noise"),
    [
        ("weak", (0.2, 0.2 + 2.8 / 3), (73, 95), (1 - 0.85 / 3, 1), (1, 1 + 29 / 3)),
        ("strong", (3 - 2.8 / 3, 3), (30, 52), (0.15, 0.15 + 0.85 / 3), (30 - 29 / 3, 30)),
    ],
)
def test_a_strength_is_a_third_of_every_range(strength, sigma, quality, down, noise):
    passes = [course.passes[0] for course in drawn(2000, strength=strength)]
    blurs = [each.kernel for each in passes if each.kernel.family != "sinc"]
    assert fills([each for kernel in blurs for each in kernel.sigmas], sigma)
    assert fills([each.quality for each in passes], quality)
    assert fills([each.factor for each in passes if each.factor < 1], down)
    strengths = [each.noise.strength for each in passes if each.noise.kind == "gaussian"]
    assert fills(strengths, noise)
    assert fills([each.factor for each in passes if each.factor > 1], (1, 1.5))


def test_the_first_order_is_one_pass_without_a_final_filter():
    once = drawn(200)
    assert all(len(course.passes) == 1 and course.sinc is None for course in once)


@pytest.mark.parametrize("order", [1, 2])
def test_the_last_step_can_be_fixed(order):
    keys = torch.arange(8)
    clean = cut(1, 32).expand(8, -1, -1, -1)
    results = {
        last: degrade(clean, LowResolution(scale=1, order=order, last=last), keys)
        for last in ("either", "jpeg", "resizing")
    }
    fixed = zip(results["either"], results["jpeg"], results["resizing"], strict=True)
    sames = {(torch.equal(one, jpeg), torch.equal(one, sized)) for one, jpeg, sized in fixed}
    # Both are the same where the image never left its size.
    assert {(True, False), (False, True)} <= sames <= {(True, False), (False, True), (True, True)}


@pytest.mark.parametrize("order", [1, 2])
def test_stronger_means_further_from_the_image(order):
    clean = cut(1, 40).expand(16, -1, -1, -1)
    distances = [
        (
            degrade(clean, LowResolution(scale=1, order=order, strength=each), torch.arange(16))
            - clean
        )
        .square()
        .mean()
        .item()
        for each in ("weak", "medium", "strong")
    ]
    assert distances == sorted(distances)
    assert distances[0] * 3 < distances[2]


def test_a_name_is_short_and_says_what_differs():
    assert LowResolution(scale=4).label == "sr×4"
    assert LowResolution(scale=1, order=2, family="sinc").label == "sr×1 order=2 family=sinc"


# Mean and mean square, times 255, of spoilt photographs: results were measured on these pixels.
GOLDEN = {
    (1, 1): (160.125, 110.775),
    (1, 2): (159.914, 107.482),
    (4, 1): (159.634, 109.767),
    (4, 2): (159.413, 106.723),
}


@pytest.mark.parametrize("scale", [1, 4])
@pytest.mark.parametrize("order", [1, 2])
def test_low_resolution_images_keep_their_pixels_for_good(scale, order):
    spoilt = degrade(cut(2, 48), LowResolution(scale=scale, order=order), torch.tensor([20, 23]))
    found = [255 * each.item() for each in (spoilt.mean(), spoilt.square().mean())]
    assert found == pytest.approx(GOLDEN[scale, order], abs=0.02)
