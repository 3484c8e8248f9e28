"""Whether the two images of a pair have sizes that fit, from their headers."""

from collections.abc import Sequence
from pathlib import Path

from trainers.data.images import ImageInfo
from trainers.data.layouts.pair import Pair
from trainers.data.reading import size_of
from trainers.data.sources import ImageFile
from trainers.errors import DataError

_NAMED = 5  # pairs that an error names before it only counts


def refuse_misfits(root: Path, pairs: Sequence[Pair], scale: int) -> None:
    """Make sure that every clean image is ``scale`` times as wide and high as the degraded one.

    Raises:
        DataError: some are not, or have no size.
    """
    sized = _Sizes()
    faults: list[str] = []
    apart: set[int | None] = set()
    for pair in pairs:
        try:
            degraded = sized.of(pair.degraded)
            clean = None if pair.clean is None else sized.of(pair.clean)
        except DataError as error:
            faults.append(str(error))
            apart.add(None)
            continue
        if pair.clean is None or clean is None or clean == _enlarged(degraded, scale):
            continue
        faults.append(
            f"{_shown(root, pair.degraded)} is {_written(degraded)}, "
            f"{_shown(root, pair.clean)} {_written(clean)}"
        )
        apart.add(_scale_of(degraded, clean))
    if faults:
        raise DataError(_told(root, faults, len(pairs), scale, apart))


class _Sizes:
    """Sizes of files, each looked up once: a clean image may have many degraded ones."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, str], ImageInfo] = {}

    def of(self, file: ImageFile) -> ImageInfo:
        key = (file.path, file.part)
        if key not in self._known:
            self._known[key] = size_of(file)
        return self._known[key]


def _told(root: Path, faults: list[str], count: int, scale: int, apart: set[int | None]) -> str:
    wanted = "as large as" if scale == 1 else f"{scale} times as large as"
    more = len(faults) - _NAMED
    named = "; ".join(faults[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    match list(apart):
        case [int(other)]:
            cure = f"use a network of scale {other} for them"
        case _:
            cure = "fetch them again or take them away"
    return (
        f"{root}: {len(faults)} of {count} pairs do not fit: the clean image must be {wanted} "
        f"the degraded one each way ({named}); {cure}"
    )


def _enlarged(size: ImageInfo, scale: int) -> ImageInfo:
    return ImageInfo(width=size.width * scale, height=size.height * scale)


def _scale_of(degraded: ImageInfo, clean: ImageInfo) -> int | None:
    scale = clean.width // degraded.width
    return scale if clean == _enlarged(degraded, scale) else None


def _shown(root: Path, file: ImageFile) -> str:
    return f"{file.path.relative_to(root)} {file.part}".rstrip()


def _written(size: ImageInfo) -> str:
    return f"{size.width} × {size.height}"
