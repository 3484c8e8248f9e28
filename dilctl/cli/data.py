"""``dilctl data``: images cut into tiles, decoded in advance, checked before they are used."""

import typer

from dilctl.cli import data_check, data_crop, data_list, data_pack
from dilctl.cli.family import Family

family = typer.Typer(
    cls=Family,
    no_args_is_help=True,
    help="Prepare images, and check that what an experiment needs is there.",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(family, name="data")


family.command(epilog=data_check.EXAMPLES)(data_check.check)
family.command(epilog=data_crop.EXAMPLES)(data_crop.crop)
family.command(epilog=data_pack.EXAMPLES)(data_pack.pack)
family.command("list", epilog=data_list.EXAMPLE)(data_list.list_sets)
