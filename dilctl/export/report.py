"""Boards, their curves and the runs behind them as one page of HTML that needs nothing else."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata, resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dilctl.export.caption import caption, remarks
from dilctl.export.chart import Chart
from dilctl.export.drawings import level_charts, trade_off_chart
from dilctl.export.origins import Origins, origins
from dilctl.export.sheet import Choice, Sheet
from dilctl.export.tabulation import sheet_of, shortly_labelled
from dilctl.leaderboard import Board
from dilctl.leaderboard.curves import LevelCurves, level_curves
from dilctl.leaderboard.paper import PaperRow
from dilctl.leaderboard.tradeoff import Trail
from dilctl.text import visible
from dilctl.words import duration
from storage.records import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report is made from.

    Attributes:
        boards: one at least.
        papers: rows of the paper, by the place of the board that they stand under.
        trails: seen against unseen through training, for boards that were looked at.
        runs: those behind the boards.
        made_at: the moment of the report, aware.
    """

    boards: Sequence[Board]
    papers: Mapping[int, Sequence[PaperRow]] = field(default_factory=dict[int, Sequence[PaperRow]])
    choice: Choice = field(default_factory=Choice)
    trails: Sequence[tuple[Board, Sequence[Trail]]] = ()
    runs: Sequence[Run]
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charts:
    """Charts that share a legend."""

    number: int
    charts: tuple[Chart, ...]
    title: str = ""

    def __iter__(self) -> Iterator[Chart]:
        return iter(self.charts)

    @property
    def trained(self) -> bool:
        return any(chart.trained for chart in self.charts)

    @property
    def labels(self) -> Sequence[tuple[int, str]]:
        found = {line.number: line.label for chart in self.charts for line in chart.lines}
        return sorted(found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What the page says of one board."""

    id: str
    title: str
    sentence: str
    sheet: Sheet
    caption: tuple[str, ...]
    charts: tuple[_Charts, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A field of the table of runs; numbers are sorted by their value."""

    text: str
    value: float | None = None


def report(contents: Contents) -> str:
    """The page: tables, charts and provenance, with styles and script inside."""
    found = origins(contents.runs)
    style, script = _part_of_page("report.css"), _part_of_page("report.js")
    heads, rows = _runs_table(found)
    tasks = ", ".join(dict.fromkeys(board.task for board in contents.boards))
    return (
        _environment()
        .get_template("report.html")
        .render(
            heading=f"Who generalises: {tasks}",
            version=metadata.version("dilctl"),
            made_at=f"{contents.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            parts=[_part(contents, place) for place in range(len(contents.boards))],
            trails=_trade_offs(contents.trails),
            origins=found,
            run_heads=heads,
            run_rows=rows,
            style=style,
            style_hash=_hash(style),
            script=script,
            script_hash=_hash(script),
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dilctl.export", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: Any) -> Any:
    """Text of people and programs with its control characters shown; markup of ours as it is."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _part_of_page(name: str) -> str:
    return (resources.files("dilctl.export") / "page" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """What lets a browser run this text inside a page, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _part(contents: Contents, place: int) -> _Part:
    board, papers = contents.boards[place], contents.papers.get(place)
    sentence, *notes = remarks(board, papers)
    return _Part(
        id=f"board-{place + 1}",
        title=f"{board.test_set}, {board.suite}",
        sentence=sentence,
        sheet=sheet_of(board, papers or (), contents.choice),
        caption=caption(board, papers or (), contents.choice),
        charts=_level_charts(level_curves(shortly_labelled(board))),
        notes=tuple(notes),
    )


def _level_charts(found: Sequence[LevelCurves]) -> tuple[_Charts, ...]:
    drawn = (level_charts(curves) for curves in found)
    return tuple(_Charts(number=n, charts=charts) for n, charts in enumerate(drawn, 1) if charts)


def _trade_offs(found: Sequence[tuple[Board, Sequence[Trail]]]) -> list[_Charts]:
    drawn = ((board, _trade_off(board, trails)) for board, trails in found)
    return [
        _Charts(number=number, charts=(chart,), title=board.suite)
        for number, (board, chart) in enumerate(drawn, 1)
        if chart
    ]


def _trade_off(board: Board, trails: Sequence[Trail]) -> Chart | None:
    short = shortly_labelled(board)
    pairs = zip(board.rows, short.rows, strict=True)
    labels = {row.label: shorter.label for row, shorter in pairs}
    return trade_off_chart(short, [replace(each, label=labels[each.label]) for each in trails])


def _runs_table(found: Origins) -> tuple[list[str], list[list[_Cell]]]:
    """Heads and rows: what each run is, then in what the runs differ."""
    heads = ["run", "name", "rule", "seed", "step", "gradients", "time", "host", "finished"]
    differing = {**found.packages, **found.settings}
    rows = [
        [*_about(run), *(_Cell(text=values[place]) for values in differing.values())]
        for place, run in enumerate(found.runs)
    ]
    return [*heads, *differing], rows


def _about(run: Run) -> list[_Cell]:
    finished = f"{run.finished_at.astimezone(UTC):%Y-%m-%d %H:%M}" if run.finished_at else "–"
    return [
        _Cell(text=str(run.id), value=run.id),
        _Cell(text=run.name),
        _Cell(text=run.rule),
        _Cell(text=str(run.seed), value=run.seed),
        _Cell(text=f"{run.step:,}", value=run.step),
        _Cell(text=f"{run.gradients:,}", value=run.gradients),
        _Cell(text=duration(run.seconds), value=run.seconds),
        _Cell(text=run.host or "–"),
        _Cell(text=finished),
    ]
