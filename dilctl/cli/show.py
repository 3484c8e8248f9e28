"""``dilctl show``: all there is to know of one run."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.session import settled_jobs_of
from dilctl.text import one_line
from storage.records import LIVE, Attempt, Event, Note, Run

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.tested import Tested

_EVENTS = 12


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl show 7, or dilctl show last")(show)


def show(
    context: typer.Context,
    run: Annotated[
        list[str],
        typer.Argument(
            help="Its number, `last`, or a query that means one run.",
            autocompletion=completion.runs,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show all there is to know of one run."""
    from dilctl.selection import only

    with settled_jobs_of(context) as jobs:
        found = jobs.run(only(jobs, run))
        if as_json:
            _write_json(jobs, found)
        else:
            _write(jobs, found)


def _write_json(jobs: "Jobs", run: Run) -> None:
    output.write_json(
        {
            **output.plain(run),
            "attempts": jobs.attempts(run.id),
            "events": _all_events(jobs, run.id),
            "notes": jobs.notes(run.id),
            "tested": jobs.tested(run.id),
            "log": jobs.log_path(run.id),
        }
    )


def _write(jobs: "Jobs", run: Run) -> None:
    for key, value in _facts(run, str(jobs.log_path(run.id))):
        output.write(f"{key:<11}{value}")
    _write_list("notes", [_note(note) for note in jobs.notes(run.id)])
    _write_list("tested on whole images, PSNR in dB", [_test(one) for one in jobs.tested(run.id)])
    latest = sorted(run.latest.items(), key=lambda item: natural(item[0]))
    _write_list("latest", [f"{name} {value:.6g}" for name, value in latest])
    _write_list("settings", _settings(run))
    _write_list("attempts", [_attempt(attempt) for attempt in jobs.attempts(run.id)])
    _write_list("events", _events(_all_events(jobs, run.id)))


def _all_events(jobs: "Jobs", run: int) -> list[Event]:
    found: list[Event] = []
    while more := jobs.events(run=run, after=found[-1].id if found else 0):
        found += more
    return found


def natural(name: str) -> list[tuple[bool, float, str]]:
    """For an order in which 5 comes before 40."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [
        (part[:1].isdecimal(), float(part) if part[:1].isdecimal() else 0, part) for part in parts
    ]


def _facts(run: Run, log: str) -> list[tuple[str, str]]:
    reason = f": {one_line(run.reason)}" if run.reason else ""
    facts = [
        ("run", f"{run.id}, seed {run.seed}"),
        ("name", run.name),
        ("status", words.status_of(run, now=words.now()) + reason),
        ("doing", run.activity if run.status in LIVE else ""),
        ("progress", _progress(run)),
        ("task", f"{run.task}, {run.rule}, {run.network}"),
        ("tags", ", ".join(run.tags)),
        ("sweep", run.sweep or ""),
        ("after", _after(run)),
        ("priority", str(run.priority) if run.priority else ""),
        ("retries", _retries(run)),
        ("host", run.host or ""),
        *_times(run),
        ("commit", _commit(run)),
        ("weights of", _imported(run)),
        ("log", log),
    ]
    return [(key, output.cell(value)) for key, value in facts if value]


def _times(run: Run) -> list[tuple[str, str]]:
    times = (
        ("submitted", run.created_at),
        ("started", run.started_at),
        ("last sign", run.heartbeat_at if run.status in LIVE else None),
        ("ended", run.finished_at),
    )
    return [(key, words.when(moment)) for key, moment in times if moment is not None]


def _progress(run: Run) -> str:
    left = f", {words.duration(run.seconds_left)} left" if run.seconds_left is not None else ""
    return (
        f"{words.percent(run.fraction)}: {words.many(run.step, 'step')}, "
        f"{words.many(run.gradients, 'gradient evaluation')}, "
        f"{words.duration(run.seconds)}{left if run.status in LIVE else ''}"
    )


def _after(run: Run) -> str:
    if not run.after:
        return ""
    parents = ", ".join(f"run {parent}" for parent in run.after)
    return f"{parents}, however it ends" if run.after_any else parents


def _retries(run: Run) -> str:
    changed = ", ".join(f"{key}={value}" for key, value in run.adjustments.items())
    said = f"now with {changed}" if changed else ""
    if run.attempts_lost:
        lost = f"{run.attempts_lost} of {run.retries} used"
        return f"{lost}, {said}" if said else lost
    return said


def _commit(run: Run) -> str:
    commit = run.provenance.get("commit")
    changed = " with uncommitted changes" if run.provenance.get("diff") else ""
    return f"{commit}{changed}" if commit else ""


def _imported(run: Run) -> str:
    """Where weights come from that were trained elsewhere; empty for those that were not."""
    said = run.provenance.get("imported")
    return f"{said['file']} ({said['layout']}, sha256 {said['sha256'][:12]})" if said else ""


def _settings(run: Run) -> list[str]:
    """Differences from the defaults; all settings if another version of dilctl wrote the run."""
    from dilctl.describe import differences
    from trainers.errors import ExperimentError
    from trainers.recipe import parse_experiment

    try:
        return list(differences(parse_experiment(run.experiment)))
    except ExperimentError:
        return [f"{key}={value}" for key, value in run.experiment.items()]


def _test(tested: "Tested") -> str:
    means = ", ".join(f"{word} {mean:.2f}" for word, mean in tested.psnr.items())
    return f"{tested.test_set}, {tested.suite}, {tested.weights} weights: {means}"


def _note(note: Note) -> str:
    return f"{words.local(note.at)} {note.who}: {one_line(note.text)}"


def _attempt(attempt: Attempt) -> str:
    ended = attempt.outcome or "goes on"
    said = attempt.reason if attempt.reason.startswith(ended) else f"{ended}: {attempt.reason}"
    said = one_line(said).removesuffix(":")
    return f"{attempt.number} on {attempt.host}, {words.local(attempt.started_at)}: {said}"


def _events(events: Sequence[Event]) -> list[str]:
    left_out = len(events) - _EVENTS
    lines = [
        f"{words.local(event.at)} {event.status}, {event.who}: {one_line(event.why)}".rstrip(": ")
        for event in events[-_EVENTS:]
    ]
    return [f"({left_out:,} earlier: --json has them)", *lines] if left_out > 0 else lines


def _write_list(title: str, lines: Sequence[str]) -> None:
    if lines:
        output.write(title)
    for line in lines:
        output.write(f"  {output.cell(line)}")
