"""How well a network restores whole test images under a degradation."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainers import chance, metrics
from trainers.data.reading import read
from trainers.data.sources import ImageFile
from trainers.data.testing import TestFile
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import AsCaptured, Degradation
from trainers.reporter import ImageScore
from trainers.suites import ColourSpace
from trainers.tiling import TILING, Restorer, Tiling, restore


@dataclass(frozen=True, slots=True, kw_only=True)
class TestImage:
    """A clean image to be degraded and restored, or a pair.

    Attributes:
        name: file name without its folder.
        pixels: of the clean image, uint8, (3, H, W).
        captured: of the degraded image where it was not made here, uint8, (3, H/s, W/s).
    """

    __test__ = False  # the name does not make it a test of pytest's

    name: str
    pixels: Tensor
    captured: Tensor | None = None


def opened(file: TestFile) -> TestImage:
    """A test image read from its files.

    Raises:
        DataError: a file cannot be read.
    """
    captured = None if file.degraded is None else _pixels(file.degraded)
    return TestImage(name=file.name, pixels=_pixels(file.clean), captured=captured)


def _pixels(file: ImageFile) -> Tensor:
    return torch.from_numpy(read(file)).permute(2, 0, 1).contiguous()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What test images are put through, and how the results are judged.

    Attributes:
        suite: name of the suite, as in ``noise-levels``.
        degradation: what spoils the images.
        colour_space: what PSNR and SSIM are taken over: all RGB samples, or luma alone.
        border: pixels cut off at each side before that.
    """

    suite: str
    degradation: Degradation
    colour_space: ColourSpace = "rgb"
    border: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What images are tested with.

    Attributes:
        network: what restores, in the mode it is to be judged in.
        device: where it lives.
        dtype: type of its weights.
        tiling: how images too large for it are cut.
    """

    network: Restorer
    device: torch.device
    dtype: torch.dtype = torch.float32
    tiling: Tiling = TILING

    def restored(self, degraded: Tensor) -> Tensor:
        """An image restored, neither clipped nor rounded: (1, 3, H/s, W/s) to (1, 3, H, W)."""
        return restore(self.network, degraded, self.device, dtype=self.dtype, tiling=self.tiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An image that went through a trial.

    Attributes:
        name: of the image.
        degraded: what the network was given, float32 in [0, 1] unless the degradation goes
            beyond, (1, 3, H/s, W/s), on the CPU.
        restored: 8-bit, uint8, (1, 3, H, W), on the network's device.
        truth: uint8, (1, 3, H, W), on the network's device.
    """

    name: str
    degraded: Tensor
    restored: Tensor
    truth: Tensor


def degraded_and_truth(image: TestImage, trial: Trial) -> tuple[Tensor, Tensor]:
    """What a network is given, float32 (1, 3, H/s, W/s), and the truth, uint8 (1, 3, H, W).

    An image is degraded on the CPU in float32, by a key of (suite, image name, degradation), so
    every run on every machine restores the same pixels. Of an image whose sides are no multiples
    of what the degradation shrinks by, the last rows and columns are left out.
    """
    clean = image.pixels[None]
    if isinstance(trial.degradation, AsCaptured):
        assert image.captured is not None, "a captured suite is tested on pairs"
        return image.captured[None].to(torch.float32) / 255, clean
    by = trial.degradation.shrinks_by
    height, width = clean.shape[-2] // by * by, clean.shape[-1] // by * by
    clean = clean[..., :height, :width]
    keys = chance.keys([(trial.suite, image.name, trial.degradation.name)])
    return degrade(clean.to(torch.float32) / 255, trial.degradation, keys), clean


@torch.inference_mode()
def put_through(image: TestImage, trial: Trial, bench: Bench) -> Restored:
    """Degrade an image and restore it."""
    degraded, truth = degraded_and_truth(image, trial)
    return Restored(
        name=image.name,
        degraded=degraded,
        restored=metrics.to_8_bit(bench.restored(degraded)),
        truth=truth.to(bench.device),
    )


def judged(image: Restored, trial: Trial) -> ImageScore:
    """PSNR and SSIM of a restored image, as the trial wants them taken."""
    restored, truth = (_compared(pixels, trial) for pixels in (image.restored, image.truth))
    return ImageScore(
        image=image.name,
        psnr=metrics.psnr(restored, truth).item(),
        ssim=metrics.ssim(restored, truth).item(),
    )


def _compared(pixels: Tensor, trial: Trial) -> Tensor:
    """The part of an image that is compared, (1, 3 or 1, H, W)."""
    height, width = pixels.shape[-2:]
    inner = pixels[..., trial.border : height - trial.border, trial.border : width - trial.border]
    return metrics.luma(inner) if trial.colour_space == "y" else inner


@torch.inference_mode()
def evaluate_suite(
    images: Sequence[TestImage], trial: Trial, bench: Bench
) -> tuple[ImageScore, ...]:
    """Score a network on whole images, one by one, so that several processes can share them.

    Args:
        images: all images of a test set, or this process's share of them.
        trial: what they are put through.
        bench: what restores them.

    Returns:
        One score an image, in the order of the images.
    """
    return tuple(judged(put_through(image, trial, bench), trial) for image in images)
