"""Every command is found by its name, though each is imported only when it is asked for."""

from importlib import import_module
from pkgutil import iter_modules

import typer
from typer.main import get_group

from dilctl import cli
from dilctl.cli.families import FAMILY_OF, Families


def _registered() -> dict[str, str]:
    """The commands that the modules of the command line register, each with its module."""
    found: dict[str, str] = {}
    for module in iter_modules(cli.__path__):
        register = getattr(import_module(f"dilctl.cli.{module.name}"), "register", None)
        if register is not None:
            made = typer.Typer()
            register(made)
            found |= dict.fromkeys(get_group(made).commands, module.name)
    return found


def test_every_command_that_is_registered_has_its_place_in_the_table():
    assert dict(FAMILY_OF) == _registered()


def test_a_command_carries_the_name_that_it_is_asked_by():
    assert {name: command.name for name, command in Families().items()} == {n: n for n in FAMILY_OF}
