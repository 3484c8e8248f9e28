"""``dilctl diff``: how two runs differ in source and environment."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.session import jobs_of
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from dilctl.difference import Difference

_INKS = {"+": "green", "-": "red", "@": "cyan"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: dilctl diff 7 8")(diff)


def diff(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(help="Two runs, the older first.", autocompletion=completion.runs),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how two runs differ in the trainers' source, the commit and package versions.

    What they were told to do is compared by `dilctl compare`.
    """
    from dilctl.difference import difference
    from dilctl.selection import chosen

    with jobs_of(context) as jobs:
        meant = chosen(jobs, runs)
        if len(meant) != 2:
            raise UsageError(f"diff: {words.many(len(meant), 'run')}; name two, as in 7 8")
        old, new = (jobs.run(run) for run in meant)
        found = difference(jobs.settings, old, new)
    if as_json:
        output.write_json(found)
    else:
        _print(found, output.stdout())


def _print(found: "Difference", console: "Console") -> None:
    _print_source(found, console)
    old, new = found.commits
    if old == new:
        console.print(f"commit: the same, {old}" if old else "commit: neither was in a repository")
    else:
        console.print(f"commit: {old or 'none'} → {new or 'none'}", soft_wrap=True)
    console.print(f"uncommitted changes: {'they differ' if found.uncommitted else 'the same'}")
    _print_lines(found.uncommitted, console)
    console.print(f"packages: {'they differ' if found.versions else 'the same'}")
    for name, (before, after) in found.versions.items():
        console.print(f"  {output.cell(name)} {_version(before)} → {_version(after)}")


def _print_source(found: "Difference", console: "Console") -> None:
    if found.unkept:
        missing = ", ".join(f"run {run}" for run in found.unkept)
        console.print(f"source of the trainers: that of {missing} is not kept")
        return
    files = words.many(len(found.source), "file")
    differs = f"{files} {'differs' if len(found.source) == 1 else 'differ'}"
    console.print(f"source of the trainers: {differs if found.source else 'the same'}")
    for file in found.source:
        _print_lines(file.lines, console)


def _print_lines(lines: Iterable[str], console: "Console") -> None:
    for line in lines:
        style = "bold" if line.startswith(("---", "+++")) else _INKS.get(line[:1])
        console.print(output.cell(line.expandtabs(4)), style=style, soft_wrap=True)


def _version(version: str | None) -> str:
    return "not installed" if version is None else output.cell(version)
