"""Which curves are drawn together, and over which axis; pure functions."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dilctl.braille import Series
from dilctl.words import short_degradation
from storage.records import Curve

Axis = Literal["gradients", "step", "seconds"]
AXES: tuple[Axis, ...] = ("gradients", "step", "seconds")

STANDINGS = ("seen", "interpolated", "unseen")
FIRST = ("psnr@crops", "loss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Metrics that share one plot.

    Attributes:
        title: what the plot shows.
        metrics: (metric, label of its curve).
    """

    title: str
    metrics: tuple[tuple[str, str], ...]


def charts(names: Iterable[str]) -> tuple[Chart, ...]:
    """Sort metrics into plots: seen and unseen together, levels together, all others alone."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(names, key=_natural):
        family, colon, part = name.partition(":")
        title = family if not colon or part in STANDINGS else f"{family}, each degradation"
        groups.setdefault(title, []).append((name, short_degradation(part) if colon else name))
    ordered = sorted(groups, key=lambda title: (*_importance(title), title))
    return tuple(Chart(title=title, metrics=tuple(groups[title])) for title in ordered)


def _importance(title: str) -> tuple[int, bool]:
    family, comma, _ = title.partition(",")
    return (FIRST.index(family) if family in FIRST else len(FIRST), bool(comma))


def _natural(name: str) -> list[tuple[int, float, str]]:
    """A key that puts ``sigma=5`` before ``sigma=10``."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(0, float(p), "") if p[:1].isdecimal() else (1, 0.0, p) for p in parts]


def series(curve: Curve, label: str, axis: Axis) -> Series:
    """A curve over an axis, without the values that are no numbers."""
    along: Sequence[float] = {
        "gradients": curve.gradients,
        "step": curve.steps,
        "seconds": curve.seconds,
    }[axis]
    finite = [(x, y) for x, y in zip(along, curve.values, strict=True) if math.isfinite(y)]
    return Series(label=label, xs=tuple(x for x, _ in finite), ys=tuple(y for _, y in finite))
