"""The tables of the comparison: heads and rows of cells, and the same as tab-separated text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from rich.text import Text

from dilctl.dash.compare.bars import bar
from dilctl.dash.compare.reading import ComparePage
from dilctl.dash.words import difference
from dilctl.text import visible
from dilctl.words import short_degradation
from storage.records import Run

if TYPE_CHECKING:  # numpy is loaded in the thread that compares
    from dilctl.leaderboard.side_by_side import Beside, ImageLine, Line

_BAR = 13
_NONE = "–"
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table.

    Attributes:
        heads: of the columns; the first names the rows and stays in sight.
        rows: as many cells each.
        numbers: whether all but the first column are set to the right.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numbers: bool = True

    @property
    def as_text(self) -> str:
        """Tab-separated, as spreadsheets take it."""
        lines = [self.heads, *(tuple(cell.plain.strip() for cell in row) for row in self.rows)]
        return "\n".join("\t".join(line) for line in lines)


def settings_sheet(page: ComparePage) -> Sheet:
    """A row a setting; values that are the first run's are dimmed, and say so by a mark."""
    rows = tuple(
        (Text(visible(name)), *_values(values)) for name, values in page.settings
    )  # fmt: skip
    return Sheet(heads=("setting", *_heads(page.runs)), rows=rows, numbers=False)


def _values(values: Sequence[str]) -> Iterable[Text]:
    first, *others = values
    yield Text(_short(first), style="bold")
    for value in others:
        yield Text(_short(value)) if value != first else Text(f"= {_short(value)}", style="dim")


def _short(value: str) -> str:
    shown = visible(value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def tests_sheet(page: ComparePage) -> Sheet:
    """A row a test: the first run's mean, the others as differences with intervals and bars."""
    several = len({line.suite for line in page.lines}) > 1
    reach = _reach(cell for line in page.lines for cell in line.runs[1:])
    rows = tuple(
        (
            Text(line_label(line, suite=several)),
            _first(line.runs[0], line.metric),
            *(_other(cell, line.metric, reach) for cell in line.runs[1:]),
        )
        for line in page.lines
    )
    return Sheet(heads=("test", *_heads(page.runs)), rows=rows)


def line_label(line: "Line", *, suite: bool = True) -> str:
    """Test set, suite, weights and degradation in few words."""
    count = f" ({line.degradations})" if line.degradations > 1 else ""
    parts = [
        line.test_set,
        line.suite if suite else "",
        "" if line.weights == "last" else line.weights,
        f"{short_degradation(line.of)}{count}",
    ]
    return visible(" ".join(filter(None, parts)))


def _reach(cells: "Iterable[Beside | None]") -> float:
    """The largest distance from zero of any interval or difference that is a number."""
    ends = [
        abs(value)
        for cell in cells
        if cell is not None
        for value in (cell.difference, cell.low, cell.high)
        if value is not None and isfinite(value)
    ]
    return max(ends, default=0.0) or 1.0


def _number(value: float, metric: str) -> str:
    return f"{value:.4f}" if metric == "ssim" else f"{value:.2f}"


def _signed(value: float, metric: str) -> str:
    return f"{value:+.4f}".replace("-", "−") if metric == "ssim" else difference(value)


def _first(cell: "Beside | None", metric: str) -> Text:
    return Text(_NONE) if cell is None else Text(_number(cell.mean, metric), style="bold")


def _other(cell: "Beside | None", metric: str, reach: float) -> Text:
    if cell is None:
        return Text(_NONE)
    if cell.difference is None:
        return Text(_number(cell.mean, metric))
    if not isfinite(cell.difference):
        return Text(str(cell.difference))
    interval: tuple[float, float] | None = None
    if cell.low is not None and cell.high is not None and isfinite(cell.low + cell.high):
        interval = (cell.low, cell.high)
    said = Text(_signed(cell.difference, metric), style="bold")
    if interval:
        ends = "…".join(_signed(end, metric) for end in interval)
        said.append(f" {ends}", style="not bold dim")
    if not cell.is_paired:
        said.append(" ≠", style="yellow")
    return said.append(" ").append_text(
        bar(cell.difference, interval, reach=reach, width=_BAR)
    )  # fmt: skip


ORDERS = ("worst first", "best first", "by name")
"""Of images: by the difference of the second run to the first, or by their names."""


def images_in(page: ComparePage, order: str) -> "tuple[ImageLine, ...]":
    """The images of a page in an order; those without a difference come last."""
    if order == "by name":
        return tuple(sorted(page.images, key=lambda line: line.image))
    sign = -1 if order == "best first" else 1

    def key(line: "ImageLine") -> tuple[bool, float, str]:
        found = line.values[0] if len(line.values) == 1 else line.difference(1)
        return (found is None, sign * (found or 0.0), line.image)

    return tuple(sorted(page.images, key=key))


def images_sheet(page: ComparePage, order: str) -> Sheet:
    """A row an image: the first run's value, the others as differences with bars."""
    metric = page.wish.metric
    others = range(1, len(page.runs))
    apart = [line.difference(index) for line in page.images for index in others]
    reach = max((abs(value) for value in apart if value and isfinite(value)), default=1.0)
    rows = tuple(
        (
            Text(visible(line.image)),
            _plain(line.values[0], metric),
            *(_image_cell(line, index, metric, reach) for index in others),
        )
        for line in images_in(page, order)
    )
    return Sheet(heads=("image", *_heads(page.runs)), rows=rows)


def _plain(value: float | None, metric: str) -> Text:
    return Text(_NONE) if value is None else Text(_number(value, metric), style="bold")


def _image_cell(line: "ImageLine", index: int, metric: str, reach: float) -> Text:
    apart = line.difference(index)
    if apart is None or not isfinite(apart):
        return _plain(line.values[index], metric)
    said = Text(_signed(apart, metric), style="bold").append(" ")
    return said.append_text(bar(apart, None, reach=reach, width=_BAR))


def _heads(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(visible(f"{run.id} {run.rule} s{run.seed}") for run in runs)
