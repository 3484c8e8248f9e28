"""A command that has commands of its own, each listed with its whole first sentence."""

from typing import Any

from typer.core import TyperGroup

_NOTHING_CUT = 1_000


class Family(TyperGroup):
    """Wraps long sentences in its list, where its base cuts them off."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(_NOTHING_CUT))
                    for name, command in self.commands.items()
                ]
            )
