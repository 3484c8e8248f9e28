"""Images cut into square tiles that do not overlap."""

import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image

from trainers.data.images import ImageInfo
from trainers.data.reading import read
from trainers.data.sources import ImageFile
from trainers.errors import DataError, NoSpaceError

UNFINISHED = ".dilctl-unfinished-"
"""What the name of a tile begins with while it is written."""

_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)

# Against 6, the default, 7 % larger and 3.6 times faster to write.
_COMPRESSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How many tiles an image is cut into; what is left at the right and below is dropped."""

    rows: int
    columns: int

    @classmethod
    def of(cls, size: ImageInfo, patch: int) -> "Grid":
        """The tiles of an image of this size."""
        return cls(rows=size.height // patch, columns=size.width // patch)

    @property
    def count(self) -> int:
        """Tiles in all."""
        return self.rows * self.columns

    def tiles(self, label: str) -> tuple[str, ...]:
        """The names of all tiles, row after row, as ``summer/12_r003_c007.png``."""
        return tuple(
            f"{label}_r{row:03}_c{column:03}.png"
            for row in range(self.rows)
            for column in range(self.columns)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Tiles of one image that are to be written.

    Attributes:
        file: the image.
        target: the folder that all tiles are below.
        patch: side of a tile, pixels.
        grid: of all tiles.
        label: what the names of its tiles begin with.
        wanted: the names of the tiles to write.
    """

    file: ImageFile
    target: Path
    patch: int
    grid: Grid
    label: str
    wanted: frozenset[str]


def labels(names: Sequence[str]) -> Mapping[str, str]:
    """What the names of each image's tiles begin with: no two images share it.

    It is the image's name without its suffix; the whole name where another image would have the
    same, as ``a`` of ``a.png`` and ``a.jpg``.
    """
    chosen = {name: str(PurePosixPath(name).with_suffix("")) for name in names}
    while shared := _shared(chosen.values()):
        chosen = {name: name if label in shared else label for name, label in chosen.items()}
    return chosen


def _shared(labels: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {label for label in labels if label in seen or seen.add(label)}


def cut(work: Cut) -> str | None:
    """Write tiles, each whole or not at all.

    Returns:
        Why they cannot be written, in a sentence; None if they were.

    Raises:
        NoSpaceError: the disk is full.
    """
    try:
        pixels = read(work.file)
        if Grid.of(ImageInfo(width=pixels.shape[1], height=pixels.shape[0]), work.patch) != (
            work.grid
        ):
            return f"{work.file.path}: changed while it was cut; start again"
        (work.target / work.label).parent.mkdir(parents=True, exist_ok=True)
        for place, name in enumerate(work.grid.tiles(work.label)):
            if name in work.wanted:
                row, column = divmod(place, work.grid.columns)
                top, left = row * work.patch, column * work.patch
                tile = pixels[top : top + work.patch, left : left + work.patch]
                _write(work.target / name, Image.fromarray(tile))
    except DataError as error:
        return str(error)
    except OSError as error:
        return _refusal(work, error)
    return None


def _write(path: Path, tile: Image.Image) -> None:
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}")
    try:
        tile.save(unfinished, format="PNG", compress_level=_COMPRESSION)
        unfinished.replace(path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _refusal(work: Cut, error: OSError) -> str:
    if error.errno in _FULL:
        raise NoSpaceError(
            f"{work.target}: the disk is full; make room, and the same command goes on"
        ) from error
    return f"{error.filename or work.target}: {error.strerror}; its tiles cannot be written"
