"""A bar on stderr while a registry is copied."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from dilctl.cli import output


@contextmanager
def copying_bar() -> Generator[Callable[[str, int, int], None]]:
    """What is to be told of progress; shows nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.progress import Progress

    with Progress(console=output.stderr(), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def told(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        yield told
