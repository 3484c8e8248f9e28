"""Which metrics are drawn together, and which of the drawings are wanted; pure functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dilctl.words import short_degradation
from storage.records import ASIDE

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
        title, label = _place(name)
        groups.setdefault(title, []).append((name, label))
    ordered = sorted(groups, key=lambda title: (*_importance(title), title))
    return tuple(Chart(title=title, metrics=tuple(groups[title])) for title in ordered)


def _place(name: str) -> tuple[str, str]:
    """The plot that a metric belongs to, and what its curve is called there."""
    if name.startswith(ASIDE):
        title, _, which = name.partition(" ")
        return title, which or name.partition(":")[2]
    family, colon, part = name.partition(":")
    if not colon:
        return name, name
    title = family if part in STANDINGS else f"{family}, each degradation"
    return title, short_degradation(part)


def of_the_machine(names: Iterable[str]) -> tuple[str, ...]:
    """The metrics that tell of the machine."""
    return tuple(name for name in names if name.startswith(ASIDE))


def of_the_model(names: Iterable[str]) -> tuple[str, ...]:
    """The metrics that tell of the model."""
    return tuple(name for name in names if not name.startswith(ASIDE))


def meant(found: Iterable[Chart], pattern: str) -> tuple[Chart, ...]:
    """The plots whose title or one of whose metrics a glob means; a plain word is looked for."""
    glob = pattern.casefold()
    glob = glob if any(sign in glob for sign in "*?[") else f"*{glob}*"

    def fits(chart: Chart) -> bool:
        names = (chart.title, *(name for name, _ in chart.metrics))
        return any(fnmatchcase(name.casefold(), glob) for name in names)

    return tuple(chart for chart in found if fits(chart))


def _importance(title: str) -> tuple[int, bool]:
    family, comma, _ = title.partition(",")
    return (FIRST.index(family) if family in FIRST else len(FIRST), bool(comma))


def _natural(name: str) -> list[tuple[int, float, str]]:
    """A key that puts ``sigma=5`` before ``sigma=10``."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(0, float(p), "") if p[:1].isdecimal() else (1, 0.0, p) for p in parts]
