"""The Darmstadt Noise Dataset: crops of noisy photographs, and the files of a submission.

Plötz and Roth, "Benchmarking Denoising Algorithms with Real Photographs", CVPR 2017. ``info.mat``
tells 20 boxes in each of the 50 photographs of ``images_srgb``; their truth is not public. The
files are MATLAB 7.3. A submission has one file a photograph, ``0001.mat`` to ``0050.mat``.
"""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainers.data.layouts.pair import Pair
from trainers.data.sources import ImageFile
from trainers.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INFO = "info.mat"
_PHOTOGRAPHS = "images_srgb"
_VARIABLE = "InoisySRGB"
_VERSION = "1.0"  # of the form of a submission


def is_dnd(root: Path) -> bool:
    """Whether a folder is the data set's own."""
    return (root / _INFO).is_file() and (root / _PHOTOGRAPHS).is_dir()


def find_crops(root: Path) -> tuple[Pair, ...]:
    """All crops, in the order of photographs and boxes.

    Raises:
        DataError: h5py is not installed, or a file is missing or damaged.
    """
    return tuple(
        Pair(name=crop.name, degraded=crop, clean=None)
        for photograph in crops(root).values()
        for crop in photograph
    )


def crops(root: Path) -> Mapping[str, tuple[ImageFile, ...]]:
    """The crops of each photograph, by its number as the files of a submission have it: ``0001``.

    ``trainers.data.reading`` reads one rounded to 8 bits (``read``), or as it is stored
    (``read_unrounded``).

    Raises:
        DataError: h5py is not installed, or a file is missing or damaged.
    """
    return {
        photograph: tuple(
            _crop(root, photograph, number, box) for number, box in enumerate(boxes, start=1)
        )
        for place, boxes in enumerate(_boxes(root), start=1)
        for photograph in [f"{place:04d}"]
    }


def write_submission(
    folder: Path, photograph: str, restored: "Sequence[NDArray[np.float32]]"
) -> Path:
    """Write the restored crops of one photograph as the benchmark's server takes them.

    Args:
        folder: made if absent.
        photograph: its number, a key of ``crops``.
        restored: its crops in order, (H, W, 3) in [0, 1].

    Returns:
        The file, which is whole.

    Raises:
        OSError: the folder is not writable or the disk is full; nothing is left behind.
    """
    import numpy as np  # noqa: PLC0415
    from scipy.io import savemat  # noqa: PLC0415

    cells = np.empty(len(restored), dtype=object)  # MATLAB's cell(1, 20)
    for place, crop in enumerate(restored):
        cells[place] = np.clip(crop, 0, 1).astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{photograph}.mat"
    beside = folder / f".{photograph}.{uuid.uuid4().hex}.mat"
    told = {"Idenoised": cells, "israw": False, "eval_version": _VERSION}
    try:
        savemat(beside, told, appendmat=False)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return file


def _crop(root: Path, photograph: str, number: int, box: Sequence[int]) -> ImageFile:
    from trainers.data.matlab import Region  # noqa: PLC0415 (numpy)

    top, left, bottom, right = box  # counted from 1, the last row and column belong to it
    part = Region(variable=_VARIABLE, index=((top - 1, bottom), (left - 1, right)))
    path = root / _PHOTOGRAPHS / f"{photograph}.mat"
    return ImageFile(name=f"{photograph}_{number:02d}", path=path, part=str(part))


def _boxes(root: Path) -> list[list[list[int]]]:
    """Top, left, bottom and right of each box of each photograph."""
    from trainers.data.matlab import open_hdf5  # noqa: PLC0415 (numpy)

    with open_hdf5(root / _INFO) as file:
        references = file["info"]["boundingboxes"][()].ravel()
        boxes = [_whole_numbers(file["info"][reference][()].T) for reference in references]
    if not boxes:
        raise DataError(f"{root / _INFO}: tells no boxes; fetch it again")
    return boxes


def _whole_numbers(table: "NDArray[Any]") -> list[list[int]]:
    if table.ndim != 2 or table.shape[1] != 4 or not (table >= 1).all():
        raise ValueError("its boxes are not four numbers each")
    return table.astype(int).tolist()
