"""Which runs are marked, one by one or as a stretch of rows that follows the cursor."""

from collections.abc import Iterable


class Marks:
    """A set of runs that remembers where a stretch began."""

    def __init__(self) -> None:
        self._ids: frozenset[int] = frozenset()
        self._before: frozenset[int] = frozenset()
        self._anchor: int | None = None
        self.is_drawing = False

    @property
    def ids(self) -> frozenset[int]:
        """The runs that are marked."""
        return self._ids

    def toggle(self, ids: Iterable[int]) -> None:
        """Mark these, or take the marks away where all of them have one."""
        these = frozenset(ids)
        self.end()
        self._ids = self._ids - these if these <= self._ids else self._ids | these

    def stretch(self, start: int, end: int) -> range:
        """The rows from where the stretch began, else from ``start``, to ``end``, both with it."""
        if self._anchor is None:
            self._anchor, self._before = start, self._ids
        return range(min(self._anchor, end), max(self._anchor, end) + 1)

    def take(self, ids: Iterable[int]) -> None:
        """The stretch holds these runs, beside those that were marked before it."""
        self._ids = self._before | frozenset(ids)

    def end(self) -> None:
        """Leave the stretch as it is; the next one begins elsewhere."""
        self._anchor, self.is_drawing = None, False

    def clear(self) -> None:
        """Mark nothing."""
        self.end()
        self._ids = frozenset()

    def keep_only(self, ids: Iterable[int]) -> None:
        """Take the marks off all others."""
        if self._ids:
            self._ids &= frozenset(ids)
