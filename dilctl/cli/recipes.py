"""``dilctl recipes``: the experiments that ship with dilctl."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

family = typer.Typer(help="The experiments that ship with dilctl.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="recipes")


@family.callback(epilog="Example: dilctl recipes show denoise-small > mine.toml")
def listing(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the experiments that ship with dilctl, or show one."""
    if context.invoked_subcommand is None:
        list_recipes(context, as_json=as_json)


@family.command("list", epilog="Example: dilctl recipes list --json")
def list_recipes(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List name and purpose of each recipe."""
    with jobs_of(context) as jobs:
        found = jobs.recipes()
    if as_json:
        output.write_json([{"name": name, "summary": words} for name, words in found])
        return
    for name, words in found:
        output.write(f"{name}\n    {words}")


@family.command(epilog="Example: dilctl recipes show denoise-small --set rule=mldg > mine.toml")
def show(
    name: Annotated[str, typer.Argument(help="A recipe, or a TOML file.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting. Repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a recipe as TOML, with every default and what each setting means."""
    from dilctl.describe import as_toml
    from dilctl.members import only_member
    from dilctl.request import Request
    from trainers.recipe import read_settings
    from trainers.table import is_table

    if is_table(read_settings(name)):
        _show_table(name, settings or (), as_json=as_json)
        return
    request = Request(recipe=name, assignments=tuple(settings or ()))
    member = only_member(request, here=Path.cwd())
    if as_json:
        output.write_json(member.experiment.model_dump(mode="json"))
    else:
        output.write(as_toml(member.experiment, recipe=name).removesuffix("\n"))


def _show_table(name: str, settings: "Sequence[str]", *, as_json: bool) -> None:
    """A table as it was written: its settings are those of its recipes."""
    from dilctl.errors import UsageError
    from trainers.recipe import read_settings, recipe_text
    from trainers.table import parse_table

    table = parse_table(read_settings(name))
    if settings:
        raise UsageError(
            f"recipes show {name}: is a table of several runs, so --set changes nothing here; "
            f"`dilctl submit {name} --set {settings[0]} --dry-run` shows what it means"
        )
    if as_json:
        output.write_json(table.model_dump(mode="json"))
    else:
        output.write(recipe_text(name).removesuffix("\n"))
