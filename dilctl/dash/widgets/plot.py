"""A plot of a few curves in braille dots, each named at its end, drawn from reduced spans."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from dilctl.braille import Canvas, Dot, Scale, Series, bottom, number, reduce
from dilctl.words import INKS


class Plot(Widget):
    """Curves over one axis; whatever the number of points, work grows with the width alone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[Series, ...] = ()
        self._axis = ""
        self._empty = ""

    def show(self, lines: Sequence[Series], *, axis: str, empty: str) -> None:
        """Draw these curves from now on; ``empty`` is said where there is no point yet."""
        drawn = tuple(line for line in lines if line.ys)
        if (drawn, axis, empty) != (self._lines, self._axis, self._empty):
            self._lines, self._axis, self._empty = drawn, axis, empty
            self.refresh()

    def render(self) -> Text:
        """The plot at the widget's present size."""
        width, height = self.size
        if not self._lines:
            return Text(self._empty, style="dim italic")
        return draw(self._lines, axis=self._axis, width=width, height=height)


def draw(lines: Sequence[Series], *, axis: str, width: int, height: int) -> Text:
    """Curves with their scales and, at the right, their names and newest values.

    Args:
        lines: curves with one point at least, one of them at least.
        axis: what lies along the bottom.
        width: cells, 40 at least.
        height: cells, 4 at least; the last two rows hold the axis.
    """
    rows = height - 2
    scale = Scale.of([y for line in lines for y in (min(line.ys), max(line.ys))], 4 * rows)
    marks = {scale.row(tick) // 4: number(tick) for tick in scale.ticks(max(2, rows // 3))}
    gutter = max(map(len, marks.values()), default=0)
    names = _names(lines, scale, rows)
    margin = max(len(axis), *(cell_len(name.plain) for name in names.values()))
    canvas = Canvas(max(1, width - gutter - margin - 3), rows)
    left, right = min(line.xs[0] for line in lines), max(line.xs[-1] for line in lines)
    for ink, line in enumerate(lines):
        _ink(canvas, line, scale, (left, right, ink))
    plot = Text(no_wrap=True)
    for row in range(rows):
        mark = marks.get(row, "")
        plot.append(f"{mark:>{gutter}} {'┤' if mark else '│'}", style="dim")
        plot.append_text(_inked(canvas, row)).append(" ")
        plot.append_text(names.get(row, Text())).append("\n")
    return plot.append_text(_bottom(axis, gutter + 1, canvas.dots_wide // 2, (left, right)))


def _ink(canvas: Canvas, line: Series, scale: Scale, place: tuple[float, float, int]) -> None:
    left, right, ink = place
    before: Dot | None = None
    for span in reduce(line, left=left, right=right, columns=canvas.dots_wide):
        first = scale.row(span.first)
        if before is not None:
            canvas.join(before, Dot(span.column, first), ink)
        canvas.stroke(span.column, scale.row(span.low), scale.row(span.high), ink)
        before = Dot(span.column, scale.row(span.last))


def _inked(canvas: Canvas, row: int) -> Text:
    return Text.assemble(*((dots, INKS[ink % len(INKS)]) for dots, ink in canvas.cells(row)))


def _names(lines: Sequence[Series], scale: Scale, rows: int) -> dict[int, Text]:
    """Name and newest value of each curve, by row: as near to its end as the others allow."""
    ends = sorted((scale.row(line.ys[-1]) // 4, ink) for ink, line in enumerate(lines))
    names: dict[int, Text] = {}
    for count, (wish, ink) in enumerate(ends[:rows]):
        lowest = rows - (min(len(ends), rows) - count)
        row = min(max(wish, max(names, default=-1) + 1), lowest)
        line, style = lines[ink], INKS[ink % len(INKS)]
        names[row] = Text(f"{line.label} {line.ys[-1]:.4g}", style=style)
    return names


def _bottom(axis: str, indent: int, width: int, ends: tuple[float, float]) -> Text:
    """The axis: a rule with marks, and under it their numbers and the name of the axis."""
    rule, labels = bottom(width, *ends)
    return Text(f"{' ' * indent}└{rule}\n{' ' * (indent + 1)}{labels} {axis}", style="dim")
