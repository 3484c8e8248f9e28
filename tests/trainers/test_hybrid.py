"""Hybrid distortion is the generator of RL-Restore."""

import io
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from scipy import ndimage, stats
from skimage import data

from trainers import chance
from trainers.degradations.hybrid import distorted, strengths
from trainers.degradations.kinds import Hybrid

QUALITY_ENDS = (100, 80, 60, 50, 40, 35, 30, 25, 20, 15, 10)
SEVERITIES = st.integers(1, 28)
MANY = torch.arange(60_000)


def photographs() -> torch.Tensor:
    crops = [data.coffee()[top : top + 41, 100:157] for top in (50, 120, 200)]
    return (torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2) / 255).contiguous()


def triples(hybrid: Hybrid, keys: torch.Tensor) -> list[tuple[int, int, int]]:
    """The bins in which each image's strengths lie, numbered from 1."""
    blur, noise, quality = (each.tolist() for each in strengths(hybrid, keys))
    bins = {
        value: number
        for number, (upper, lower) in enumerate(pairwise(QUALITY_ENDS), start=1)
        for value in range(lower, upper)
    }
    return [
        (int(each // 0.5) + 1, int(other // 5) + 1, bins[last])
        for each, other, last in zip(blur, noise, quality, strict=True)
    ]


def plainly_distorted(clean: np.ndarray, blur: float, noise: np.ndarray, quality: int):
    """One image, (H, W, 3) in [0, 1], as the released generator's few lines spoil it."""
    across = np.arange(-10, 11)
    kernel = np.exp(-(across[:, None] ** 2 + across**2) / (2 * blur**2))
    soft = ndimage.convolve(clean, (kernel / kernel.sum())[..., None], mode="nearest")
    levels = (np.clip(soft + noise, 0, 1) * 255).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(levels).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream)).astype(int)


@pytest.mark.parametrize("severity", [1, 8, "mild", "moderate", "severe", 28])
def test_an_image_comes_out_as_from_the_generator_written_plainly(severity):
    hybrid = Hybrid.model_validate({"kind": "hybrid", "severity": severity})
    clean, keys = photographs(), torch.tensor([5, 6, 7])
    blur, noise, quality = strengths(hybrid, keys)
    drawn = chance.normal(chance.derived(keys, 3), clean.shape[1:])

    spoilt = (distorted(clean, hybrid, keys) * 255).round().int()

    for k in range(len(keys)):
        added = drawn[k].double() * noise[k] / 255
        plain = plainly_distorted(
            clean[k].permute(1, 2, 0).double().numpy(),
            blur[k].item(),
            added.permute(1, 2, 0).numpy(),
            int(quality[k]),
        )
        assert np.array_equal(spoilt[k].permute(1, 2, 0).numpy(), plain)


@settings(max_examples=20)
@given(SEVERITIES, SEVERITIES, st.integers(-(2**63), 2**63 - 1))
def test_severity_stays_within_its_bounds(one, other, key):
    hybrid = Hybrid(lowest=min(one, other), highest=max(one, other))
    (drawn,) = triples(hybrid, torch.tensor([key]))
    assert all(1 <= number <= 10 for number in drawn)
    assert hybrid.lowest <= sum(drawn) - 2 <= hybrid.highest


def test_every_triple_of_an_allowed_severity_comes_up_as_often_as_another():
    counted = Counter(triples(Hybrid(lowest=18, highest=20), MANY))
    assert len(counted) == 63 + 55 + 45
    assert stats.chisquare(list(counted.values())).pvalue > 0.001


def test_strengths_fill_their_bins_evenly():
    blur, noise, quality = strengths(Hybrid(lowest=1, highest=1), MANY)
    assert stats.kstest(blur.numpy() / 0.5, "uniform").pvalue > 0.001
    assert stats.kstest(noise.numpy() / 5, "uniform").pvalue > 0.001
    assert abs(stats.pearsonr(blur.numpy(), noise.numpy()).statistic) < 0.02
    counted = Counter(quality.tolist())
    assert sorted(counted) == list(range(80, 100))
    assert stats.chisquare(list(counted.values())).pvalue > 0.001


def test_the_greatest_severity_is_the_last_bin_of_everything():
    assert set(triples(Hybrid(lowest=28, highest=28), MANY[:100])) == {(10, 10, 10)}


@pytest.mark.parametrize(
    ("severity", "bounds"),
    [("mild", (9, 11)), ("moderate", (12, 17)), ("severe", (18, 20)), (18, (18, 18))],
)
def test_a_word_or_a_number_stands_for_both_bounds(severity, bounds):
    hybrid = Hybrid.model_validate({"severity": severity})
    assert (hybrid.lowest, hybrid.highest) == bounds


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"severity": "dreadful"}, "must be a whole number or mild, moderate, severe"),
        ({"severity": [18, 20]}, "must be a whole number"),
        ({"severity": True}, "must be a whole number"),
        ({"severity": 29}, "28"),
        ({"severity": 18, "lowest": 3}, "leave those out"),
        ({"lowest": 0, "highest": 3}, "lowest"),
        ({"lowest": 5, "highest": 4}, "above highest"),
        ({"lowest": 5}, "highest"),
    ],
)
def test_severities_that_do_not_exist_are_refused(said, fault):
    with pytest.raises(ValidationError, match=fault):
        Hybrid.model_validate(said)


# Mean absolute change of fixed images, in grey levels: what boards were measured on must not move.
@pytest.mark.parametrize(
    ("severity", "change"),
    [("mild", 13.0085), ("moderate", 14.6973), ("severe", 13.3617), (28, 18.2639)],
)
def test_distorted_test_images_keep_their_pixels_for_good(severity, change):
    clean = photographs()
    keys = chance.keys([("golden", image) for image in range(3)])
    spoilt = distorted(clean, Hybrid.model_validate({"severity": severity}), keys)
    distance = (spoilt - clean).abs().double().mean().item() * 255
    assert distance == pytest.approx(change, abs=1e-3)
