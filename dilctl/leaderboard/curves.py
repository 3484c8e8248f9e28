"""Quality against level: what a board shows of each degradation that has several levels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dilctl.leaderboard.values import Board, Estimate, Row

FEWEST_LEVELS = 3
"""Fewer levels of a degradation make no curve."""

# A name as trainers.degradations writes it: kind, level, then whatever differs from the defaults.
# The parts of a mixture follow its kind without an equals sign, so a mixture has no level.
_NAME = re.compile(
    r"(?P<kind>[\w-]+) (?P<parameter>\w+)="
    r"(?P<level>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?P<convention> .*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One row's quality at one level: PSNR in dB, mean over images, seeds averaged.

    Attributes:
        level: on the scale of the degradation, as σ of 0 to 255 for Gaussian noise.
        degradation: its full name.
        standing: ``seen``, ``interpolated`` or ``unseen``.
        to_erm: PSNR minus that of the ERM that the row is compared with, paired over images and
            common seeds; None without one.
    """

    level: float
    degradation: str
    standing: str
    psnr: Estimate
    to_erm: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCurve:
    """One row over the levels of one degradation, ascending."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCurves:
    """The rows of a board over the levels of one degradation of one convention.

    Attributes:
        kind: as in ``gaussian-noise``; parameter: what its level is called, as in ``sigma``.
        convention: what differs from the defaults, as in ``clip=false``; empty if nothing does.
        seen: the levels trained on, ascending; empty where the degradation was not trained on.
        curves: one a row, in the order of the board.
    """

    kind: str
    parameter: str
    convention: str
    seen: tuple[float, ...]
    curves: tuple[LevelCurve, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Degradations that differ in nothing but their level."""

    kind: str
    parameter: str
    convention: str


def level_curves(board: Board) -> tuple[LevelCurves, ...]:
    """Quality against level, for each degradation of which the board has three levels or more.

    Returns:
        In the order of the board's columns; empty for a suite of types without levels.
    """
    families: dict[_Family, dict[str, float]] = {}
    for name, _ in board.degradations:
        if found := _levelled(name):
            family, level = found
            families.setdefault(family, {})[name] = level
    return tuple(
        _curves(board, family, levels)
        for family, levels in families.items()
        if len(levels) >= FEWEST_LEVELS
    )


def _levelled(name: str) -> tuple[_Family, float] | None:
    """What a degradation is and how strong; None for one that no single level measures."""
    said = _NAME.fullmatch(name)
    if said is None:
        return None
    family = _Family(
        kind=said["kind"],
        parameter=said["parameter"],
        convention=(said["convention"] or "").strip(),
    )
    return family, float(said["level"])


def _curves(board: Board, family: _Family, levels: Mapping[str, float]) -> LevelCurves:
    trained = [found for name in board.confounders if (found := _levelled(name))]
    return LevelCurves(
        kind=family.kind,
        parameter=family.parameter,
        convention=family.convention,
        seen=tuple(sorted(level for other, level in trained if other == family)),
        curves=tuple(
            LevelCurve(label=row.label, points=_points(row, levels)) for row in board.rows
        ),
    )


def _points(row: Row, levels: Mapping[str, float]) -> tuple[Point, ...]:
    found = [
        Point(
            level=levels[cell.degradation],
            degradation=cell.degradation,
            standing=cell.standing,
            psnr=cell.psnr,
            to_erm=cell.to_erm,
        )
        for cell in row.cells
        if cell.degradation in levels
    ]
    return tuple(sorted(found, key=lambda point: point.level))
