"""Folders of streak images, each read once a process and device."""

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from trainers import chance
from trainers.data.images import probe, read_rgb
from trainers.data.sources import training_images
from trainers.errors import DataError

_MOST_BYTES = 4 << 30
_BRIGHTEST = 0.3
"""Mean of a library above which its images are no streaks on black; that of heavy rain is 0.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakLibrary:
    """Streak images of any sizes on one device.

    Attributes:
        pixels: those of all images, row by row, image after image: uint8, (P, 3).
        heights, widths: int64, shape (M,).
        starts: where each image's pixels begin: int64, shape (M,).
    """

    pixels: Tensor
    heights: Tensor
    widths: Tensor
    starts: Tensor

    def crops(self, height: int, width: int, keys: Tensor) -> Tensor:
        """For each key a part of one image, mirrored or not: float32 in [0, 1], (N, 3, H, W).

        An image that is too small goes on as its mirror image.
        """
        which, down, right, mirrored = (chance.derived(keys, choice) for choice in range(4))
        image = chance.integers(which, torch.full_like(keys, len(self.heights)))
        row = _reflected(down, height, self.heights[image])
        column = _reflected(right, width, self.widths[image])
        is_mirrored = (chance.words(mirrored, 1) & 1).bool()
        wide = self.widths[image].view(-1, 1)
        column = torch.where(is_mirrored, wide - 1 - column, column)
        place = (self.starts[image].view(-1, 1) + row * wide).unsqueeze(2) + column.unsqueeze(1)
        return self.pixels[place].permute(0, 3, 1, 2).float() / 255


def _reflected(keys: Tensor, length: int, sides: Tensor) -> Tensor:
    """A run of neighbouring places at random, going back and forth where a side is too short.

    Args:
        keys: int64, shape (N,).
        length: of the run.
        sides: how many places there are: int64, shape (N,).

    Returns:
        Each in [0, side): int64, shape (N, length).
    """
    starts = torch.where(sides >= length, sides - length + 1, 2 * sides)
    run = chance.integers(keys, starts).view(-1, 1) + torch.arange(length, device=keys.device)
    sides = sides.view(-1, 1)
    turned = run % (2 * sides)
    return torch.where(turned < sides, turned, 2 * sides - 1 - turned)


@functools.cache
def streak_library(folder: str, device: torch.device) -> StreakLibrary:
    """The streak images of a folder and of its sub-folders; read only the first time.

    Raises:
        DataError: the folder or an image in it cannot be read, there is none, they are too many,
            or they are not streaks on black.
    """
    files = [file.path for file in training_images(folder)]
    _refuse_too_many(folder, files)
    with ThreadPoolExecutor() as pool:
        images = list(pool.map(read_rgb, files))
    pixels = np.concatenate([image.reshape(-1, 3) for image in images])
    _refuse_photographs(folder, pixels.mean() / 255)
    heights, widths = torch.tensor([image.shape[:2] for image in images]).unbind(1)
    sizes = heights * widths
    return StreakLibrary(
        pixels=torch.from_numpy(pixels).to(device),
        heights=heights.to(device),
        widths=widths.to(device),
        starts=(sizes.cumsum(0) - sizes).to(device),
    )


def _refuse_too_many(folder: str, files: list[Path]) -> None:
    sizes = [probe(file) for file in files]
    needed = sum(3 * size.height * size.width for size in sizes)
    if needed > _MOST_BYTES:
        raise DataError(
            f"{folder}: its {len(files)} streak images take {needed / 2**30:.1f} GiB decoded, "
            f"{_MOST_BYTES >> 30} GiB are the most; keep fewer of them there"
        )


def _refuse_photographs(folder: str, mean: float) -> None:
    if mean > _BRIGHTEST:
        raise DataError(
            f"{folder}: its images have a mean of {mean:.2f} of white, so they are not streaks on "
            "black; name a folder of the streaks alone, without photographs under them"
        )
