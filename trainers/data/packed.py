"""Images decoded once into one file of bytes that every later run maps into memory."""

import contextlib
import errno
import fcntl
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainers.data.ahead import ahead
from trainers.data.hashing import sha256_as_of
from trainers.data.manifest import Manifest, SourceFile, roots_of
from trainers.data.reading import read, size_of
from trainers.data.sources import ImageFile
from trainers.errors import DataError, NoSpaceError

Progress = Callable[[int, int], None]
"""Told of images being decoded: (images done, images in all)."""

PIXELS = "pixels.bin"
_KEYS = "1"  # how names of stores are made: another way would leave all stores unfound
_PARTIAL = ".partial"  # unfinished; one name is enough under the lock
_NAMED = 10  # images that an error names before it only counts
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packed:
    """Decoded images, back to back in one file.

    Attributes:
        names: the images' names, in the order in which they were given.
        heights, widths: int64 (n,), pixels.
        offsets: int64 (n,), where each image begins in ``pixels``.
        pixels: uint8 (bytes,), read-only and mapped: image i is H×W×3 bytes from its offset on.
        file: the file behind ``pixels``.
    """

    names: tuple[str, ...]
    heights: NDArray[np.int64]
    widths: NDArray[np.int64]
    offsets: NDArray[np.int64]
    pixels: NDArray[np.uint8]
    file: Path


def free_bytes(folder: Path) -> int:
    """Bytes that may still be written below a folder."""
    return shutil.disk_usage(folder).free


def pack(
    files: Sequence[ImageFile],
    folder: Path,
    *,
    workers: int,
    progress: Progress | None = None,
    free: Callable[[Path], int] = free_bytes,
    anew: bool = False,
) -> Packed:
    """The images decoded; at once if they were packed before and no file has changed since.

    Several processes may pack into one folder: they take turns, and the second finds the work of
    the first. A process that dies leaves nothing that looks whole.

    Args:
        files: the images, at least one.
        folder: root of all packed images; made if absent.
        workers: threads that decode.
        progress: told after each image, in the caller's thread.
        free: bytes that may still be written below a folder.
        anew: decode them even if they were packed before.

    Raises:
        DataError: images that cannot be used, all of them named.
        NoSpaceError: no space for the pixels.
    """
    home = place_of(files, folder)
    packed = None if anew else _open(home)
    if packed is not None:
        return packed
    with _writing(folder) as partial:
        packed = None if anew else _open(home)
        if packed is not None:
            return packed
        with _space(files, folder, free):
            _decode_all(files, partial, workers=workers, progress=progress or _silent)
        if home.exists():  # damaged, as was found
            shutil.rmtree(home)
        partial.rename(home)
    packed = _open(home)
    assert packed is not None
    return packed


def place_of(files: Sequence[ImageFile], folder: Path) -> Path:
    """Where these images lie decoded, or would, as their files are now."""
    return folder / _key(files)


def is_packed(files: Sequence[ImageFile], folder: Path) -> bool:
    """Whether these images lie decoded, as their files are now."""
    return _open(place_of(files, folder)) is not None


def former(files: Sequence[ImageFile], folder: Path) -> Manifest | None:
    """What was last decoded of the same folders, before any of their files changed."""
    roots, here = roots_of(files), place_of(files, folder)
    places = [place for place in folder.glob("[!.]*") if place.is_dir() and place != here]
    newest_first = sorted(places, key=lambda place: place.stat().st_mtime, reverse=True)
    manifests = (Manifest.read(place) for place in newest_first)
    return next((each for each in manifests if each and each.roots() == roots), None)


def _silent(done: int, total: int) -> None:
    """Shows nothing."""


def _key(files: Sequence[ImageFile]) -> str:
    """A name for what these files hold now: it changes with any path, size or time of change."""
    resolved = functools.cache(Path.resolve)
    digest = hashlib.blake2b(_KEYS.encode(), digest_size=16)
    for file in files:
        place = os.fspath(resolved(file.path.parent) / file.path.name)
        part = [file.part] if file.part else []
        digest.update(json.dumps([file.name, place, *part, *_state(file.path)]).encode())
    return digest.hexdigest()


def _state(path: Path) -> tuple[int, int] | tuple[()]:
    try:
        state = path.stat()
    except OSError:
        return ()  # reading it will say what is wrong, together with all other bad files
    return state.st_size, state.st_mtime_ns


def _open(home: Path) -> Packed | None:
    """The packed images of a folder, or None if they are not all there."""
    manifest = Manifest.read(home)
    try:
        size = (home / PIXELS).stat().st_size
    except OSError:
        return None  # whatever is wrong there, writing it anew cures it or says why not
    if manifest is None or size != manifest.size:
        return None
    return Packed(
        names=manifest.names,
        heights=np.array(manifest.heights, dtype=np.int64),
        widths=np.array(manifest.widths, dtype=np.int64),
        offsets=np.array(manifest.offsets, dtype=np.int64),
        pixels=np.memmap(home / PIXELS, dtype=np.uint8, mode="r"),
        file=home / PIXELS,
    )


@contextlib.contextmanager
def _writing(root: Path) -> Generator[Path]:
    """A folder to write into, for one process at a time; gone afterwards unless renamed.

    The system drops the lock of a process that dies, so whoever holds it knows that an
    unfinished folder is a leftover.
    """
    partial = root / _PARTIAL
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / ".lock").open("w")
    except OSError as error:
        kind = NoSpaceError if error.errno in _FULL else DataError
        raise kind(
            f"{root}: cannot hold the decoded images ({error.strerror}); make room there and "
            "make it writable"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(partial, ignore_errors=True)
        try:
            partial.mkdir()
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def _space(
    files: Sequence[ImageFile], folder: Path, free: Callable[[Path], int]
) -> Generator[None]:
    """Refuses to start, or to go on, when the disk cannot hold the pixels."""
    needed = sum(_bytes_of(file) for file in files)
    if needed > free(folder):
        raise _full(folder, needed, free(folder))
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full(folder, needed, free(folder)) from error
        raise


def _bytes_of(file: ImageFile) -> int:
    try:
        info = size_of(file)
    except DataError:
        return 0  # named later, with all others
    return info.height * info.width * 3


def _full(folder: Path, needed: int, free: int) -> NoSpaceError:
    return NoSpaceError(
        f"{folder}: the decoded images need {needed / 1e6:,.1f} MB there, "
        f"{free / 1e6:,.1f} MB are free; make room or keep dilctl's files on another disk"
    )


def _decode_all(
    files: Sequence[ImageFile], partial: Path, *, workers: int, progress: Progress
) -> None:
    """Writes pixels, then the manifest that makes them count."""
    shapes: list[tuple[int, ...]] = []
    sources: list[SourceFile] = []
    faults: list[str] = []
    digest = hashlib.sha256()
    progress(0, len(files))
    with (partial / PIXELS).open("wb") as file, ThreadPoolExecutor(workers) as pool:
        for done, decoded in enumerate(ahead(pool, _read, files, most=2 * workers), start=1):
            if isinstance(decoded, DataError):
                faults.append(str(decoded))
            elif not faults:  # else nothing will be kept: only further faults are looked for
                pixels, source = decoded
                file.write(pixels.data)
                digest.update(pixels.data)
                shapes.append(pixels.shape)
                sources.append(source)
            progress(done, len(files))
        file.flush()
        os.fsync(file.fileno())
    if faults:
        raise DataError(_listed(f"{len(faults)} of {len(files)} images cannot be used:", faults))
    _manifest([file.name for file in files], sources, shapes, digest.hexdigest()).write(partial)


def _read(file: ImageFile) -> tuple[NDArray[np.uint8], SourceFile] | DataError:
    try:
        return read(file), _source(file)
    except DataError as error:
        return error


def _source(file: ImageFile) -> SourceFile:
    state = _state(file.path)
    if not state:
        raise DataError(f"{file.path}: went away while it was read; put it back")
    size, changed = state
    return SourceFile(
        path=os.fspath(file.path),
        part=file.part,
        size=size,
        changed=changed,
        sha256=sha256_as_of(file.path, size, changed),
    )


def _manifest(
    names: Sequence[str],
    sources: Sequence[SourceFile],
    shapes: Sequence[tuple[int, ...]],
    sha256: str,
) -> Manifest:
    sizes = [height * width * 3 for height, width, _ in shapes]
    offsets = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    return Manifest(
        names=tuple(names),
        files=tuple(sources),
        heights=tuple(height for height, _, _ in shapes),
        widths=tuple(width for _, width, _ in shapes),
        size=offsets.pop(),
        offsets=tuple(offsets),
        sha256=sha256,
    )


def _listed(head: str, lines: list[str]) -> str:
    more = len(lines) - _NAMED
    tail = [f"and {more} more"] if more > 0 else []
    return "\n  ".join([head, *lines[:_NAMED], *tail])
