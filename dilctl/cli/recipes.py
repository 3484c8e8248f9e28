"""``dilctl recipes``: the experiments that ship with dilctl."""

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


@family.command(epilog="Example: dilctl recipes show denoise-small > mine.toml")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A recipe, or a TOML file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a recipe as TOML, with every default and what each setting means."""
    if as_json:
        with jobs_of(context) as jobs:
            output.write_json(jobs.recipe(name))
        return
    from dilctl.describe import as_toml

    output.write(as_toml(name).removesuffix("\n"))
