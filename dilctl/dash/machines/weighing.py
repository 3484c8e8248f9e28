"""How much room the folders of all runs take, weighed a few at a time."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_AT_ONCE = 100
"""Folders weighed at one look, so that a look costs the same however many runs there are."""

_REST, _SHORT_REST = 30, 5
"""Looks between the end of one round and the next; the short one while folders grow."""


class Weighing:
    """Goes round the folders of the runs again and again."""

    def __init__(self, runs: Path) -> None:
        """Prepare.

        Args:
            runs: the folder in which each run has its own; it need not exist.
        """
        self._runs = runs
        self._left: Iterator[Path] = iter(())
        self._sum = 0
        self._rest = 0
        self._is_under_way = False
        self._known: int | None = None

    def go_on(self) -> int | None:
        """Weigh a little more; returns bytes as of the last whole round, None before the first."""
        if self._rest > 0:
            self._rest -= 1
            return self._known
        if not self._is_under_way:
            self._left, self._sum, self._is_under_way = self._folders(), 0, True
        for _ in range(_AT_ONCE):
            folder = next(self._left, None)
            if folder is None:
                self._end_round()
                break
            self._sum += _weight(folder)
        return self._known

    def _end_round(self) -> None:
        is_still = self._sum > 0 and self._sum == self._known
        self._rest = _REST if is_still else _SHORT_REST
        self._known, self._is_under_way = self._sum, False

    def _folders(self) -> Iterator[Path]:
        try:
            return iter(sorted(self._runs.iterdir()))
        except OSError:
            return iter(())


def _weight(folder: Path) -> int:
    """Bytes that the files of a folder take on the disk."""
    weight = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):  # it has just been removed
                if entry.is_file(follow_symlinks=False):
                    weight += entry.stat(follow_symlinks=False).st_size
    return weight
