"""Arrays in MATLAB files, of version 5 (scipy) and 7.3, which is HDF5 (h5py)."""

import math
import re
import struct
import threading
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainers.errors import DataError

LARGEST = 2**30
"""Entries of the largest array that is read; SIDD's have a quarter of that."""

_TILE = 256  # rows that are transposed at a time, so that both sides stay in the cache
_HDF5 = b"\x89HDF\r\n\x1a\n"
_HDF5_PLACES = (0, 512)  # MATLAB writes 512 bytes of its own before it

# What scipy and h5py let through on files that were cut short or spoilt at random.
_DAMAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of an array in a file.

    Attributes:
        variable: name of the array.
        index: of the first axes, in MATLAB's order: a number takes one entry, from 0 on, a pair
            of numbers all from the first up to the second, which is left out.
    """

    variable: str
    index: tuple[int | tuple[int, int], ...]

    def __str__(self) -> str:
        """As in ``Blocks[3,17]`` and ``InoisySRGB[0:512,100:612]``; ``parse`` reads it."""
        axes = (axis if isinstance(axis, int) else f"{axis[0]}:{axis[1]}" for axis in self.index)
        return f"{self.variable}[{','.join(map(str, axes))}]"

    @classmethod
    def parse(cls, text: str) -> "Region":
        """The region that ``str`` wrote."""
        match = re.fullmatch(r"(\w+)\[(\d+(?::\d+)?(?:,\d+(?::\d+)?)*)\]", text, re.ASCII)
        assert match is not None, f"{text} is no region of an array"
        axes = (tuple(map(int, axis.split(":"))) for axis in match[2].split(","))
        index = (axis[0] if len(axis) == 1 else (axis[0], axis[1]) for axis in axes)
        return cls(variable=match[1], index=tuple(index))

    @property
    def slices(self) -> tuple[int | slice, ...]:
        """The index as numpy takes it."""
        return tuple(axis if isinstance(axis, int) else slice(*axis) for axis in self.index)


def shape_of(path: Path, variable: str) -> tuple[int, ...]:
    """The lengths of an array's axes in MATLAB's order, from the header.

    Raises:
        DataError: the file is missing, unreadable or damaged, or holds no such array.
    """
    return _described(path, variable, _state(path))


def read_region(path: Path, region: Region) -> NDArray[Any]:
    """A part of an array.

    A version 5 file is decoded as a whole, and two of them are kept.

    Raises:
        DataError: the file is missing, unreadable or damaged, holds no such array, or the part
            lies outside.
    """
    shape = shape_of(path, region.variable)
    lasts = (axis if isinstance(axis, int) else axis[1] - 1 for axis in region.index)
    if len(region.index) > len(shape) or any(
        last >= length for last, length in zip(lasts, shape, strict=False)
    ):
        raise DataError(f"{path}: {region} lies outside its {_written(shape)}; fetch it again")
    if not _is_hdf5(path):
        return _whole(path, region.variable, _state(path))[region.slices]
    with open_hdf5(path) as file:
        # HDF5 has the axes the other way round.
        rest = (slice(None),) * (len(shape) - len(region.index))
        return np.asarray(file[region.variable][(*region.slices, *rest)[::-1]]).T


@contextmanager
def open_hdf5(path: Path) -> Generator[Any]:
    """A MATLAB 7.3 file (``h5py.File``); what goes wrong with it while it is open, in a sentence.

    Raises:
        DataError: h5py is not installed, or the file is missing, unreadable or damaged.
    """
    try:
        import h5py  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise DataError(
            f"{path}: is a MATLAB 7.3 file, which h5py reads; run pip install 'dilctl[dnd]'"
        ) from error
    with _in_words(path), h5py.File(path, "r") as file:
        yield file


def _state(path: Path) -> tuple[int, int]:
    """What changes whenever the file does."""
    with _in_words(path):
        state = path.stat()
    return state.st_size, state.st_mtime_ns


@lru_cache(maxsize=256)
def _described(path: Path, variable: str, _state: tuple[int, int]) -> tuple[int, ...]:
    if _is_hdf5(path):
        with open_hdf5(path) as file:
            shape = getattr(file.get(variable), "shape", None)
            found = {variable: tuple(shape)[::-1]} if shape is not None else {}
    else:
        found = _version_5(path)
    if variable not in found:
        raise DataError(f"{path}: holds no array {variable}; fetch it again")
    return found[variable]


def _version_5(path: Path) -> dict[str, tuple[int, ...]]:
    from scipy.io import whosmat  # noqa: PLC0415 (a quarter of a second)
    from scipy.io.matlab import MatReadError  # noqa: PLC0415

    with _in_words(path, MatReadError):
        told: list[tuple[str, tuple[int, ...], str]] = whosmat(path, appendmat=False)
    return {name: tuple(map(int, shape)) for name, shape, _ in told}


_DECODING = threading.Lock()


def _whole(path: Path, variable: str, state: tuple[int, int]) -> NDArray[Any]:
    with _DECODING:  # else every thread would decode it for itself
        return _decoded(path, variable, state)


@lru_cache(maxsize=2)  # the noisy and the clean blocks of a set, read in turn
def _decoded(path: Path, variable: str, state: tuple[int, int]) -> NDArray[Any]:
    from scipy.io import loadmat  # noqa: PLC0415 (a quarter of a second)
    from scipy.io.matlab import MatReadError  # noqa: PLC0415

    shape = _described(path, variable, state)
    if math.prod(shape) > LARGEST:
        raise DataError(f"{path}: {variable} is too large ({_written(shape)}); cut it into parts")
    with _in_words(path, MatReadError):
        array = np.asarray(loadmat(path, appendmat=False, variable_names=[variable])[variable])
        if array.shape != shape:
            raise ValueError("its header tells another size")
    return _images_apart(array)


def _images_apart(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, in memory one image after the other where it holds many.

    MATLAB has the last axis outermost, which scatters the pixels of each image over the whole
    array: taking 1,280 blocks out of it would take minutes.
    """
    count = array.ndim - 3
    if count < 1:
        return array
    pixels = array.T.reshape(math.prod(array.shape[count:]), -1)  # (channels × W × H, images)
    apart = np.empty(pixels.shape[::-1], array.dtype)
    for start in range(0, len(pixels), _TILE):
        apart[:, start : start + _TILE] = pixels[start : start + _TILE].T
    axes = (*range(count)[::-1], *range(count, array.ndim)[::-1])
    return apart.reshape([array.shape[axis] for axis in axes]).transpose(axes)


def _is_hdf5(path: Path) -> bool:
    with _in_words(path), path.open("rb") as file:
        head = file.read(_HDF5_PLACES[-1] + len(_HDF5))
    return any(head[place : place + len(_HDF5)] == _HDF5 for place in _HDF5_PLACES)


@contextmanager
def _in_words(path: Path, *damage: type[Exception]) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{path}: is not there; fetch it") from error
    except PermissionError as error:
        raise DataError(f"{path}: may not be read; change its permissions") from error
    except (OSError, NotImplementedError, MemoryError, *_DAMAGE, *damage) as error:
        raise DataError(f"{path}: cannot be read ({error}); fetch it again") from error


def _written(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
