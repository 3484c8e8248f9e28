"""JPEG is libjpeg-turbo's, to the bit."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data

from trainers.degradations.jpeg import compress

QUALITIES = (10, 25, 50, 75, 90, 95)
PHOTOGRAPHS = {
    "astronaut": data.astronaut(),
    "chelsea": data.chelsea(),
    "coffee": data.coffee(),
    "rocket": data.rocket(),
    "a grey photograph": np.repeat(data.camera()[:200, :300, None], 3, axis=2),
    "a crop of odd sides": data.astronaut()[100:137, 60:111],
    "a crop smaller than a block": data.coffee()[200:207, 300:306],
    "a crop of one pixel": data.coffee()[200:201, 300:301],
}


def by_pillow(photograph: np.ndarray, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    Image.fromarray(photograph).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream)).astype(int)


def batch_of(*photographs: np.ndarray) -> torch.Tensor:
    return torch.stack([torch.from_numpy(each.copy()) for each in photographs]).permute(
        0, 3, 1, 2
    ) / torch.tensor(255)


def by_us(photograph: np.ndarray, quality: int) -> np.ndarray:
    spoilt = compress(batch_of(photograph), quality)
    return (spoilt[0] * 255).round().int().permute(1, 2, 0).numpy()


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("photograph", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_photographs_come_out_as_from_pillow(photograph, quality):
    assert np.array_equal(by_us(photograph, quality), by_pillow(photograph, quality))


@settings(max_examples=40)
@given(
    height=st.integers(1, 37),
    width=st.integers(1, 37),
    quality=st.integers(1, 100),
    seed=st.integers(0, 2**32 - 1),
    is_harsh=st.booleans(),
)
def test_noise_of_any_size_comes_out_as_from_pillow(height, width, quality, seed, is_harsh):
    levels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    if is_harsh:
        levels = np.where(levels > 127, 255, 0).astype(np.uint8)
    assert np.array_equal(by_us(levels, quality), by_pillow(levels, quality))


def test_each_image_has_the_quality_said_for_it():
    clean = batch_of(*(data.coffee()[k : k + 41, :37] for k in range(0, 200, 50)))
    qualities = torch.tensor([100, 49, 50, 1])

    together = compress(clean, qualities)

    alone = [compress(clean[k : k + 1], int(qualities[k])) for k in range(4)]
    assert torch.equal(together, torch.cat(alone))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_how_a_batch_lies_in_memory_does_not_matter(dtype):
    clean = batch_of(data.coffee()[:40, :56], data.coffee()[40:80, :56]).to(dtype).contiguous()
    spoilt = compress(clean, 30)
    assert spoilt.dtype == dtype
    assert torch.equal(spoilt, compress(clean.to(memory_format=torch.channels_last), 30))


def test_what_is_out_of_range_is_cut_off():
    clean = batch_of(data.coffee()[:24, :24]) * 3 - 1
    assert torch.equal(compress(clean, 50), compress(clean.clamp(0, 1), 50))


@pytest.mark.parametrize("level", [0, 1, 100, 128, 254, 255])
def test_a_grey_image_loses_nothing_at_the_best_quality(level):
    grey = np.full((20, 30, 3), level, dtype=np.uint8)
    assert np.array_equal(by_us(grey, 100), grey)


def test_less_quality_is_more_loss():
    photograph = data.chelsea()
    losses = [np.abs(by_us(photograph, quality) - photograph).mean() for quality in QUALITIES]
    assert losses == sorted(losses, reverse=True)
