"""How a row of the list of runs becomes cells of the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from dilctl.dash.runs.columns import About, Column
from dilctl.dash.runs.fitting import GAP
from dilctl.dash.runs.order import Group
from dilctl.dash.words import STYLES, decibels, fit
from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import Run, Status

MARKED, UNDER, BOTH = "●", ">", "◉"
"""At the head of a row, so that marks and cursor are seen without any colour."""
OPEN, FOLDED = "▾", "▸"

_PLAIN = Style()
_BOLD, _DIM = Style(bold=True), Style(dim=True)
_UP, _DOWN = "▴", "▾"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gutter:
    """What stands before a row."""

    is_under: bool = False
    is_marked: bool = False

    @property
    def sign(self) -> str:
        """One character."""
        if self.is_marked:
            return BOTH if self.is_under else MARKED
        return UNDER if self.is_under else " "


def width_of(columns: Sequence[Column]) -> int:
    """The cells that a row takes."""
    return 1 + sum(column.width + GAP for column in columns)


def column_at(columns: Sequence[Column], x: int) -> Column | None:
    """The column over a cell; None beyond the last."""
    end = 1
    for column in columns:
        end += column.width + GAP
        if 1 <= x < end:
            return column
    return None


def head(columns: Sequence[Column], sort: str) -> Strip:
    """The titles; an arrow at the one that the list is sorted by."""
    segments = [Segment(" ", _DIM)]
    for column in columns:
        is_chosen = bool(column.sort) and column.sort == (sort or "-id").lstrip("-")
        style = _BOLD if is_chosen else _DIM
        segments.append(
            Segment(fit(column.title, column.width, right=column.is_number).plain, style)
        )
        segments.append(Segment(_arrow(sort) if is_chosen else " " * GAP, style))
    return Strip(segments)


def _arrow(sort: str) -> str:
    return _DOWN if not sort or sort.startswith("-") else _UP


def run_line(run: Run, columns: Sequence[Column], about: About, console: Console) -> Strip:
    """A run, without what stands before it."""
    segments: list[Segment] = []
    for column in columns:
        cell = fit(column.cell(run, about), column.width, right=column.is_number)
        segments += _drawn(cell, console)
        segments.append(Segment(" " * GAP, _PLAIN))
    return Strip(segments)


def awaited_line(id: int, status: Status, columns: Sequence[Column], console: Console) -> Strip:
    """A run of which no more is known yet than its number and state."""
    state = Text(f"{SIGNS[status]} {status}", style=STYLES[status])
    known: Mapping[str, Text | str] = {"id": str(id), "state": state, "name": "…"}
    segments: list[Segment] = []
    for column in columns:
        cell = fit(known.get(column.key, ""), column.width, right=column.is_number)
        segments += _drawn(cell, console)
        segments.append(Segment(" " * GAP, _PLAIN))
    return Strip(segments)


def group_line(
    group: Group, by: str, best: Run | None, *, is_folded: bool, console: Console
) -> Strip:
    """The line above a group: what its runs have in common, how they stand, the best of them."""
    text = Text(f"{FOLDED if is_folded else OPEN} ", style="bold")
    text.append(visible(group.label) if group.label is not None else f"no {by}")
    text.append(f"  {len(group.ids):,} {'run' if len(group.ids) == 1 else 'runs'}", "not bold")
    value = None if best is None else best.latest.get("psnr@crops:unseen")
    if best is not None and value is not None:
        text.append(f"  best unseen {decibels(value)}", "not bold cyan")
        text.append(f" by run {best.id}", "not bold dim")
    for status, style in STYLES.items():
        if number := group.counts.get(status):
            text.append(f"  {SIGNS[status]} {number:,} {status}", f"not bold {style}".strip())
    return Strip(list(_drawn(text, console)))


def _drawn(text: Text, console: Console) -> Iterable[Segment]:
    """The segments of one line; most cells are of one style, which needs no console."""
    if not text.spans:
        style = text.style if isinstance(text.style, Style) else Style.parse(text.style)
        return (Segment(text.plain, style),)
    text.end = ""
    return text.render(console)


def whole(gutter: Gutter, line: Strip) -> Strip:
    """A row with what stands before it."""
    sign = Segment(gutter.sign, _BOLD if gutter.is_under else _PLAIN)
    return Strip([sign, *line], 1 + line.cell_length)


def moving(run: Run, columns: Sequence[Column], about: About) -> tuple[str, ...]:
    """The cells that time alone changes."""
    return tuple(str(c.cell(run, about)) for c in columns if c.key == "age")
