"""``dilctl compare``: what differs between runs, how they were tested, how they trained."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from dilctl.cli.sheet import Column
    from dilctl.jobs import Jobs
    from dilctl.leaderboard.side_by_side import Beside, Line
    from storage.records import Run

_MOST = 50
_CURVES = ("psnr@crops:unseen", "loss")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl compare 7 8, or dilctl compare 'seed=1 and tag:best'")(
        compare
    )


def compare(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Numbers, ranges or a query; the first is what the others are compared with.",
            autocompletion=completion.queries,
        ),
    ],
    ssim: Annotated[bool, typer.Option("--ssim", help="Compare SSIM instead of PSNR.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: PSNR and SSIM.")] = False,
) -> None:
    """Compare runs: the settings that differ, then their tests, then their curves."""
    from dilctl.selection import chosen

    with jobs_of(context) as jobs:
        meant = chosen(jobs, runs)
        if len(meant) < 2:
            raise UsageError(f"compare: run {meant[0]} alone; name two runs or more")
        found = {run.id: run for run in jobs.runs(ids=meant)}
        ordered = [found[run] for run in meant]
        if as_json:
            _write_json(jobs, ordered)
            return
        if len(ordered) > _MOST:
            output.say(f"the first {_MOST} of {len(ordered):,} runs; --json compares all")
        _print(jobs, ordered[:_MOST], ssim=ssim)


def _settings(runs: "Sequence[Run]") -> Mapping[str, tuple[Any, ...]]:
    from dilctl.describe import differing

    found: dict[str, tuple[Any, ...]] = dict(differing([run.experiment for run in runs]))
    seeds = tuple(run.seed for run in runs)
    return {**found, "seed": seeds} if len(set(seeds)) > 1 else found


def _write_json(jobs: "Jobs", runs: "Sequence[Run]") -> None:
    from dilctl.leaderboard.side_by_side import METRICS, side_by_side

    ids = [run.id for run in runs]
    evaluations = jobs.registry.evaluations(ids)
    output.write_json(
        {
            "runs": [
                {"id": run.id, "name": run.name, "rule": run.rule, "seed": run.seed}
                | {"status": str(run.status), "seconds": run.seconds, "gradients": run.gradients}
                for run in runs
            ],
            "settings": _settings(runs),
            "evaluations": [
                line for metric in METRICS for line in side_by_side(ids, evaluations, metric)
            ],
        }
    )


def _print(jobs: "Jobs", runs: "Sequence[Run]", *, ssim: bool) -> None:
    from dilctl.leaderboard.side_by_side import side_by_side

    ids = [run.id for run in runs]
    _print_sheet("settings that differ", _settings_sheet(runs), "they differ in no setting")
    output.write("")
    lines = side_by_side(ids, jobs.registry.evaluations(ids), "ssim" if ssim else "psnr")
    what = "SSIM" if ssim else "PSNR in dB"
    title = f"tests, {what}; the others as differences to run {ids[0]} with 95 % intervals"
    _print_sheet(title, _tests_sheet(ids, lines), "none of them has been tested yet")
    for note in _notes(ids, lines):
        output.write(note)
    _draw(jobs, runs)


def _print_sheet(title: str, sheet: "Sequence[Column]", without: str) -> None:
    from dilctl.cli.sheet import print_sheet

    if not sheet[0].cells:
        output.write(without)
        return
    output.write(title)
    output.flush()
    left_out = print_sheet(sheet)
    if left_out:
        output.say(f"too narrow for {', '.join(left_out)}; --json and a pipe give all")


def _settings_sheet(runs: "Sequence[Run]") -> "list[Column]":
    from dilctl.cli.sheet import Column

    rows = _settings(runs)
    keys = Column(head="setting", cells=[output.cell(key) for key in rows], kept=True)
    return [
        keys,
        *(
            Column(
                head=f"run {run.id}",
                cells=[_value(values[index]) for values in rows.values()],
                soft=True,
                kept=index == 0,
            )
            for index, run in enumerate(runs)
        ),
    ]


def _value(value: Any) -> str:
    return "–" if value is None else output.cell(value)


def _tests_sheet(runs: Sequence[int], lines: "Sequence[Line]") -> "list[Column]":
    from dilctl.cli.sheet import Column

    several = len({line.suite for line in lines}) > 1
    heads = Column(head="test", cells=[_head(line, suite=several) for line in lines], kept=True)
    return [
        heads,
        *(
            Column(
                head=f"run {run}",
                cells=[_cell(line.runs[index], line.metric) for line in lines],
                right=True,
                kept=index == 0,
            )
            for index, run in enumerate(runs)
        ),
    ]


def _head(line: "Line", *, suite: bool) -> str:
    from dilctl.words import short_degradation

    parts = [
        line.test_set,
        line.suite if suite else "",
        "" if line.weights == "last" else line.weights,
        short_degradation(line.of) + (f" ({line.degradations})" if line.degradations > 1 else ""),
    ]
    return output.cell(" ".join(filter(None, parts)))


def _cell(beside: "Beside | None", metric: str) -> str:
    places = 4 if metric == "ssim" else 2
    if beside is None:
        return "–"
    if beside.difference is None:
        return f"{beside.mean:.{places}f}"
    said = f"{beside.difference:+.{places}f}"
    if beside.low is not None and beside.high is not None:
        return f"{said} [{beside.low:+.{places}f}, {beside.high:+.{places}f}]"
    return said if beside.is_paired else f"{said} ≠"


def _notes(runs: Sequence[int], lines: "Sequence[Line]") -> list[str]:
    cells = [cell for line in lines for cell in line.runs[1:] if cell is not None]
    found: list[str] = []
    if any(cell.difference is not None and not cell.is_paired for cell in cells):
        found.append("≠ other images than the first run's: the difference of two means")
    if any(cell.is_paired and cell.low is None for cell in cells):
        found.append("without an interval: fewer than five images")
    if any(line.degradations > 1 for line in lines):
        found.append(f"seen and unseen as run {runs[0]} was trained; (n): mean over n degradations")
    return found


def _draw(jobs: "Jobs", runs: "Sequence[Run]") -> None:
    from dilctl.histories import Axis, wanted

    ids = [run.id for run in runs]
    metrics = [name for name in wanted(jobs, ids, ()) if name in _CURVES]
    if not metrics:
        return
    if not output.can_draw():
        again = f"dilctl curves {' '.join(map(str, ids[:5]))}"
        output.say(f"curves as numbers: {again}{' ...' if len(ids) > 5 else ''}")
        return
    from dilctl.cli.curve_plots import MOST, Manner, print_plots

    print_plots(jobs, runs[:MOST], metrics, Manner(axis=Axis.GRADIENTS))
    if len(runs) > MOST:
        output.say(f"{words.many(MOST, 'curve')} of {len(runs):,} are drawn")
