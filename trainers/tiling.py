"""How an image is restored that is too large to go through the network at once."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import assert_never

import torch
from torch import Tensor

from trainers.experiment import Network
from trainers.experiment.networks import Rrdb, SwinIr

Restorer = Callable[[Tensor], Tensor]
"""Maps degraded images (N, 3, H, W) in [0, 1] to restored ones, (N, 3, sH, sW)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """How an image that is too large to be restored at once is cut.

    Where core and halo are multiples of a network's window, its windows lie in every tile as they
    do in the whole image.

    Attributes:
        pixels: images up to this many pixels are restored whole.
        core: side of the square that a tile contributes, pixels of the degraded image.
        halo: context on each side of the core, seen by the network and then cut off, pixels.
    """

    pixels: int
    core: int
    halo: int


# All usual test sets but DIV2K and City100 stay below a million pixels and are restored whole. 64
# pixels of context are more than the receptive field of small networks (34 for two blocks): their
# tiles join exactly. Deeper networks hardly look further than that.
TILING = Tiling(pixels=1024 * 1024, core=896, halo=64)

_MEMORY = 4_000_000_000  # bytes that activations may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A part of a restored image.

    Attributes:
        pixels: neither clipped nor rounded, (1, 3, h, w), on the network's device.
        rows, columns: where it lies in the restored image.
        size: height and width of the restored image.
    """

    pixels: Tensor
    rows: slice
    columns: slice
    size: tuple[int, int]


def tiling_for(network: Network, *, side: int | None = None) -> Tiling:
    """How images are cut for a network, so that its activations stay below 2.6 GB in float32.

    Args:
        network: its settings.
        side: what a tile contributes each way, in pixels, if that is not to be chosen here.
    """
    step = network.window if isinstance(network, SwinIr) else 1
    halo = math.ceil(TILING.halo / step) * step
    pixels = min(TILING.pixels, _MEMORY // (4 * _channels(network)))
    wanted = math.isqrt(pixels) - 2 * halo if side is None else side
    core = max(step, wanted // step * step)
    return Tiling(pixels=pixels if side is None else core * core, core=core, halo=halo)


@torch.inference_mode()
def restore(
    network: Restorer,
    degraded: Tensor,
    device: torch.device,
    *,
    dtype: torch.dtype = torch.float32,
    tiling: Tiling = TILING,
) -> Tensor:
    """Restore one image whole, or in overlapping tiles where it is too large.

    Args:
        network: what restores.
        degraded: the image, (1, 3, H, W), on any device.
        device: where the network lives.
        dtype: type of the network's weights, which its input must share.
        tiling: when and how to cut.

    Returns:
        The restored image, neither clipped nor rounded, (1, 3, sH, sW), on the device.
    """
    restored = torch.empty(0)
    for tile in restored_tiles(network, degraded.to(device, dtype), tiling):
        if tile.pixels.shape[-2:] == tile.size:
            return tile.pixels
        if not restored.numel():
            restored = tile.pixels.new_empty(*tile.pixels.shape[:2], *tile.size)
        restored[..., tile.rows, tile.columns] = tile.pixels
    return restored


@torch.inference_mode()
def restored_tiles(network: Restorer, degraded: Tensor, tiling: Tiling) -> Iterator[Tile]:
    """The parts of a restored image, one after the other: a single one where it is small enough.

    Args:
        network: what restores.
        degraded: the image, (1, 3, H, W), on the network's device and of its type.
        tiling: when and how to cut.
    """
    height, width = degraded.shape[-2:]
    if height * width <= tiling.pixels:
        restored = network(degraded)
        rows, columns = restored.shape[-2:]
        yield Tile(
            pixels=restored, rows=slice(0, rows), columns=slice(0, columns), size=(rows, columns)
        )
        return
    for rows, columns in product(_cores(height, tiling), _cores(width, tiling)):
        yield _restored_tile(network, degraded, rows, columns, tiling.halo)


def tiles_of(height: int, width: int, tiling: Tiling) -> int:
    """How many parts an image is restored in."""
    if height * width <= tiling.pixels:
        return 1
    return math.ceil(height / tiling.core) * math.ceil(width / tiling.core)


def _restored_tile(
    network: Restorer, degraded: Tensor, rows: slice, columns: slice, halo: int
) -> Tile:
    above, left = min(halo, rows.start), min(halo, columns.start)
    context = degraded[
        ..., rows.start - above : rows.stop + halo, columns.start - left : columns.stop + halo
    ].contiguous()
    restored = network(context)
    scale = restored.shape[-1] // context.shape[-1]
    inner = restored[
        ...,
        scale * above : scale * (above + rows.stop - rows.start),
        scale * left : scale * (left + columns.stop - columns.start),
    ]
    height, width = degraded.shape[-2:]
    return Tile(
        pixels=inner,
        rows=slice(scale * rows.start, scale * rows.stop),
        columns=slice(scale * columns.start, scale * columns.stop),
        size=(scale * height, scale * width),
    )


def _cores(length: int, tiling: Tiling) -> Iterator[slice]:
    for first in range(0, length, tiling.core):
        yield slice(first, min(first + tiling.core, length))


def _channels(network: Network) -> int:
    """Numbers that are alive at once for each pixel of the degraded image, at the network's peak.

    Measured on a CPU: peak memory against the pixels of a tile.
    """
    match network:
        case Rrdb():
            dense = 3 * (network.features + 4 * network.growth)
            return max(dense, 4 * 16 * network.features if network.scale == 4 else 0)
        case SwinIr():
            return 8 * network.features + 3 * network.heads * network.window**2
        case _:
            assert_never(network)
