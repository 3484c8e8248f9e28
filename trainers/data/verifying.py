"""Whether decoded images, and the files they came from, still are what they were."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from trainers.data.ahead import ahead
from trainers.data.hashing import sha256_of
from trainers.data.manifest import Manifest, SourceFile
from trainers.data.packed import PIXELS
from trainers.errors import DataError

_BLOCK = 1 << 24

Progress = Callable[[int, int], None]
"""Told of bytes and files being hashed: (done, in all), in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What hashing found.

    Attributes:
        pixels: whether they are what was decoded.
        files: paths whose content is not what was decoded; None where that was not written down,
            as in manifests of format 1.
    """

    pixels: bool
    files: tuple[str, ...] | None

    @property
    def is_good(self) -> bool:
        """Whether nothing is known to be wrong."""
        return self.pixels and not self.files


def verify(home: Path, *, workers: int, progress: Progress | None = None) -> Verdict:
    """Hash all pixels of a store, and all files that they were decoded from.

    Args:
        home: the store's folder, which holds a manifest.
        workers: threads that read files.
        progress: told now and then, in the caller's thread.

    Raises:
        DataError: the store cannot be read.
    """
    manifest = Manifest.read(home)
    if manifest is None:
        raise DataError(f"{home}: holds no decoded images; pack them first")
    files = {file.path: file for file in manifest.files if file.sha256 is not None}
    total = manifest.size + sum(file.size or 0 for file in files.values())
    told = progress or _silent
    digest = hashlib.sha256()
    done = 0
    for block in _blocks(home / PIXELS):
        digest.update(block)
        done += len(block)
        told(done, total)
    wrong: list[str] = []
    with ThreadPoolExecutor(workers) as pool:
        found = ahead(pool, _is_same, list(files.values()), most=2 * workers)
        for file, same in zip(files.values(), found, strict=True):
            wrong += [] if same else [file.path]
            done += file.size or 0
            told(done, total)
    has_hashes = len(files) > 0
    return Verdict(
        pixels=digest.hexdigest() == manifest.sha256, files=tuple(wrong) if has_hashes else None
    )


def _silent(done: int, total: int) -> None:
    """Shows nothing."""


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); check the disk") from error


def _is_same(file: SourceFile) -> bool:
    try:
        return sha256_of(Path(file.path)) == file.sha256
    except DataError:
        return False
