"""Rain sets whose files hold the rainy and the clean image side by side.

Rain800 (Zhang, Sindagi, Patel, ID-CGAN) has the clean image on the left, DID-MDN (Zhang, Patel,
CVPR 2018; also called Rain1200) on the right. Nothing but the name of the folder tells.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from trainers.data.layouts.folders import Wanted, entries_of
from trainers.data.layouts.names import is_passage, words
from trainers.data.layouts.pair import Pair
from trainers.data.sources import ImageFile

Half = Literal["left", "right"]

_CLEAN_LEFT = re.compile(r"rain[-_ ]?800|id[-_ ]?cgan", re.IGNORECASE)
_CLEAN_RIGHT = re.compile(r"did[-_ ]?mdn|rain[-_ ]?1200", re.IGNORECASE)

# Words in the names of the sets' own folders: rain800_test, DID-MDN-training/Rain_Heavy/...
_PARTS = frozenset("rain rain800 id cgan did mdn rain1200 heavy medium light syn datasets".split())
_DEEPEST = 4


def clean_half(root: Path) -> Half | None:
    """Which half of the files in this folder is clean; None if they are no halves."""
    for name in _lineage(root):
        if _CLEAN_LEFT.search(name):
            return "left"
        if _CLEAN_RIGHT.search(name):
            return "right"
    return None


def find_halves(root: Path, clean: Half, wanted: Wanted) -> Iterator[Pair]:
    """The halves of all files, in no particular order.

    Raises:
        DataError: the folder cannot be read.
    """
    return _find(root, "", clean, wanted)


def _find(folder: Path, inner: str, clean: Half, wanted: Wanted) -> Iterator[Pair]:
    degraded: Half = "right" if clean == "left" else "left"
    entries = entries_of(folder, wanted)
    for image in entries.images:
        name, path = inner + image, folder / image
        yield Pair(
            name=name,
            degraded=ImageFile(name=name, path=path, part=degraded),
            clean=ImageFile(name=name, path=path, part=clean),
        )
    if inner.count("/") < _DEEPEST:
        for name in filter(_is_part, entries.folders):
            yield from _find(folder / name, f"{inner}{name}/", clean, wanted)


def _lineage(root: Path) -> Iterator[str]:
    """The folder's name, and those above it as long as they are parts of one set."""
    for folder in (root, *root.parents):
        yield folder.name
        if not _is_part(folder.name):
            return


def _is_part(folder: str) -> bool:
    told = [re.sub(r"2018(new)?$", "", word) for word in words(folder)]
    rest = "-".join(word for word in told if word not in _PARTS)
    return told not in ([], ["rain"]) and (not rest or is_passage(rest))
