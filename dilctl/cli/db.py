"""``dilctl db``: check the registry, copy it, put a copy back, move it to another database."""

import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output, words
from dilctl.cli.copying_bar import copying_bar
from dilctl.cli.family import Family
from dilctl.cli.session import jobs_of, settings_of
from dilctl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from storage.checking import Examination
    from storage.copying import Total

family = typer.Typer(cls=Family, no_args_is_help=True, help="Care for the registry.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="db")


@family.command(epilog="Example: dilctl db check --json")
def check(
    context: typer.Context,
    mend: Annotated[
        bool,
        typer.Option("--mend", help="Put right what can be taken from the registry itself."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether the registry is whole, and say what cures it; leaves with 5 if it is not.

    Nothing is changed, nor brought up to date, unless --mend is given.
    """
    with jobs_of(context) as jobs:
        for run in jobs.mend() if mend else ():
            output.say(f"run {run}: its measurements are in order again")
        found = jobs.examine()
    if as_json:
        output.write_json(found)
    else:
        _print(found)
    if found.findings:
        raise typer.Exit(ExitCode.REGISTRY)


def _print(found: "Examination") -> None:
    facts = [
        ("registry", found.place),
        ("kind", " ".join(filter(None, [found.kind, found.journal and f"({found.journal})"]))),
        ("schema", found.schema),
        ("size", words.size(found.size)),
        *((table, words.many(rows, "row")) for table, rows in found.rows.items()),
    ]
    for name, value in facts:
        output.write(output.cell(f"{name:<15}{value}"))
    for finding in found.findings:
        output.write(output.cell(f"wrong: {finding.subject}: {finding.finding}"))
        output.write(output.cell(f"       cure: {finding.cure}"))
    if not found.findings:
        output.write("nothing is wrong")
        if not found.is_current:
            output.say("it is of an older dilctl; the next command that opens it updates it")


@family.command(epilog="Example: dilctl db backup /mnt/safe/registry.db")
def backup(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The copy; default: a new file in HOME/backups.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy the registry into a file, as it is at one moment; others may work meanwhile.

    The copy is compared with the registry. It is itself a registry, in SQLite, also of one that
    lies in PostgreSQL.
    """
    with jobs_of(context) as jobs, copying_bar() as told:
        copied = jobs.back_up(None if file is None else file.expanduser().absolute(), told)
    if as_json:
        output.write_json(copied)
        return
    output.say(f"copied and compared: {_in_words(copied.tables)}")
    output.write(output.cell(copied.file))


@family.command(epilog="Example: dilctl db restore ~/.local/share/dilctl/backups/registry.db")
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A copy, as `dilctl db backup` makes it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replace what the registry holds by a copy; what it held is kept beside it.

    Refused while an agent works or a run lives. The folders of the runs stay as they are.
    """
    file = file.expanduser().absolute()
    with jobs_of(context) as jobs:
        jobs.require_copy(file)
        if not yes:
            _ask(f"Replace what {_name(context)} holds by {file}?", "restore: add --yes")
        with copying_bar() as told:
            restored = jobs.restore(file, told)
    if as_json:
        output.write_json(restored)
        return
    if restored.kept is not None:
        output.say(f"what was there before is kept: {restored.kept}")
    output.say(f"the registry holds: {_in_words(restored.tables)}")


def _name(context: typer.Context) -> str:
    from storage.sides import named

    return named(settings_of(context).registry)


def _ask(question: str, otherwise: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"{otherwise} where nobody can be asked")
    typer.confirm(output.cell(question), abort=True, err=True)


@family.command(epilog="Example: dilctl db move ~/dilctl postgresql://me@host/runs")
def move(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A file, a home folder or a URL.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="The same, new or without runs.")],
    as_json: AsJson = False,
) -> None:
    """Copy a registry into another database, compare both, and leave the first.

    Whoever opens FROM is sent to TO; what it holds stays in it. Refused while an agent works or a
    run lives. If it fails half way, nothing has come to TO, and FROM is as it was.
    """
    from dilctl.jobs import keeping

    with copying_bar() as told:
        moved = keeping.move(source, target, told)
    if as_json:
        output.write_json(moved)
        return
    output.say(f"copied and compared: {_in_words(moved.tables)}")
    output.say("whoever opens the first one is now told where its runs go on")
    output.say("the folders of the runs stay where they are; go on with:")
    output.write(output.cell(_how_to_go_on(moved.target)))


def _how_to_go_on(target: str) -> str:
    if "://" in target:
        password = "   # with the password in place of ***" if ":***@" in target else ""
        return f"export DILCTL_DATABASE={quote(target)}{password}"
    path = Path(target)
    if path.name == "registry.db":
        return f"export DILCTL_HOME={quote(str(path.parent))}"
    registry = path.with_name("registry.db")
    return f"mv {quote(str(path))} {quote(str(registry))}; {_how_to_go_on(str(registry))}"


def _in_words(tables: "Sequence[Total]") -> str:
    rows = {total.table: total.rows for total in tables}
    return f"{words.many(rows.get('runs', 0), 'run')}, {words.many(sum(rows.values()), 'row')}"
