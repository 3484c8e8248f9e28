"""Reading: lists by a metric and long curves, the same however full the registry is."""

from collections.abc import Callable
from pathlib import Path

from storage.query import Sort, parse
from storage.registry import Registry
from tests.benchmarks.figures import Figure, Figures, milliseconds
from tests.benchmarks.seeding import KEYS, LONG_CURVE, Size, seed

SIZES = (Size(runs=1_000, points=1_000), Size(runs=10_000, points=100))
FULL_SIZES = (
    Size(runs=1_000, points=1_000),
    Size(runs=10_000, points=1_000),
    Size(runs=100_000, points=10),
)
_TOPIC = "reading"
_BEST, _PAGE, _CUT = Sort.parse("-psnr@crops:unseen"), 100, 200


def measure(folder: Path, *, is_full: bool = False) -> Figures:
    """All figures of reading, at each size; and how much the largest adds to the smallest."""
    best: list[float] = []
    for size in FULL_SIZES if is_full else SIZES:
        path = folder / "registry.db"
        seed(path, size)
        with Registry.open(path) as registry:
            figures = [*lists(registry, size), curve(registry, size)]
        best.append(figures[0].value)
        yield from figures
        path.unlink()
    yield Figure(topic=_TOPIC, name="top 100 by a metric, fullest against emptiest",
                 value=best[-1] / best[0], unit="x", at_most=2)  # fmt: skip


def lists(registry: Registry, size: Size, *, at_most: float | None = 50) -> Figures:
    """A hundred runs, by the newest value of a key and otherwise."""
    few = parse("metric.loss<0.1")
    every: dict[str, Callable[[], object]] = {
        "top 100 by a metric": lambda: registry.runs(sort=_BEST, limit=_PAGE),
        "100 of those below a value": lambda: registry.runs(few, limit=_PAGE),
        "top 100 of those below a value": lambda: registry.runs(few, sort=_BEST, limit=_PAGE),
        "the newest 100": lambda: registry.runs(limit=_PAGE),
        "how many are below a value": lambda: registry.count(few),
    }
    for name, ask in every.items():
        yield Figure(topic=_TOPIC, name=f"{name}, {size}", value=milliseconds(ask), unit="ms",
                     at_most=at_most)  # fmt: skip


def curve(registry: Registry, size: Size, *, at_most: float | None = 100) -> Figure:
    """A long curve, reduced to what a terminal can show."""
    took = milliseconds(lambda: registry.stretch(1, KEYS[0], _CUT))
    name = f"a curve of {LONG_CURVE:,} points in {_CUT} columns, {size}"
    return Figure(topic=_TOPIC, name=name, value=took, unit="ms", at_most=at_most)
