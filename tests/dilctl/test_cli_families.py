"""Every command is found by its name, though each is imported only when it is asked for."""

from importlib import import_module
from pkgutil import iter_modules

import typer
from typer.main import get_group

from dilctl import cli
from dilctl.cli.families import COMMANDS, Families


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
    assert {name: module for name, (module, _) in COMMANDS.items()} == _registered()


def test_the_list_of_commands_says_of_each_what_its_own_help_says_first():
    said = {name: command.get_short_help_str(1000) for name, command in Families().items()}
    assert {name: sentence for name, (_, sentence) in COMMANDS.items()} == said


def test_a_command_carries_the_name_that_it_is_asked_by():
    assert [command.name for command in Families().values()] == list(COMMANDS)
