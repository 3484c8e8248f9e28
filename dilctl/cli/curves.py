"""``dilctl curves``: how metrics went through training, drawn, as numbers, or for TensorBoard."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError
from dilctl.histories import Axis

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from storage.records import Run

_Form = Literal["lines", "csv", "json"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl curves 7 8 --metric loss --metric psnr@crops:unseen")(
        curves
    )


def curves(  # noqa: PLR0913 (one parameter an option)
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Numbers, ranges, `last` or a query.", autocompletion=completion.queries
        ),
    ],
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            help="What to show, as in loss or psnr@crops:σ30; default: seen, unseen, loss. "
            "Repeatable.",
            autocompletion=completion.metrics,
        ),
    ] = None,
    axis: Annotated[Axis, typer.Option("--x", help="What to draw it against.")] = Axis.STEP,
    is_log: Annotated[bool, typer.Option("--log", help="Draw on a logarithmic scale.")] = False,
    columns: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100_000,
            help="Reduce each curve to so many columns: lowest, highest, newest.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    tensorboard: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write event files for TensorBoard; all metrics by default."
        ),
    ] = None,
) -> None:
    """Show how metrics went through training: drawn on a terminal, numbers in a pipe."""
    if sum((as_json, as_csv, tensorboard is not None)) > 1:
        raise UsageError("curves: --json, --csv and --tensorboard exclude each other; choose one")
    from dilctl.histories import wanted
    from dilctl.selection import chosen

    with jobs_of(context) as jobs:
        meant = chosen(jobs, runs)
        found = {run.id: run for run in jobs.runs(ids=meant)}
        ordered = [found[run] for run in meant]
        if tensorboard is not None:
            _write_events(jobs, ordered, metric or [], tensorboard)
            return
        metrics = wanted(jobs, meant, metric or [])
        if not metrics:
            output.say("nothing has been measured yet")
        if as_json or as_csv or not metrics or not output.can_draw():
            _write_numbers(jobs, ordered, metrics, columns, _form(as_json=as_json, as_csv=as_csv))
        else:
            _draw(jobs, ordered, metrics, axis=axis, is_log=is_log, columns=columns)


def _form(*, as_json: bool, as_csv: bool) -> _Form:
    if as_json:
        return "json"
    return "csv" if as_csv else "lines"


def _write_numbers(
    jobs: "Jobs", runs: "Sequence[Run]", metrics: Sequence[str], columns: int | None, form: _Form
) -> None:
    from dilctl.cli import curve_numbers

    write = {
        "json": curve_numbers.write_json,
        "csv": curve_numbers.write_csv,
        "lines": curve_numbers.write_lines,
    }[form]
    if metrics or form == "json":
        write(jobs, runs, metrics, columns=columns)


def _draw(  # noqa: PLR0913 (what is drawn and how)
    jobs: "Jobs",
    runs: "Sequence[Run]",
    metrics: Sequence[str],
    *,
    axis: Axis,
    is_log: bool,
    columns: int | None,
) -> None:
    from dilctl.cli.curve_plots import MOST, Manner, print_plots

    manner = Manner(axis=axis, is_log=is_log, columns=columns)
    print_plots(jobs, runs[:MOST], metrics, manner)
    if len(runs) > MOST:
        output.say(f"{MOST} of {len(runs):,} runs are drawn; --json, --csv and a pipe give all")


def _write_events(
    jobs: "Jobs", runs: "Sequence[Run]", said: Sequence[str], folder: Path
) -> None:  # fmt: skip
    from dilctl.export.tensorboard import write_events
    from dilctl.histories import wanted

    chosen = wanted(jobs, [run.id for run in runs], said) if said else None
    for run in runs:
        metrics = jobs.metrics(run.id) if chosen is None else chosen
        found = [curve for curve in jobs.registry.curves(run.id, metrics) if curve.steps]
        output.write(output.cell(str(write_events(folder, run, found))))
    output.say(f"{words.many(len(runs), 'run')}; look at them with: tensorboard --logdir {folder}")
