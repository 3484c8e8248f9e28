"""The command line: its options, its commands, and what happens to their errors."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dilctl.cli import errors
from dilctl.cli.families import COMMANDS, Families
from dilctl.errors import ExitCode, UsageError
from dilctl.settings import DATABASE, Settings


class Commands(TyperGroup):
    """The root of the commands: expected errors end here, each in a sentence and a code."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Families()  # pyright: ignore[reportAttributeAccessIssue] -- only ever read

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands, each with its sentence; none is imported for that."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader, as in `| head`, has seen enough
            errors.silence_stdout()
            raise typer.Exit(0) from None
        except typer.Abort as no:  # a question was answered with no, Ctrl-C or the end of input
            errors.say_declined(no)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (unexpected ones go on)
            code = errors.exit_code_of(error)
            if code is None:
                raise
            errors.report(error)
            raise typer.Exit(code) from None

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name, or by a beginning that no other command has."""
        if cmd_name in COMMANDS:
            return super().get_command(ctx, cmd_name)
        begun = [name for name in COMMANDS if name.startswith(cmd_name)]
        return super().get_command(ctx, begun[0]) if len(begun) == 1 else None

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands; none is imported for that."""
        return list(COMMANDS)


app = typer.Typer(
    name="dilctl",
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start here: dilctl demo",
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        typer.echo(f"dilctl {metadata.version('dilctl')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        str | None,  # as a path, an empty word would be the current folder
        typer.Option(
            metavar="FOLDER", help="Folder of the registry and all runs.", envvar="DILCTL_HOME"
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Registry in PostgreSQL, as postgresql://me@host/runs.",
            envvar=DATABASE,
            show_envvar=True,
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Queue, train and rank image-restoration experiments, and see which generalises."""
    context.obj = Settings.of(home, database)
    _refuse_file(context.obj.home)


def _refuse_file(home: Path) -> None:
    there = next(place for place in (home, *home.parents) if place.exists())
    if not there.is_dir():
        raise UsageError(f"{there}: is no folder; --home or DILCTL_HOME must name one")
