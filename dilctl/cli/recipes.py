"""``dilctl recipes``: the experiments that ship with dilctl."""

from pathlib import Path
from typing import Annotated

import typer

from dilctl.cli import output
from dilctl.cli.session import jobs_of

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
    from dilctl.request import Request, members

    request = Request(recipe=name, assignments=tuple(settings or ()))
    (member,) = members(request, here=Path.cwd())
    if as_json:
        output.write_json(member.experiment.model_dump(mode="json"))
    else:
        output.write(as_toml(member.experiment, recipe=name).removesuffix("\n"))
