"""A plot: points marked by letters, joined by braille dots."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.text import Text

from dilctl.braille import Canvas, Dot, Scale, bottom, number
from dilctl.words import INKS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SEVERAL = "*"
"""Stands where the letters of several curves would."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Points that are joined, one at least.

    Attributes:
        index: which letter and ink it has; tracks may share them.
        points: (x, y), in any direction.
        marked: those that carry the letter.
    """

    index: int
    points: tuple[Place, ...]
    marked: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where and under which names tracks are drawn.

    Attributes:
        title: a line above, which names both axes.
        width, height: cells, at least 40 and 6.
        heavy: a range of x that the bottom rule shows in heavy strokes.
        is_log: whether y stands on a logarithmic scale; all of it must be above zero then.
    """

    title: str
    width: int
    height: int
    heavy: Place | None = None
    is_log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """From values to dots."""

    across: Scale
    up: Scale

    def dot(self, place: Place) -> Dot:
        # A scale counts from its top, which for the axis along the bottom is its right end.
        return Dot(self.across.dots - 1 - self.across.row(place[0]), self.up.row(place[1]))


def letter(index: int) -> Text:
    """The letter of a track in its ink; they repeat after 52."""
    return Text(LETTERS[index % len(LETTERS)], style=INKS[index % len(INKS)])


def draw(tracks: Sequence[Track], frame: Frame) -> Text:
    """Tracks with their scales, as many lines as the frame is high.

    Args:
        tracks: one at least.
        frame: its first line is the title, its last two the axis along the bottom.
    """
    places = [place for track in tracks for place in track.points]
    rows = frame.height - 3
    up = replace(Scale.of([y for _, y in places], 4 * rows, may_be_log=False), is_log=frame.is_log)
    marks = {up.row(tick) // 4: number(tick) for tick in up.ticks(max(2, rows // 2))}
    gutter = max(map(len, marks.values()), default=0)
    canvas = Canvas(frame.width - gutter - 2, rows)
    across = Scale.of([x for x, _ in places], canvas.dots_wide, may_be_log=False)
    grid = _Grid(across=across, up=up)
    for track in tracks:
        _join(canvas, grid, track)
    letters = _letters(grid, tracks)
    plot = Text(no_wrap=True).append(f"{' ' * (gutter + 1)}{frame.title}\n")
    for row in range(rows):
        mark = marks.get(row, "")
        plot.append(f"{mark:>{gutter}} {'┤' if mark else '│'}", style="dim")
        plot.append_text(_line(canvas, row, letters)).append("\n")
    return plot.append_text(_axis(frame, across, gutter))


def _join(canvas: Canvas, grid: _Grid, track: Track) -> None:
    dots = [grid.dot(place) for place in track.points]
    for start, end in zip(dots, dots[1:], strict=False):
        canvas.join(start, end, track.index)


def _letters(grid: _Grid, tracks: Sequence[Track]) -> dict[tuple[int, int], Text]:
    """Letters by (row, column) of cells."""
    here: dict[tuple[int, int], set[int]] = {}
    for track in tracks:
        for place in track.marked:
            dot = grid.dot(place)
            here.setdefault((dot.row // 4, dot.column // 2), set()).add(track.index)
    return {
        cell: letter(next(iter(indices))) if len(indices) == 1 else Text(SEVERAL, style="bold")
        for cell, indices in here.items()
    }


def _line(canvas: Canvas, row: int, letters: dict[tuple[int, int], Text]) -> Text:
    return Text.assemble(
        *(
            letters.get((row, column)) or (dots, INKS[ink % len(INKS)])
            for column, (dots, ink) in enumerate(canvas.cells(row))
        )
    )


def _axis(frame: Frame, across: Scale, gutter: int) -> Text:
    width = across.dots // 2
    rule, labels = bottom(width, across.low, across.high)
    if frame.heavy:
        # The two signs differ in weight, so the range shows without colour.
        first, last = ((across.dots - 1 - across.row(x)) // 2 for x in frame.heavy)
        inside = rule[first : last + 1].translate(str.maketrans("─┴", "━┻"))
        rule = rule[:first] + inside + rule[last + 1 :]
    return Text(f"{' ' * (gutter + 1)}└{rule}\n{' ' * (gutter + 2)}{labels}", style="dim")
