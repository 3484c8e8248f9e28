"""A progress bar that tells rate and time left: on stderr, gone when all is done."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from dilctl.cli import output


@contextmanager
def rate_bar(unit: str) -> Generator[Callable[[str, int, int], None]]:
    """What is to be told how far something is: (what, done, in all); mute without a terminal.

    Args:
        unit: what is counted, in the plural.
    """
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=output.stderr(), transient=True) as progress:
        yield _told(progress, unit)


def _told(progress: Any, unit: str) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def told(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(output.cell(what), total=total, rate="")
        speed = progress.tasks[tasks[what]].speed
        rate = "" if speed is None else f"{speed:,.0f} {unit}/s"
        progress.update(tasks[what], completed=done, total=total, rate=rate)

    return told
