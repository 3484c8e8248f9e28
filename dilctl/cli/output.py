"""Data on stdout, talk on stderr; both as the terminal, a pipe or ``NO_COLOR`` want them."""

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO, cast

from dilctl.plain import plain as plain
from dilctl.text import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PIPE_WIDTH = 1000
"""What a pipe gets: wide enough that no cell of a table is cut."""


def stdout() -> "Console":
    """The console for data."""
    return _console(sys.stdout)


def stderr() -> "Console":
    """The console for talk."""
    return _console(sys.stderr)


def can_draw() -> bool:
    """Whether stdout is a terminal that shows braille; a pipe and a file want plain numbers."""
    return sys.stdout.isatty() and is_unicode()


def is_unicode() -> bool:
    """Whether stdout takes any character."""
    return sys.stdout.encoding.lower().startswith("utf")


def width() -> int | None:
    """How many cells a line of stdout has; None for a pipe, where no line is too long."""
    is_bounded = sys.stdout.isatty() or "COLUMNS" in os.environ
    return shutil.get_terminal_size().columns if is_bounded else None


def bold(text: str) -> str:
    """The text in bold where stdout is a terminal that knows it."""
    is_plain = not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in {"dumb", "unknown"}
    return text if is_plain or os.environ.get("NO_COLOR") else f"\x1b[1m{text}\x1b[0m"


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    class Piped(Console):
        """Leaves it to the caller what a reader means who has seen enough, as in ``| head``."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Piped(file=stream, width=width, highlight=False, markup=False, emoji=False)


def say(sentence: str) -> None:
    """One line of talk on stderr."""
    sys.stderr.write(f"{visible(sentence)}\n")
    sys.stderr.flush()


def write(text: str) -> None:
    """One line of data on stdout, already safe to show."""
    sys.stdout.write(f"{text}\n")


def flush() -> None:
    """Let a reader see now what was written: a pipe would keep it back."""
    sys.stdout.flush()


def write_json(value: object) -> None:
    """One JSON list or object on stdout."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=not is_unicode()) + "\n")


def write_csv(lines: Sequence[Mapping[str, Any]]) -> None:
    """Lines as CSV on stdout, with a header; numbers unrounded.

    A terminal gets what it would obey made visible; a file and a pipe get the text as it is.
    """
    from dilctl.export.spreadsheet import csv_text

    sys.stdout.write(
        csv_text([{key: _csv(value) for key, value in line.items()} for line in lines])
    )


def _csv(value: object) -> str | int | float | None:
    match plain(value):
        case str() as text:
            return visible(text) if sys.stdout.isatty() else text
        case int() | float() | None as single:
            return single
        case list() as several:
            return " ".join(map(str, cast("list[object]", several)))
        case other:
            return json.dumps(other, ensure_ascii=False)


def table(*columns: str, right: tuple[str, ...] = (), roomy: bool = True) -> "Table":
    """An empty table in the house's look: no frame, one line under the head."""
    from dilctl.plots.house import house_table

    return house_table(*columns, right=right, roomy=roomy)


def cell(text: object) -> str:
    """A cell's text, made safe; tables are drawn with markup off."""
    return visible(str(text))
