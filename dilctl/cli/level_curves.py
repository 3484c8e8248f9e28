"""Quality against level on the terminal, or as a table of numbers for a pipe."""

from typing import TYPE_CHECKING

from rich.text import Text

from dilctl.cli import output, words
from dilctl.cli.plot import SEVERAL, Frame, Track, draw, letter
from dilctl.leaderboard.curves import LevelCurves, Point
from dilctl.words import figure

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_HEIGHT, _DIFFERENCE_HEIGHT = 14, 11
_SIGNS = {"gaussian-noise sigma": "σ"}


def print_curves(curves: LevelCurves, console: "Console", *, drawn: bool) -> None:
    """The rows of a board over one degradation's levels: a picture, or the numbers."""
    if not drawn:
        console.print(_numbers(curves))
        return
    width = min(console.width, 100)
    console.print(_absolute(curves, width))
    if differences := _difference(curves, width):
        console.print(differences)
    for index, curve in enumerate(curves.curves):
        console.print(letter(index).append(f" {output.cell(curve.label)}", style="none"))
    for line in _captions(curves):
        console.print(output.cell(line))


def _level(curves: LevelCurves) -> str:
    """What the levels are of, as ``σ`` or ``poisson-noise alpha``."""
    named = f"{curves.kind} {curves.parameter}"
    return f"{_SIGNS.get(named, named)} {curves.convention}".strip()


def _absolute(curves: LevelCurves, width: int) -> Text:
    tracks = [
        _track(index, tuple((point.level, point.psnr.mean) for point in curve.points))
        for index, curve in enumerate(curves.curves)
        if curve.points
    ]
    title = f"PSNR in dB, upwards, against {_level(curves)}"
    return draw(
        tracks, Frame(title=title, width=width, height=_HEIGHT, heavy=_trained_range(curves))
    )


def _difference(curves: LevelCurves, width: int) -> Text | None:
    """The same against ERM, without which curves a tenth of a decibel apart look the same."""
    tracks = [
        _track(
            index,
            tuple((p.level, p.to_erm.mean) for p in curve.points if p.to_erm is not None),
        )
        for index, curve in enumerate(curves.curves)
        if any(point.to_erm is not None for point in curve.points)
    ]
    if not tracks:
        return None
    title = f"the same minus that of ERM, in dB, against {_level(curves)}"
    return draw(
        tracks,
        Frame(title=title, width=width, height=_DIFFERENCE_HEIGHT, heavy=_trained_range(curves)),
    )


def _track(index: int, points: tuple[tuple[float, float], ...]) -> Track:
    return Track(index=index, points=points, marked=points)


def _trained_range(curves: LevelCurves) -> tuple[float, float] | None:
    return (curves.seen[0], curves.seen[-1]) if curves.seen else None


def _captions(curves: LevelCurves) -> list[str]:
    trained = ", ".join(f"{level:g}" for level in curves.seen)
    return [
        f"{SEVERAL} several rows.  "
        + (f"━ the range trained on: {trained}." if trained else "None of this was trained on."),
        "Intervals are left out of the picture: --json, --csv or a pipe gives them.",
    ]


def _numbers(curves: LevelCurves) -> "Table":
    """A line for each row and level, with its interval."""
    columns = (_level(curves), "PSNR", "low", "high", "Δ to erm", "Δ low", "Δ high")
    table = output.table("rule", "standing", *columns, right=columns)
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"  # rather than the numbers
    for curve in curves.curves:
        for point in curve.points:
            table.add_row(output.cell(curve.label), point.standing, *_values(point))
    return table


def _values(point: Point) -> list[str]:
    change = point.to_erm
    return [
        f"{point.level:g}",
        *map(words.decibels, (point.psnr.mean, point.psnr.low, point.psnr.high)),
        *map(_change, (change.mean, change.low, change.high) if change else (None, None, None)),
    ]


def _change(value: float | None) -> str:
    return "–" if value is None else figure(value, signed=True)
