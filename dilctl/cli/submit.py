"""``dilctl submit``: queue runs, or only say what would be queued."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import output, words
from dilctl.cli.session import jobs_of

if TYPE_CHECKING:
    from dilctl.jobs import Jobs, Submission
    from dilctl.request import Request
    from dilctl.submission import Found, Packing, PlannedRun
    from storage.records import Run

_EXAMPLE = (
    "Example: dilctl submit denoise-small --sweep rule=erm,dil-sf --seeds 1..3 --set train.batch=16"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """What to do besides queueing."""

    dry_run: bool
    follow: bool
    as_json: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLE)(submit)


def submit(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(help="A shipped recipe, or a TOML file.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting. Repeatable."),
    ] = None,
    sweep: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=V1,V2", help="Try each value; all combinations. Repeatable."),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Seeds, as 1..3 or 1,2,5.")] = "1",
    name: Annotated[str | None, typer.Option(help="What to call the runs.")] = None,
    priority: Annotated[
        int, typer.Option(min=-1_000_000, max=1_000_000, help="Higher goes first.")
    ] = 0,
    again: Annotated[bool, typer.Option("--again", help="Repeat what is already there.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be queued; write nothing.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Train now and show progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Queue an experiment, once for each combination of a sweep and each seed."""
    from dilctl.request import Request, parse_name, parse_seeds

    request = Request(
        recipe=recipe,
        assignments=tuple(settings or ()),
        sweeps=tuple(sweep or ()),
        seeds=parse_seeds(seeds),
        name=parse_name(name),
        priority=priority,
        again=again,
    )
    manner = _Manner(dry_run=dry_run, follow=follow, as_json=as_json)
    with jobs_of(context) as jobs:
        if manner.dry_run:
            _say_plan(jobs, request, manner)
        else:
            _queue(jobs, request, manner)


def _say_plan(jobs: "Jobs", request: "Request", manner: _Manner) -> None:
    planned = jobs.plan(request)
    twins = () if request.again else jobs.twins(planned)
    there = {(run.signature, run.seed): run.id for run in twins}
    rows = [(entry, there.get((entry.run.signature, entry.run.seed))) for entry in planned]
    if manner.as_json:
        output.write_json([_plan_json(entry, twin) for entry, twin in rows])
        return
    fresh = sum(twin is None for _, twin in rows)
    output.write(f"{words.many(fresh, 'run')} would be queued; nothing was written.")
    _write_data(planned[0])
    common = set.intersection(*(set(entry.differences) for entry, _ in rows))
    output.write("settings that differ from the defaults:")
    for difference in planned[0].differences:
        if difference in common:
            output.write(f"  {output.cell(difference)}")
    for entry, twin in rows:
        output.write(_plan_line(entry, twin, common))


def _write_data(entry: "PlannedRun") -> None:
    output.write(f"train on: {_found(entry.training)}")
    output.write(f"test on:  {_found(entry.tests)}")


def _found(sources: "tuple[Found, ...]") -> str:
    return ", ".join(
        f"{output.cell(found.source)} ({words.many(found.images, 'image')})" for found in sources
    )


def _plan_line(entry: "PlannedRun", twin: int | None, common: set[str]) -> str:
    swept = {word.partition("=")[0] for word in entry.words}
    own = [
        difference
        for difference in entry.differences
        if difference not in common and difference.partition("=")[0] not in swept
    ]
    if entry.gradients is None:
        cost = "as many gradient evaluations as its time allows"
    else:
        cost = words.many(entry.gradients, "gradient evaluation")
    there = "" if twin is None else f" · already there as run {twin}"
    return output.cell(" · ".join([*entry.words, *own, f"seed {entry.run.seed}", cost]) + there)


def _plan_json(entry: "PlannedRun", twin: int | None) -> dict[str, Any]:
    return {
        "name": entry.run.name,
        "seed": entry.run.seed,
        "signature": entry.run.signature,
        "already": twin,
        "gradients": entry.gradients,
        "differences": list(entry.differences),
        "training": output.plain(entry.training),
        "tests": output.plain(entry.tests),
        "experiment": output.plain(entry.run.experiment),
    }


def _queue(jobs: "Jobs", request: "Request", manner: _Manner) -> None:
    with packing_bar() as packing:
        submission = jobs.submit(request, packing=packing)
    if manner.as_json:
        _write_submission_json(submission)
    else:
        _write_submission(submission)
    if manner.follow:
        _follow(jobs, submission)
    else:
        _say_agent(jobs)


def _write_submission(submission: "Submission") -> None:
    for run in submission.queued:
        output.write(_line(run, "queued"))
    for run in submission.already:
        output.write(_line(run, f"already there, {run.status}"))
    if submission.already:
        output.say("what was already there is not repeated; --again repeats it")


def _line(run: "Run", state: str) -> str:
    return output.cell(f"run {run.id}: {run.name}, seed {run.seed}: {state}")


def _write_submission_json(submission: "Submission") -> None:
    output.write_json(
        {
            "queued": [run.id for run in submission.queued],
            "already": [run.id for run in submission.already],
        }
    )


def _say_agent(jobs: "Jobs") -> None:
    agent = jobs.agent_state()
    if agent.running:
        output.say(f"an agent works on {agent.host}; `dilctl runs` shows how the runs do")
    else:
        output.say(f"no agent runs on {agent.host}, so nothing starts yet; start one with:")
        output.say("  dilctl agent run")


def _follow(jobs: "Jobs", submission: "Submission") -> None:
    from dilctl.cli.follow import follow
    from dilctl.errors import ExitCode
    from storage.records import Status

    runs = [run.id for run in (*submission.queued, *submission.already)]
    ended = follow(jobs, runs, again="dilctl agent run")
    for run in ended:
        output.say(f"run {run.id}: {run.status}{f': {run.reason}' if run.reason else ''}")
    if any(run.status is not Status.DONE for run in ended):
        raise typer.Exit(ExitCode.FAILED)


@contextmanager
def packing_bar() -> "Generator[Packing | None]":
    """A progress bar on stderr for images being decoded; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(console=output.stderr(), transient=True) as progress:
        yield _advancing(progress)


def _advancing(progress: Any) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def packing(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(f"decoding {output.cell(what)}", total=total)
        progress.update(tasks[what], completed=done, total=total)

    return packing
