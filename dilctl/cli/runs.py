"""``dilctl runs``: the list of runs that a query means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dilctl.cli import completion, output
from dilctl.cli.session import settled_jobs_of
from dilctl.errors import UsageError
from storage.records import Run, Status

if TYPE_CHECKING:
    from dilctl.cli.columns import RunColumn
    from dilctl.jobs import Jobs

_LIMIT = 50
_Form = Literal["table", "csv", "json"]
_EXAMPLE = "Example: dilctl runs 'rule=dil-sf and psnr@CBSD68:sigma30 > 29' --sort -started"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a person asks for."""

    query: str
    sort: str
    statuses: list[Status] | None
    limit: int | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLE)(runs)


def runs(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help="Which runs, as in 'rule=erm and seed<3'; default: all.",
            autocompletion=completion.queries,
        ),
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="FIELDS",
            help="What to order by, as in -psnr@CBSD68:unseen,name; - for the highest first.",
            autocompletion=completion.metrics,
        ),
    ] = "",
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="FIELDS",
            help="What to show, as in id,status,psnr@CBSD68:sigma30,config.train.lr.",
        ),
    ] = None,
    status: Annotated[
        list[Status] | None,
        typer.Option(
            metavar="STATUS", help="Only runs of this status, as in queued or failed. Repeatable."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=1_000_000,
            help=f"How many; default: {_LIMIT}, and all with --json or --csv.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """List runs, newest first.

    A query compares fields (status, rule, seed, tag, started), settings (config.train.lr) and
    metrics (psnr@CBSD68:unseen), joined by and, or, not and parentheses; a bare word is part of a
    name. The columns seen and unseen are PSNR in dB on crops of validation images at the newest
    look; what whole images gave is in the board, and in metrics like psnr@CBSD68:unseen.
    """
    if as_json and as_csv:
        raise UsageError("runs: --json and --csv exclude each other; choose one")
    most = limit if limit or as_json or as_csv else _LIMIT
    from dilctl.selection import as_query

    with settled_jobs_of(context) as jobs:
        said = as_query(jobs, query or ())
        asked = _Asked(query=said, sort=sort, statuses=status, limit=most)
        found = jobs.runs(said, sort=sort, statuses=status, limit=most)
        if as_json and columns is None:
            output.write_json(found)
        else:
            _write(jobs, found, columns, _form(as_json=as_json, as_csv=as_csv))
        output.flush()
        _say_what_is_missing(jobs, asked, len(found))


def _form(*, as_json: bool, as_csv: bool) -> _Form:
    if as_json:
        return "json"
    return "csv" if as_csv else "table"


def _write(jobs: "Jobs", found: Sequence[Run], columns: str | None, form: _Form) -> None:
    from dilctl.cli.columns import run_columns

    shown = run_columns(jobs, columns)
    if form == "table":
        _print_table(found, shown)
        return
    lines = [{column.name: column.value(run) for column in shown} for run in found]
    if form == "json":
        output.write_json(lines)
    else:
        output.write_csv(lines)


def _print_table(found: Sequence[Run], shown: "Sequence[RunColumn]") -> None:
    from dilctl.cli.columns import is_number
    from dilctl.cli.sheet import Column, print_sheet

    if not found:
        return
    sheet = [
        Column(
            head=output.cell(column.name),
            cells=[column.written(run) for run in found],
            right=is_number(column, found),
            soft=column.is_long,
            kept=column.name in {"run", "id"},
        )
        for column in shown
    ]
    left_out = print_sheet(sheet)
    if left_out:
        output.say(f"too narrow for {', '.join(left_out)}; --csv and a pipe give all columns")


def _say_what_is_missing(jobs: "Jobs", asked: _Asked, shown: int) -> None:
    """Say what was cut off, and why there is nothing."""
    from dilctl.selection import unmeasured

    for metric in unmeasured(jobs, asked.query, asked.sort):
        output.say(f"no run has measured {metric}")
    if not shown and not sum(jobs.counts().values()):
        output.say("no runs; begin with: dilctl demo")
    elif not shown:
        output.say("no run is meant; `dilctl runs` lists all")
    elif shown == asked.limit and (number := _number(jobs, asked)) > shown:
        output.say(f"{shown:,} of {number:,}; --limit shows more")


def _number(jobs: "Jobs", asked: _Asked) -> int:
    if not asked.query.strip():
        counts = jobs.counts()
        return sum(counts[status] for status in asked.statuses or counts)
    wanted = f" and status={','.join(asked.statuses)}" if asked.statuses else ""
    return jobs.count(f"({asked.query}){wanted}")
