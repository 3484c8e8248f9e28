"""A trained network tested on any test set, beside the degraded images themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from trainers import metrics
from trainers.data.images import write_png
from trainers.data.testing import SMALLEST, TestFile
from trainers.errors import DataError
from trainers.evaluate import Bench, Restored, Trial, judged, opened, put_through
from trainers.reporter import ImageScore

_LONGEST_NAME = 200  # bytes
_UNSAFE = {character: "_" for character in '/\\:*?"<>|\0'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The scores of an image: restored, and as it was degraded."""

    restored: ImageScore
    degraded: ImageScore


def scored(
    files: tuple[TestFile, ...], trial: Trial, bench: Bench, folder: Path | None = None
) -> Iterator[Tested]:
    """Test image by image, in order.

    Args:
        files: the images.
        trial: what they are put through.
        bench: what restores them.
        folder: where pictures of them go.

    Raises:
        DataError: an image cannot be read, or is too small to be measured.
        OSError: a picture cannot be written.
    """
    for file in files:
        made = _made(file, trial, bench)
        if folder is not None:
            _write(folder, made)
        untouched = metrics.to_8_bit(enlarged(made.degraded, made.truth)).to(bench.device)
        yield Tested(
            restored=judged(made, trial), degraded=judged(replace(made, restored=untouched), trial)
        )


@torch.inference_mode()
def _made(file: TestFile, trial: Trial, bench: Bench) -> Restored:
    made = put_through(opened(file), trial, bench)
    if min(made.truth.shape[-2:]) - 2 * trial.border < SMALLEST:
        raise DataError(
            f"{file.clean.path}: has less than {SMALLEST} pixels a side to be measured; leave it "
            "out"
        )
    return made


def enlarged(degraded: Tensor, truth: Tensor) -> Tensor:
    """A degraded image at the size of the truth, bicubically where it is smaller."""
    if degraded.shape == truth.shape:
        return degraded
    size = truth.shape[-2:]
    return nn.functional.interpolate(degraded, size=list(size), mode="bicubic")


def _write(folder: Path, image: Restored) -> None:
    """Pictures of an image, restored, degraded and true, as ``restored/NAME.png`` and so on."""
    pixels = {
        "restored": image.restored,
        "degraded": metrics.to_8_bit(image.degraded),
        "truth": image.truth,
    }
    for what, tensor in pixels.items():
        path = folder / what / picture_name(image.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, tensor[0].permute(1, 2, 0).contiguous().cpu().numpy())


def picture_name(name: str) -> str:
    """The name of an image's picture, sub-folders included, which no other image's has."""
    return name if name.lower().endswith(".png") else f"{name}.png"


def folder_of(root: Path, test_set: str, degradation: str) -> Path:
    """Where the pictures of a test go, as ``CBSD68/gaussian-noise sigma=30``."""
    return root / _folder_name(test_set) / _folder_name(degradation)


def _folder_name(name: str) -> str:
    """The name as one that a folder can have."""
    safe = "".join(_UNSAFE.get(character, character) for character in name)
    return safe.encode()[:_LONGEST_NAME].decode(errors="ignore").strip(". ") or "_"
