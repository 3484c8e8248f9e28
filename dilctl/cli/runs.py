"""``dilctl runs``, ``show`` and ``cancel``: what is in the registry."""

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import output, words
from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError
from dilctl.text import one_line
from storage.records import LIVE, Run, Status

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.tested import Tested
    from storage.records import Attempt

# What all columns of the list but the name may take, so that names are cut and numbers are not.
_OTHER_COLUMNS = 57
_ROOMY = 100


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: dilctl runs --status failed --json")(runs)
    app.command(epilog="Example: dilctl show 7")(show)
    app.command(epilog="Example: dilctl cancel 7 8")(cancel)


def runs(
    context: typer.Context,
    status: Annotated[
        list[Status] | None, typer.Option(help="Only runs of this status. Repeatable.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many, the newest first.")
    ] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List runs, newest first."""
    with jobs_of(context) as jobs:
        found = jobs.runs(statuses=status, limit=limit)
    if as_json:
        output.write_json(found)
    elif not found:
        output.say("no runs; begin with: dilctl demo")
    else:
        _print_runs(found)


def _print_runs(found: tuple[Run, ...]) -> None:
    console = output.stdout()
    table = output.table(
        "run", "status", "name", "rule", "seed", "done", "seen", "unseen", "left",
        right=("run", "seed", "done", "seen", "unseen", "left"), roomy=console.width >= _ROOMY,
    )  # fmt: skip
    table.columns[2].max_width = max(12, console.width - _OTHER_COLUMNS)
    for run in found:
        table.add_row(
            str(run.id),
            words.status_of(run),
            output.cell(_shortened(run.name, table.columns[2].max_width)),
            output.cell(run.rule),
            str(run.seed),
            words.percent(run.fraction),
            words.decibels(run.latest.get(words.SEEN)),
            words.decibels(run.latest.get(words.UNSEEN)),
            words.duration(run.seconds_left if run.status in LIVE else None),
        )
    console.print(table)


def _shortened(name: str, width: int) -> str:
    """A name that fits; cut in the middle, since a sweep's names differ at their ends."""
    if len(name) <= width:
        return name
    head = width // 3
    return f"{name[:head]}…{name[head + 1 - width :]}"


def show(
    context: typer.Context,
    run: Annotated[int, typer.Argument(help="Number of the run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show all there is to know of one run."""
    with jobs_of(context) as jobs:
        found, attempts, log = jobs.run(run), jobs.attempts(run), jobs.log_path(run)
        tested = jobs.tested(run)
    if as_json:
        output.write_json(
            {**output.plain(found), "attempts": attempts, "tested": tested, "log": log}
        )
        return
    for key, value in _facts(found, str(log)):
        output.write(f"{key:<11}{value}")
    _write_list("tested on whole images, PSNR in dB", [_test(one) for one in tested])
    latest = sorted(found.latest.items(), key=lambda item: _natural(item[0]))
    _write_list("latest", [f"{name} {value:.6g}" for name, value in latest])
    _write_list("settings", _settings(found))
    _write_list("attempts", [_attempt(attempt) for attempt in attempts])


def _test(tested: "Tested") -> str:
    means = ", ".join(f"{word} {mean:.2f}" for word, mean in tested.psnr.items())
    return f"{tested.test_set}, {tested.suite}, {tested.weights} weights: {means}"


def _natural(name: str) -> list[tuple[bool, float, str]]:
    """For an order in which 5 comes before 40."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(part[:1].isdigit(), float(part) if part[:1].isdigit() else 0, part) for part in parts]


def _facts(run: Run, log: str) -> list[tuple[str, str]]:
    commit = run.provenance.get("commit")
    changed = " with uncommitted changes" if run.provenance.get("diff") else ""
    facts = [
        ("run", f"{run.id}, seed {run.seed}"),
        ("name", run.name),
        ("status", words.status_of(run) + (f": {one_line(run.reason)}" if run.reason else "")),
        ("doing", run.activity if run.status in LIVE else ""),
        ("progress", _progress(run)),
        ("task", f"{run.task}, {run.rule}, {run.network}"),
        ("host", run.host or ""),
        ("submitted", run.created_at.isoformat(sep=" ", timespec="seconds")),
        ("commit", f"{commit}{changed}" if commit else ""),
        ("log", log),
    ]
    return [(key, output.cell(value)) for key, value in facts if value]


def _progress(run: Run) -> str:
    left = f", {words.duration(run.seconds_left)} left" if run.seconds_left is not None else ""
    return (
        f"{words.percent(run.fraction)}: {words.many(run.step, 'step')}, "
        f"{words.many(run.gradients, 'gradient evaluation')}, "
        f"{words.duration(run.seconds)}{left if run.status in LIVE else ''}"
    )


def _settings(run: Run) -> list[str]:
    """Differences from the defaults; all settings if another version of dilctl wrote the run."""
    from dilctl.describe import differences
    from trainers.errors import ExperimentError
    from trainers.recipe import parse_experiment

    try:
        return list(differences(parse_experiment(run.experiment)))
    except ExperimentError:
        return [f"{key}={value}" for key, value in run.experiment.items()]


def _attempt(attempt: "Attempt") -> str:
    begun = attempt.started_at.isoformat(sep=" ", timespec="seconds")
    ended = attempt.outcome or "goes on"
    said = attempt.reason if attempt.reason.startswith(ended) else f"{ended}: {attempt.reason}"
    return f"{attempt.number} on {attempt.host}, {begun}: {one_line(said).removesuffix(':')}"


def _write_list(title: str, lines: list[str]) -> None:
    if lines:
        output.write(title)
    for line in lines:
        output.write(f"  {output.cell(line)}")


def cancel(
    context: typer.Context,
    run: Annotated[list[int] | None, typer.Argument(help="Numbers of the runs.")] = None,
    all_queued: Annotated[bool, typer.Option("--all-queued", help="All runs that wait.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Cancel runs: those that wait at once, those that run as soon as their agent sees it."""
    if bool(run) == all_queued:
        raise UsageError("cancel: name runs, as in `dilctl cancel 7`, or say --all-queued")
    with jobs_of(context) as jobs:
        wanted = _waiting(jobs) if all_queued else [jobs.run(one).id for one in run or []]
        if not wanted:
            output.say("no run waits")
            return
        if len(wanted) > 1 and not yes:
            _ask(len(wanted))
        _cancel(jobs, wanted)


def _waiting(jobs: "Jobs") -> list[int]:
    return [run.id for run in jobs.runs(statuses=[Status.QUEUED])]


def _ask(number: int) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"cancel: {words.many(number, 'run')}; add --yes to cancel them all")
    typer.confirm(f"Cancel {words.many(number, 'run')}?", abort=True, err=True)


def _cancel(jobs: "Jobs", wanted: list[int]) -> None:
    from dilctl.jobs import who

    person: Any = who()
    for number in dict.fromkeys(wanted):
        (run,) = jobs.cancel([number], who=person)
        if run.status is Status.CANCELLED:
            output.write(f"run {run.id}: cancelled")
        else:
            output.write(f"run {run.id}: will stop as soon as its agent sees it")
