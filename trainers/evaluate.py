"""How well a network restores whole test images under a degradation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from trainers import chance, metrics
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Degradation
from trainers.reporter import ImageScore

Restorer = Callable[[Tensor], Tensor]
"""Maps degraded images (N, 3, H, W) in [0, 1] to restored ones of the same shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestImage:
    """A clean image to be degraded and restored.

    Attributes:
        name: file name without its folder.
        pixels: uint8, (3, H, W).
    """

    __test__ = False  # the name does not make it a test of pytest's

    name: str
    pixels: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """How an image that is too large to be restored at once is cut.

    Attributes:
        pixels: images up to this many pixels are restored whole.
        core: side of the square that a tile contributes, pixels.
        halo: context on each side of the core, seen by the network and then cut off, pixels.
    """

    pixels: int
    core: int
    halo: int


# RRDB with 64 features and 23 blocks holds about 600 channels a pixel at its peak, so a million
# pixels take 2.5 GB in float32. All usual test sets but DIV2K and City100 stay below that and are
# restored whole. 64 pixels of context are more than the receptive field of small networks (34 for
# two blocks): their tiles join exactly. Deeper networks hardly look further than that.
TILING = Tiling(pixels=1024 * 1024, core=896, halo=64)


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
        The restored image, neither clipped nor rounded, (1, 3, H, W), on the device.
    """
    image = degraded.to(device, dtype)
    height, width = image.shape[-2:]
    if height * width <= tiling.pixels:
        return network(image)
    restored = torch.empty_like(image)
    for (top, bottom), (left, right) in product(_cores(height, tiling), _cores(width, tiling)):
        first_row, first_column = max(0, top - tiling.halo), max(0, left - tiling.halo)
        tile = image[
            :, :, first_row : bottom + tiling.halo, first_column : right + tiling.halo
        ].contiguous()
        restored[:, :, top:bottom, left:right] = network(tile)[
            :, :, top - first_row : bottom - first_row, left - first_column : right - first_column
        ]
    return restored


def _cores(length: int, tiling: Tiling) -> Iterator[tuple[int, int]]:
    for first in range(0, length, tiling.core):
        yield first, min(first + tiling.core, length)


@torch.inference_mode()
def evaluate_suite(
    network: Restorer,
    images: Sequence[TestImage],
    degradation: Degradation,
    *,
    suite: str,
    device: torch.device,
    dtype: torch.dtype = torch.float32,
) -> tuple[ImageScore, ...]:
    """Score a network on whole images under one degradation of a suite.

    An image is degraded on the CPU in float32, by a key of (suite, image name, degradation), so
    every run on every machine restores the same pixels. The result is rounded to 8 bit first.
    Images are scored one by one, so each of several processes can score its own.

    Args:
        network: what restores, in the mode it is to be judged in.
        images: all images of a test set, or this process's share of them.
        degradation: what spoils them.
        suite: name of the suite, as in ``noise-levels``.
        device: where the network lives.
        dtype: type of the network's weights.

    Returns:
        One score an image, in the order of the images.
    """
    return tuple(
        _score(network, image, degradation, suite=suite, device=device, dtype=dtype)
        for image in images
    )


def _score(
    network: Restorer,
    image: TestImage,
    degradation: Degradation,
    *,
    suite: str,
    device: torch.device,
    dtype: torch.dtype,
) -> ImageScore:
    clean = image.pixels[None]
    keys = chance.keys([(suite, image.name, degradation.name)])
    degraded = degrade(clean.to(torch.float32) / 255, degradation, keys)
    restored = metrics.to_8_bit(restore(network, degraded, device, dtype=dtype))
    truth = clean.to(device)
    return ImageScore(
        image=image.name,
        psnr=metrics.psnr(restored, truth).item(),
        ssim=metrics.ssim(restored, truth).item(),
    )
