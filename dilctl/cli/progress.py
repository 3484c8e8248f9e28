"""A progress bar for what takes its time: on stderr, gone when all is done."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from dilctl.cli import output

Advance = Callable[[str, int, int], None]
"""Told how far something is: (what, done, in all)."""


@contextmanager
def progress_bar() -> Generator[Advance | None]:
    """A function that draws the bar; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(console=output.stderr(), transient=True) as progress:
        yield _advancing(progress)


def _advancing(progress: Any) -> Advance:
    tasks: dict[str, Any] = {}

    def advance(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(output.cell(what), total=total)
        progress.update(tasks[what], completed=done, total=total)

    return advance
