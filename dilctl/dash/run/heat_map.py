"""A test as a map of kinds by levels, each cell a number with a shade; pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from dilctl.dash.drawing import Pieces
from dilctl.text import visible
from dilctl.words import short_degradation
from storage.records import Evaluation

Score = Literal["psnr", "ssim"]

SHADES = " ░▒▓█"
"""From the worst of the map to the best."""

SEEN, INTERPOLATED = "●", "◐"
STANDINGS = ("seen", "interpolated", "unseen")

_SIGNS = {"seen": SEEN, "interpolated": INTERPOLATED}
_STYLES = {"seen": "green", "interpolated": "yellow"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One degradation.

    Attributes:
        kind: the row that it stands in, as ``gaussian-noise sigma``.
        level: what tells it from others of its row; empty where there is nothing.
        standing: whether the run was trained on it.
        mean: over the images.
    """

    kind: str
    level: str
    standing: str
    mean: float


def cells_of(tests: Sequence[Evaluation], score: Score) -> tuple[Cell, ...]:
    """A cell for each degradation, in the order of the test, levels ascending."""
    cells = [_cell(each, score) for each in tests]
    kinds = list(dict.fromkeys(cell.kind for cell in cells))
    return tuple(sorted(cells, key=lambda cell: (kinds.index(cell.kind), _order(cell.level))))


def _cell(test: Evaluation, score: Score) -> Cell:
    kind, level = parted(test.degradation)
    mean = fmean(getattr(image, score) for image in test.images) if test.images else float("nan")
    return Cell(kind=kind, level=level, standing=test.standing, mean=mean)


def parted(name: str) -> tuple[str, str]:
    """The name of a degradation as its kind and its level."""
    kind, equals, level = name.partition("=")
    if equals and _NUMBER.match(level):
        return kind, level
    first, blank, rest = name.partition(" ")
    return (first, short_degradation(rest)) if blank else (name, "")


def _order(level: str) -> tuple[float, str]:
    return (float(level), "") if _NUMBER.match(level) else (0.0, level)


def rows(cells: Sequence[Cell], score: Score, width: int) -> Iterator[Pieces]:
    """The map in so many cells of a terminal, a kind under the other, and the means below it."""
    finite = [cell.mean for cell in cells if cell.mean == cell.mean]
    shade = _shading(min(finite, default=0.0), max(finite, default=0.0))
    for kind in dict.fromkeys(cell.kind for cell in cells):
        mine = [cell for cell in cells if cell.kind == kind]
        yield ((visible(kind), "bold"),)
        texts = (text for cell in mine for text in (visible(cell.level), said(cell.mean, score)))
        size = max(map(len, texts)) + 2
        most = max(1, (width - 1) // size)
        for start in range(0, len(mine), most):
            yield from _line(mine[start : start + most], size, score, shade)
        yield ()
    yield from _means(cells, score)


def _line(
    cells: Sequence[Cell], size: int, score: Score, shade: Callable[[float], str]
) -> Iterator[Pieces]:  # fmt: skip
    if any(cell.level or cell.standing in _SIGNS for cell in cells):
        yield tuple(
            (f" {_SIGNS.get(cell.standing, ' ')}{visible(cell.level)}".ljust(size), _style(cell))
            for cell in cells
        )
    yield tuple(
        (f" {shade(cell.mean)}{said(cell.mean, score)}".ljust(size), "bold" if _style(cell) else "")
        for cell in cells
    )


def _style(cell: Cell) -> str:
    return _STYLES.get(cell.standing, "")


def said(mean: float, score: Score) -> str:
    """A mean as tables write it."""
    return f"{mean:.2f}" if score == "psnr" else f"{mean:.4f}"


def _shading(low: float, high: float) -> Callable[[float], str]:
    def shade(mean: float) -> str:
        if mean != mean or high <= low:
            return SHADES[0] if mean != mean else SHADES[2]
        return SHADES[round((mean - low) / (high - low) * (len(SHADES) - 1))]

    return shade


def _means(cells: Sequence[Cell], score: Score) -> Iterator[Pieces]:
    unit = "PSNR in dB" if score == "psnr" else "SSIM"
    yield ((f"{unit}, mean over images; {SEEN} seen, {INTERPOLATED} interpolated", "dim"),)
    yield ((f"shades from the worst here to the best: {' '.join(SHADES[1:])}", "dim"),)
    for standing in STANDINGS:
        mine = [cell.mean for cell in cells if cell.standing == standing]
        if mine:
            degradations = f"{len(mine)} degradation{'' if len(mine) == 1 else 's'}"
            mean = said(fmean(mine), score)
            yield ((f"{standing:<13}{mean}", "bold"), (f"  over {degradations}", "dim"))
