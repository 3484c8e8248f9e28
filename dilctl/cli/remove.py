"""``dilctl rm``: forget runs, and delete their files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, words
from dilctl.cli.deeds import ask, tell
from dilctl.cli.session import settled_jobs_of
from dilctl.cli.spans import spans

if TYPE_CHECKING:
    from dilctl.jobs import Jobs


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rm", epilog="Example: dilctl rm 'status=cancelled'")(remove)


def remove(
    context: typer.Context,
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUNS",
            help="Numbers, ranges as in 7..9, `last`, or a query.",
            autocompletion=completion.queries,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Remove runs with all they measured and their files; what runs now is never removed."""
    from dilctl.cli.selection import chosen

    with settled_jobs_of(context) as jobs:
        meant = chosen(jobs, runs or [])
        if not yes:
            ask("remove", _what(jobs, meant))
        _remove(jobs, meant, as_json=as_json)


def _what(jobs: "Jobs", runs: Sequence[int]) -> str:
    size = sum(_size(jobs.settings.run(run).path) for run in runs)
    return f"{words.many(len(runs), 'run')} ({spans(runs)}), {_bytes(size)} of files"


def _size(folder: Path) -> int:
    """Bytes of a folder's files; what goes away meanwhile counts for nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:
            continue
    return total


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _remove(jobs: "Jobs", runs: Sequence[int], *, as_json: bool) -> None:
    """Remove those that can be; in one go, or one by one where some cannot."""
    from storage.errors import RefusedError, UnknownRunError

    said: dict[int, str] = {}
    try:
        jobs.remove(runs)
    except (RefusedError, UnknownRunError):
        for run in sorted(runs, reverse=True):  # those that follow before those they follow
            try:
                jobs.remove([run])
            except (RefusedError, UnknownRunError) as error:
                said[run] = str(error)
    done = [(run, "removed") for run in runs if run not in said]
    tell(done, sorted(said.items()), as_json=as_json)
