"""``dilctl explain``: why a run waits, or ended as it did."""

import shutil
import sys
import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion, output
from dilctl.cli.session import settled_jobs_of

if TYPE_CHECKING:
    from dilctl.explanation import Situation
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl explain 7")(explain)


def explain(
    context: typer.Context,
    run: Annotated[
        list[str],
        typer.Argument(
            help="Number of the run, `last`, or a query that means one.",
            autocompletion=completion.runs,
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say in words why a run waits, what it does, or why it ended as it did."""
    from dilctl import explanation
    from dilctl.selection import only

    with settled_jobs_of(context) as jobs:
        situation = _situation(jobs, only(jobs, run))
    sentences = explanation.explain(situation)
    if as_json:
        output.write_json(_plain(situation, sentences))
        return
    found = situation.run
    output.write(output.cell(f"run {found.id}, {found.name}, seed {found.seed}: {found.status}"))
    for sentence in sentences:
        output.write(_fitting(output.cell(sentence)))


def _fitting(sentence: str) -> str:
    """An indented sentence, on a terminal in lines that fit."""
    if not sys.stdout.isatty():
        return f"  {sentence}"
    width = max(20, shutil.get_terminal_size().columns)
    return textwrap.fill(sentence, width, initial_indent="  ", subsequent_indent="    ")


def _situation(jobs: "Jobs", number: int) -> "Situation":
    from dilctl.explanation import Situation
    from storage.records import Status

    run, here = jobs.run(number), jobs.agent_state()
    queue = jobs.registry.waiting_ids() if run.status is Status.QUEUED else ()
    return Situation(
        run=run,
        attempts=jobs.attempts(number),
        parents=tuple(sorted(jobs.runs(ids=run.after), key=lambda each: each.id)),
        ahead=queue[: queue.index(number)] if number in queue else (),
        agents=jobs.registry.agents(),
        gone=frozenset() if here.running else frozenset({here.host}),
        now=datetime.now(UTC),
    )


def _plain(situation: "Situation", sentences: tuple[str, ...]) -> dict[str, Any]:
    from dilctl.explanation import lack
    from storage.records import Status

    run = situation.run
    is_next = run.status is Status.QUEUED and not situation.unfinished
    return {
        "run": run.id,
        "status": run.status,
        "wanted": run.wanted,
        "reason": run.reason,
        "sentences": sentences,
        "position": len(situation.ahead) + 1 if is_next else None,
        "ahead": situation.ahead,
        "follows": [{"run": each.id, "status": each.status} for each in situation.parents],
        "attempts_lost": run.attempts_lost,
        "retries": run.retries,
        "retries_left": situation.retries_left,
        "attempts": situation.attempts,
        "agents": [
            {"host": agent.host, "state": situation.state_of(agent), "lacks": lack(run, agent)}
            for agent in situation.agents
        ],
    }
