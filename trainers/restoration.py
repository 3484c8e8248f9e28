"""Picture files restored by a trained network, one after the other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from trainers.data.images import probe
from trainers.data.pictures import Picture, read_picture, refuse_unfit, write_picture
from trainers.errors import DataError, TrainerError
from trainers.metrics import to_8_bit
from trainers.tiling import Restorer, Tiling, restored_tiles, tiles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A picture to be restored.

    Attributes:
        source: the file that holds it.
        target: the file that will hold it restored.
    """

    source: Path
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What pictures are restored with.

    Attributes:
        network: maps images in [0, 1], (1, 3, H, W), to restored ones.
        scale: how many times larger those are.
        device: where the network lives.
        tiling: how large pictures are cut.
        quality: of JPEGs that are written, 1 to 100.
        beside: name of the file beside its target that a picture is first written to.
    """

    network: Restorer
    scale: int
    device: torch.device
    tiling: Tiling
    quality: int
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it has come.

    Attributes:
        picture: which one is being worked on, counted from 1.
        pixels: restored so far, over all pictures.
        total: of all pictures that can be read.
    """

    picture: int
    pixels: int
    total: int


def restore_all(
    works: Sequence[Work], tool: Tool, told: Callable[[Progress], None]
) -> tuple[str, ...]:
    """Restore pictures; those that cannot be are left out.

    Args:
        works: the pictures.
        tool: what restores them.
        told: told how far it is, after every tile.

    Returns:
        A sentence for each picture that could not be restored.

    Raises:
        TrainerError: the network's answers are no numbers.
        OSError: a file cannot be written.
    """
    sizes, faults = _sizes(works)
    total, done = sum(sizes.values()), 0
    for number, work in enumerate(works, start=1):
        if work not in sizes:
            continue
        try:
            for share in _restore(work, tool):
                pixels = done + round(share * sizes[work])
                told(Progress(picture=number, pixels=pixels, total=total))
        except DataError as error:
            faults.append(str(error))
        done += sizes[work]
    told(Progress(picture=len(works), pixels=total, total=total))
    return tuple(faults)


def _sizes(works: Sequence[Work]) -> tuple[dict[Work, int], list[str]]:
    """How many pixels each picture has that can be read; of the others, a sentence each."""
    sizes: dict[Work, int] = {}
    faults: list[str] = []
    for work in works:
        try:
            info = probe(work.source)
        except DataError as error:
            faults.append(str(error))
        else:
            sizes[work] = info.width * info.height
    return sizes, faults


def _restore(work: Work, tool: Tool) -> Iterator[float]:
    """Restore one picture, and tell after each tile which share is behind it."""
    picture = read_picture(work.source)
    refuse_unfit(work.target, picture, scale=tool.scale)
    tiles = tiles_of(*picture.size, tool.tiling)
    canvas = _canvas(picture, tool.scale)
    for number, (rows, columns, pixels) in enumerate(_parts(picture, tool), start=1):
        canvas[rows, columns] = pixels
        yield number / tiles
    restored = replace(picture, colours=canvas, alpha=_enlarged(picture.alpha, tool.scale))
    work.target.parent.mkdir(parents=True, exist_ok=True)
    write_picture(work.target, restored, beside=tool.beside, quality=tool.quality)


def _canvas(picture: Picture, scale: int) -> NDArray[np.uint8]:
    height, width = picture.size
    return np.empty((scale * height, scale * width, *picture.colours.shape[2:]), dtype=np.uint8)


def _parts(picture: Picture, tool: Tool) -> Iterator[tuple[slice, slice, NDArray[np.uint8]]]:
    """Rows, columns and pixels of each tile, (h, w, 3), of a grey picture (h, w)."""
    for tile in restored_tiles(tool.network, _degraded(picture, tool.device), tool.tiling):
        if not torch.isfinite(tile.pixels).all():
            raise TrainerError(
                "the network's answer is not a number; its weights are damaged or have diverged: "
                "restore with those of another run"
            )
        grey = tile.pixels.mean(dim=1) if picture.is_grey else None
        pixels = tile.pixels[0].permute(1, 2, 0) if grey is None else grey[0]
        yield tile.rows, tile.columns, to_8_bit(pixels).cpu().numpy()


def _degraded(picture: Picture, device: torch.device) -> Tensor:
    """What the network sees, float32 in [0, 1], (1, 3, H, W): grey as three equal channels."""
    pixels = torch.from_numpy(picture.colours).to(device)
    channels = pixels.expand(3, -1, -1) if picture.is_grey else pixels.permute(2, 0, 1)
    return channels[None].to(torch.float32).div_(255)


def _enlarged(alpha: NDArray[np.uint8] | None, scale: int) -> NDArray[np.uint8] | None:
    if alpha is None or scale == 1:
        return alpha
    height, width = alpha.shape
    size = scale * width, scale * height
    return np.array(Image.fromarray(alpha).resize(size, Image.Resampling.BICUBIC))
