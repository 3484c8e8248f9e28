"""The commands by name; each is imported when it is asked for, since all at once cost time."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.main import get_group

FAMILY_OF: Mapping[str, str] = MappingProxyType(
    {
        "submit": "submit",
        "train": "train",
        "agent": "agent",
        "runs": "runs",
        "explain": "explain",
        "show": "show",
        "logs": "logs",
        "board": "board",
        "dash": "dash",
        "demo": "demo",
        "recipes": "recipes",
        "doctor": "doctor",
        "curves": "curves",
        "tag": "tags",
        "note": "tags",
        "cancel": "steer",
        "pause": "steer",
        "resume": "steer",
        "retry": "steer",
        "priority": "steer",
        "rm": "remove",
        "compare": "compare",
        "diff": "diff",
        "top": "top",
        "db": "db",
        "gc": "gc",
    }
)
"""The module in ``dilctl.cli`` that registers a command; in the order in which help lists them."""


class Families(Mapping[str, Any]):
    """The root's commands."""

    def __getitem__(self, name: str) -> Any:
        """The command of this name, imported now."""
        return _commands_of(FAMILY_OF[name])[name]

    def __contains__(self, name: object) -> bool:
        return name in FAMILY_OF

    def __iter__(self) -> Iterator[str]:
        return iter(FAMILY_OF)

    def __len__(self) -> int:
        return len(FAMILY_OF)


@cache
def _commands_of(family: str) -> Mapping[str, Any]:
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    import_module(f"dilctl.cli.{family}").register(made)
    return get_group(made).commands
