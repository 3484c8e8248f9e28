"""SIDD's blocks: arrays of images × blocks × 256 × 256 × 3, noisy and clean, in MATLAB files.

The Smartphone Image Denoising Dataset (Abdelhamed, Lin, Brown, CVPR 2018) tests on 40 images of
32 blocks each: the validation blocks with their truth, the benchmark blocks without.
"""

from pathlib import Path

from trainers.data.layouts.pair import Pair
from trainers.data.sources import ImageFile
from trainers.errors import DataError

_NOISY = "ValidationNoisyBlocksSrgb"
_CLEAN = "ValidationGtBlocksSrgb"
_BENCHMARK = "BenchmarkNoisyBlocksSrgb"


def holds_blocks(root: Path) -> bool:
    """Whether the files of the blocks lie in a folder."""
    return any(_file(root, variable).is_file() for variable in (_NOISY, _CLEAN, _BENCHMARK))


def find_blocks(root: Path) -> tuple[Pair, ...]:
    """The validation blocks; where there are none, the benchmark blocks, whose truth is secret.

    Raises:
        DataError: one of the two files is missing, or a file is no array of blocks.
    """
    there = [_file(root, variable).is_file() for variable in (_NOISY, _CLEAN)]
    if not any(there):
        return _pairs(root, _BENCHMARK, None)
    if not all(there):
        missing = _file(root, _CLEAN if there[0] else _NOISY)
        raise DataError(f"{missing}: is not there, but its other half is; fetch it")
    return _pairs(root, _NOISY, _CLEAN)


def _pairs(root: Path, noisy: str, clean: str | None) -> tuple[Pair, ...]:
    images, blocks = _counts(root, noisy)
    if clean is not None and _counts(root, clean) != (images, blocks):
        raise DataError(
            f"{root}: {noisy}.mat and {clean}.mat hold different numbers of blocks; "
            "fetch both again"
        )
    return tuple(
        Pair(
            name=name,
            degraded=_block(root, noisy, name, (image, block)),
            clean=None if clean is None else _block(root, clean, name, (image, block)),
        )
        for image in range(images)
        for block in range(blocks)
        for name in [f"{image + 1:02d}_{block + 1:02d}"]
    )


def _counts(root: Path, variable: str) -> tuple[int, int]:
    from trainers.data.matlab import shape_of  # noqa: PLC0415 (numpy)

    path = _file(root, variable)
    match shape_of(path, variable):
        case (images, blocks, _, _, 3):
            return images, blocks
        case shape:
            size = " × ".join(map(str, shape))
            raise DataError(
                f"{path}: is an array of {size}, not of images × blocks × height × width × 3; "
                "fetch it again"
            )


def _block(root: Path, variable: str, name: str, index: tuple[int, int]) -> ImageFile:
    from trainers.data.matlab import Region  # noqa: PLC0415 (numpy)

    part = Region(variable=variable, index=index)
    return ImageFile(name=name, path=_file(root, variable), part=str(part))


def _file(root: Path, variable: str) -> Path:
    return root / f"{variable}.mat"
