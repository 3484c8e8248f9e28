"""``dilctl data list``: the data sets of the field."""

from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output
from dilctl.errors import NotFoundError

if TYPE_CHECKING:
    from trainers.data.catalogue import DataSet

EXAMPLE = "Example: dilctl data list SIDD"


def list_sets(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One of them; else all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List data sets: what they hold, where their authors offer them, how they must lie."""
    from trainers.data import catalogue

    found = catalogue.catalogue() if name is None else _named(name)
    if as_json:
        output.write_json(found)
        return
    for each in found:
        output.write(each.name)
        for line in lines_of(each):
            output.write(f"    {line}")


def lines_of(known: "DataSet") -> tuple[str, ...]:
    """What is known of a data set, a fact a line."""
    return (
        known.use,
        f"page:   {known.page}",
        f"paper:  {known.paper}",
        f"terms:  {known.terms}",
        f"layout: {known.layout}",
    )


def _named(name: str) -> "tuple[DataSet, ...]":
    from trainers.data import catalogue

    known = catalogue.find(name)
    if known is None:
        raise NotFoundError(f"{name}: no known data set; `dilctl data list` lists them")
    return (known,)
