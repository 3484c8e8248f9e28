"""Test images that are also trained on, found by what they look like.

Found are the same picture in any size, recompressed, mirrored, turned by quarter turns, or with up
to a fiftieth of each side cut off; and any part of it, of about 128 pixels each way or more, in the
size it has in the test set: tiles of 256, and crops. Not found are tiles of resized pictures,
pictures turned by other angles, and those without any detail.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainers.data.ahead import ahead
from trainers.data.likeness import BLANK, Likeness, likeness_of, views
from trainers.data.reading import read
from trainers.data.sources import ImageFile
from trainers.errors import DataError

Progress = Callable[[int, int], None]
"""Told of images being looked at: (done, in all)."""

ALIKE = 0.9
"""Cosine from which two pictures are the same; unrelated photographs stay below 0.7."""

POINTS = 4
"""Points in the same arrangement from which one picture is a part of another; by chance 2 agree."""

_WORDS = 4  # of 16 bits, in the 64 signs of a point
_UNLIKE = 8  # signs that may differ
_CELL = 8  # pixels by which places that belong together may differ
_VIEWS = 8
_COUNTS = np.array([number.bit_count() for number in range(1 << 16)], dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A test image that is also trained on.

    Attributes:
        test: its place among the test images.
        training: the places of the training images that show it, or a part of it.
    """

    test: int
    training: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of looking at all images.

    Attributes:
        overlaps: in the order of the test images.
        faults: a sentence for each image that cannot be read.
    """

    overlaps: tuple[Overlap, ...]
    faults: tuple[str, ...]


def compare(
    training: Sequence[ImageFile],
    tests: Sequence[ImageFile],
    *,
    workers: int,
    progress: Progress | None = None,
) -> Comparison:
    """Find the test images that are also trained on; every image is decoded.

    Args:
        training: the clean images that are trained on.
        tests: the clean images that are tested on.
        workers: threads that decode.
        progress: told after each image, in the caller's thread.
    """
    faults: list[str] = []
    looks = _looks((*tests, *training), workers, progress, faults)
    index = Index([next(looks) or BLANK for _ in tests])
    shown: dict[int, list[int]] = {}
    for place, look in enumerate(looks):
        for test in () if look is None else index.shown_by(look):
            shown.setdefault(test, []).append(place)
    found = (Overlap(test=test, training=tuple(shown[test])) for test in sorted(shown))
    return Comparison(overlaps=tuple(found), faults=tuple(faults))


class Index:
    """Pictures that are to be known again.

    Args:
        pictures: what they look like.
    """

    def __init__(self, pictures: Sequence[Likeness]) -> None:
        each = [view for picture in pictures for view in views(picture)]
        self._wholes = np.stack([v.whole.ravel() for v in each] or [BLANK.whole.ravel()])
        self._signs = np.concatenate([_signs(v) for v in each] or [_signs(BLANK)])
        self._rows = np.concatenate([v.rows for v in each] or [BLANK.rows])
        self._columns = np.concatenate([v.columns for v in each] or [BLANK.columns])
        self._views = np.repeat(np.arange(len(each)), [len(v.rows) for v in each])
        words = _words(self._signs)
        self._orders = [np.argsort(words[:, n], kind="stable") for n in range(_WORDS)]
        self._sorted = [words[order, n] for n, order in enumerate(self._orders)]

    def shown_by(self, picture: Likeness) -> tuple[int, ...]:
        """The places of the pictures that a picture shows, or shows a part of, ascending."""
        alike = np.nonzero(self._wholes @ picture.whole.ravel() >= ALIKE)[0]
        return tuple(sorted({int(view) // _VIEWS for view in (*alike, *self._arranged(picture))}))

    def _arranged(self, picture: Likeness) -> NDArray[np.int64]:
        """The views with points that are arranged as points of a picture are."""
        mine, known = self._pairs(picture)
        rows = picture.rows[mine] - self._rows[known]
        columns = picture.columns[mine] - self._columns[known]
        found = [self._views[known[:0]]]
        # Four grids, so that whatever belongs together falls into one cell of some grid.
        for down in (0, _CELL // 2):
            for right in (0, _CELL // 2):
                cell = np.stack(
                    [self._views[known], (rows + down) // _CELL, (columns + right) // _CELL], axis=1
                )
                found.append(_crowded(cell, mine, known))
        return np.unique(np.concatenate(found))

    def _pairs(self, picture: Likeness) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Points of a picture, and known points that look like them: two int64 (n,).

        Only those are looked at that agree in one word of their signs at least.
        """
        signs = _signs(picture)
        words = _words(signs)
        found = [
            _equal(words[:, n], self._sorted[n], self._orders[n], count=len(self._signs))
            for n in range(_WORDS)
        ]
        pairs = np.unique(np.concatenate(found))
        mine, known = np.divmod(pairs, max(1, len(self._signs)))
        unlike = _COUNTS[_words(signs[mine] ^ self._signs[known])].sum(axis=1)
        return mine[unlike <= _UNLIKE], known[unlike <= _UNLIKE]


def _looks(
    files: Sequence[ImageFile], workers: int, progress: Progress | None, faults: list[str]
) -> Iterator[Likeness | None]:
    """What the images look like, in their order; None, and a fault, of what cannot be read."""
    with ThreadPoolExecutor(workers) as pool:
        for done, look in enumerate(ahead(pool, _look, files, most=2 * workers), start=1):
            if isinstance(look, DataError):
                faults.append(str(look))
            if progress is not None:
                progress(done, len(files))
            yield None if isinstance(look, DataError) else look


def _look(file: ImageFile) -> Likeness | DataError:
    try:
        return likeness_of(read(file))
    except DataError as error:
        return error


def _signs(picture: Likeness) -> NDArray[np.uint64]:
    """The signs of each point's frequencies: uint64 (n,)."""
    bits = (picture.around > 0).reshape(-1, 16 * _WORDS)
    return np.packbits(bits, axis=1).reshape(-1).view(np.uint64)


def _words(signs: NDArray[np.uint64]) -> NDArray[np.uint16]:
    return signs.view(np.uint16).reshape(-1, _WORDS)


def _equal(
    words: NDArray[np.uint16],
    known: NDArray[np.uint16],
    order: NDArray[np.int64],
    *,
    count: int,
) -> NDArray[np.int64]:
    """Pairs of equal words: int64 (n,), the number of the first times ``count`` plus the second.

    Args:
        words: of a picture's points.
        known: of known points, ascending.
        order: where each of the known points stood before it was sorted.
        count: of the known points.
    """
    first = np.searchsorted(known, words)
    numbers = np.searchsorted(known, words, side="right") - first
    starts = np.repeat(first - np.cumsum(numbers) + numbers, numbers)
    mine = np.repeat(np.arange(len(words)), numbers)
    return mine * count + order[starts + np.arange(len(starts))]


def _crowded(
    cells: NDArray[np.int64], mine: NDArray[np.int64], known: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The views of the cells that hold enough points, each of them counted once on either side."""
    _, numbers = np.unique(cells, axis=0, return_inverse=True)
    numbers = numbers.reshape(-1)
    enough = np.ones(int(numbers.max(initial=-1)) + 1, dtype=bool)
    for points in (mine, known):
        single = np.unique(np.stack([numbers, points], axis=1), axis=0)[:, 0]
        enough &= np.bincount(single, minlength=len(enough)) >= POINTS
    return cells[enough[numbers], 0]
