"""JPEG is libjpeg's, to a fraction of a grey level."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Jpeg

QUALITIES = (10, 25, 50, 75, 90, 95)
PHOTOGRAPHS = {
    "astronaut": data.astronaut(),
    "chelsea": data.chelsea(),
    "coffee": data.coffee(),
    "rocket": data.rocket(),
    "a crop of odd sides": data.astronaut()[100:137, 60:111],
    "a crop smaller than a block": data.coffee()[200:207, 300:306],
}


def by_pillow(photograph: np.ndarray, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    Image.fromarray(photograph).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream)).astype(int)


def by_us(photograph: np.ndarray, quality: int) -> np.ndarray:
    clean = torch.from_numpy(photograph.copy()).permute(2, 0, 1)[None].float() / 255
    spoilt = degrade(clean, Jpeg(quality=quality), torch.tensor([0]))
    return (spoilt[0] * 255).round().int().permute(1, 2, 0).numpy()


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("photograph", PHOTOGRAPHS.values(), ids=PHOTOGRAPHS)
def test_photographs_come_out_as_from_pillow(photograph, quality):
    difference = np.abs(by_us(photograph, quality) - by_pillow(photograph, quality))
    # 0.35 at worst when measured: quality 95, where a step of quantisation is one grey level.
    assert difference.mean() < 0.5


@pytest.mark.parametrize("level", [0, 1, 100, 128, 254, 255])
def test_a_grey_image_loses_nothing_at_the_best_quality(level):
    grey = np.full((20, 30, 3), level, dtype=np.uint8)
    assert np.array_equal(by_us(grey, 100), grey)


def test_less_quality_is_more_loss():
    photograph = data.chelsea()
    losses = [np.abs(by_us(photograph, quality) - photograph).mean() for quality in QUALITIES]
    assert losses == sorted(losses, reverse=True)
