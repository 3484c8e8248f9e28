"""Images are looked at before runs wait for them: their headers, then all their pixels."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from dilctl.resolving import refuse
from trainers.data import reading
from trainers.data.ahead import ahead
from trainers.data.sources import ImageFile, training_images
from trainers.data.testing import SMALLEST, TestSet, find_test_set, least_side
from trainers.errors import DataError

Packing = Callable[[str, int, int], None]
"""Told of images being decoded: (what, images done, images in all)."""

WORKERS = min(8, os.cpu_count() or 1)
"""Threads that decode."""

# What `trainers.degradations.rain_library` refuses, at the price of PyTorch.
_MOST_BYTES = 4 << 30
_BRIGHTEST = 0.3


def examined(source: str, scale: int, border: int) -> TestSet:
    """A test set after a look at each image's header.

    Args:
        source: ``bundled`` or a folder.
        scale: how many times the network enlarges images.
        border: pixels cut off at each side before a result is measured.

    Raises:
        DataError: images that cannot be read, or leave too little to be measured.
    """
    test_set = find_test_set(source, scale=scale)
    least = least_side(scale=scale, border=border)
    cut = f" inside evaluate.border = {border}" if border else ""
    why = f"too few to test on; SSIM needs {SMALLEST}{cut}, so at least"
    degraded = [each.degraded for each in test_set.files if each.degraded]
    faults = [too_small(each.clean, least, why) for each in test_set.files]
    faults += [too_small(file, 1, "no image; there must be") for file in degraded]
    refuse([fault for fault in dict.fromkeys(faults) if fault])
    return test_set


def too_small(file: ImageFile, least: int, why: str) -> str | None:
    """Why a file cannot be used, as its header tells; None if it can."""
    try:
        info = reading.size_of(file)
    except DataError as error:
        return str(error)
    if min(info.width, info.height) >= least:
        return None
    return f"{file.path}: {info.width}x{info.height} pixels are {why} {least} each way"


def examine_streaks(folders: Iterable[str]) -> None:
    """Look at the headers of streak images.

    Raises:
        DataError: there are none, too many, or some that cannot be read.
    """
    for folder in folders:
        faults: list[str] = []
        needed = 0
        files = training_images(folder)
        for file in files:
            try:
                size = reading.size_of(file)
            except DataError as error:
                faults.append(str(error))
            else:
                needed += 3 * size.width * size.height
        refuse(faults)
        if needed > _MOST_BYTES:
            raise DataError(
                f"{folder}: its {len(files)} streak images take {needed / 2**30:.1f} GiB decoded, "
                f"{_MOST_BYTES >> 30} GiB are the most; keep fewer of them there"
            )


def try_streaks(folders: Iterable[str], packing: Packing | None) -> None:
    """Decode streak images and forget them.

    Raises:
        DataError: some cannot be read, or they are no streaks on black.
    """
    for folder in folders:
        images = training_images(folder)
        sums = _tried(images, folder, packing)
        samples = sum(count for _, count in sums)
        mean = sum(total for total, _ in sums) / (255 * samples)
        if mean > _BRIGHTEST:
            raise DataError(
                f"{folder}: its images have a mean of {mean:.2f} of white, so they are not "
                "streaks on black; name a folder of the streaks alone, without photographs "
                "under them"
            )


def try_tests(test_set: TestSet, packing: Packing | None) -> None:
    """Decode test images and forget them: a damaged one would come up after all the training.

    Raises:
        DataError: some cannot be read.
    """
    files = [file for each in test_set.files for file in (each.clean, each.degraded) if file]
    _tried(files, test_set.name, packing)


def told_of(what: str, packing: Packing | None) -> Callable[[int, int], None]:
    """What tells of progress with some images."""

    def progress(done: int, total: int) -> None:
        if packing is not None:
            packing(what, done, total)

    return progress


def _tried(
    files: Sequence[ImageFile], what: str, packing: Packing | None
) -> list[tuple[float, int]]:
    """The sum and the number of samples of each image."""
    progress = told_of(what, packing)
    faults: list[str] = []
    sums: list[tuple[float, int]] = []
    for done, found in enumerate(_each(files), start=1):
        if isinstance(found, DataError):
            faults.append(str(found))
        else:
            sums.append(found)
        progress(done, len(files))
    refuse(faults)
    return sums


def _each(files: Sequence[ImageFile]) -> Iterator[tuple[float, int] | DataError]:
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from ahead(pool, _sum, files, most=64)


def _sum(file: ImageFile) -> tuple[float, int] | DataError:
    try:
        pixels = reading.read(file)
    except DataError as error:
        return error
    return float(pixels.sum(dtype="int64")), pixels.size
