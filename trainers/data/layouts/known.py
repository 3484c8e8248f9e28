"""What the names of published data sets tell about a folder, wherever it lies."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal

from trainers.data.layouts.names import is_passage
from trainers.experiment import BUNDLED

Suite = Literal["real-noise", "rain", "real-sr", "pairs"]

# Long names are looked for inside others; short ones must stand alone. Test100, Test1200 and
# Test2800 are what MPRNet calls the tests of three rain sets.
_RAIN = r"(?:de)?rain(?:y|ing|s|fall|drops?|streaks?|train|test)?\d*[hkl]?"
_SETS: tuple[tuple[Suite, re.Pattern[str]], ...] = (
    ("real-sr", re.compile(r"realsr|city100")),
    ("real-noise", re.compile(r"polyu|sidd|^(?:cc|nam)\d*$|(?:^|-)dnd(?:-|$)")),
    ("rain", re.compile(rf"did-?mdn|(?:^|-){_RAIN}(?:-|$)|^test(?:100|1200|2800)$")),
)


def known_suite(source: str) -> Suite | None:
    """The suite of a published data set, by the name of its folder; None if it is not known."""
    return _told(source)[1]


def test_set_name(source: str) -> str:
    """The name that tables show for a test set: its folder's, or ``bundled``.

    Where the folder is a part of a published data set, such as ``RealSR(V3)/Canon/Test/4``, the
    name of the set comes first: ``RealSR-V3-Canon-Test-4``.
    """
    if source == BUNDLED:
        return BUNDLED
    names, suite = _told(source)
    if suite is None:
        return names[0]
    return "-".join(re.sub(r"[\s()\[\]]+", "-", name).strip("-") for name in reversed(names))


def _told(source: str) -> tuple[list[str], Suite | None]:
    """The folder's name and those above it, up to that of a published set, whose suite it is."""
    names: list[str] = []
    for name in _lineage(PurePath(source)):
        names.append(name)
        if (suite := _suite(name)) is not None:
            return names, suite
    return names, None


def _lineage(folder: PurePath) -> Iterator[str]:
    """The folder's name, and those above it as long as they are parts of one data set."""
    for each in (folder, *folder.parents):
        yield each.name
        if not is_passage(each.name):
            return


def _suite(name: str) -> Suite | None:
    apart = re.sub(r"(?<=[a-z])(?=Rain)", "-", name)
    told = re.sub(r"[\W_]+", "-", apart.casefold())
    return next((suite for suite, pattern in _SETS if pattern.search(told)), None)
