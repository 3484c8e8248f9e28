"""What a run was made and executed with: attempts, machine, packages, source."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dilctl.dash.drawing import Pieces
from dilctl.dash.run.lines_part import TextPart
from dilctl.jobs import Jobs
from dilctl.text import one_line, visible
from dilctl.words import duration
from storage.records import Attempt, Note, Run

_INKS = {"+": "green", "-": "red", "@": "cyan"}


class EnvironmentPart(TextPart):
    """Read anew at each change of the run's status."""

    TITLE = "environment"

    def key(self, run: Run) -> object:
        """It also changes with the tags."""
        return run.id, run.status, run.attempt, run.tags

    def rows(self, jobs: Jobs, run: Run) -> Sequence[Pieces]:
        """All that is known."""
        return tuple(environment_rows(run, jobs.attempts(run.id), jobs.notes(run.id)))


def environment_rows(
    run: Run, attempts: Sequence[Attempt], notes: Sequence[Note]
) -> Iterator[Pieces]:  # fmt: skip
    """Notes, attempts, machine, versions, source, and what was not committed."""
    if notes:
        yield _head("Notes")
        yield from map(_note, notes)
        yield ()
    yield _head("Attempts, in local time")
    yield from _attempts(attempts)
    yield ()
    yield _head("Machine")
    yield from _facts(_machine(run, attempts))
    yield ()
    yield _head("Source and packages")
    yield from _facts(_source(run))
    yield ()
    yield from _changes(run)


def _attempts(attempts: Sequence[Attempt]) -> Iterator[Pieces]:
    if not attempts:
        yield (("  The run has not started.", "dim"),)
    for each in reversed(attempts):
        ended = f" – {_local(each.finished_at)}" if each.finished_at else " – goes on"
        spent = (each.finished_at - each.started_at).total_seconds() if each.finished_at else None
        took = "" if spent is None else f", {duration(spent)}"
        outcome = f"{each.outcome or 'running'}{took}"
        why = "" if each.reason == each.outcome else one_line(each.reason)
        yield (
            (f"  {each.number}  {_local(each.started_at)}{ended}  ", ""),
            (f"{visible(outcome)} on {visible(each.host)}", "bold"),
        )
        if why:
            yield ((f"     {why}", "dim"),)


def _machine(run: Run, attempts: Sequence[Attempt]) -> Iterator[tuple[str, str]]:
    yield "host", run.host or "not yet chosen"
    devices: Mapping[str, Any] = attempts[-1].devices if attempts else {}
    for name, value in devices.items():
        yield name, _plain(value)
    yield "asked for", ", ".join(f"{name} {_plain(value)}" for name, value in run.needs.items())
    for each in attempts[-1].processes if attempts and not attempts[-1].finished_at else ():
        yield "process", str(each.pid)


def _source(run: Run) -> Iterator[tuple[str, str]]:
    provenance = run.provenance
    commit = provenance.get("commit")
    changed = " with uncommitted changes, see below" if provenance.get("diff") else ""
    yield "commit", f"{commit}{changed}" if commit else "submitted outside of a git repository"
    yield "trainers", str(provenance.get("code") or "not kept")
    yield "python", str(provenance.get("python") or "not known")
    packages: Mapping[str, Any] = provenance.get("packages") or {}
    for name, version in packages.items():
        yield name, str(version or "not installed")


def _changes(run: Run) -> Iterator[Pieces]:
    said = run.provenance.get("diff")
    yield _head("Uncommitted changes")
    if not said:
        yield (("  none", "dim"),)
        return
    for line in str(said).splitlines():
        style = "bold" if line.startswith(("---", "+++")) else _INKS.get(line[:1], "")
        yield ((visible(line.expandtabs(4)), style),)


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[Pieces]:
    for name, value in facts:
        yield ((f"  {visible(name):<14}", "cyan"), (visible(value), ""))


def _note(note: Note) -> Pieces:
    return (
        (f"  {_local(note.at)} {visible(note.who)}: ", "dim"),
        (one_line(note.text), ""),
    )


def _plain(value: Any) -> str:
    """A value of plain JSON in words."""
    match value:
        case Mapping():
            return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- JSON
        case list() | tuple():
            return ", ".join(map(_plain, value)) or "none"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] -- JSON
        case _:
            return str(value)


def _local(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _head(text: str) -> Pieces:
    return ((text, "bold"),)
