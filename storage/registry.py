"""The registry: the one door to runs and what they measured."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from storage.asking import Asking
from storage.recording import Recording
from storage.serving import Serving
from storage.steering import Steering

PATIENCE = 30.0
"""Seconds to wait for another writer before saying that the registry is locked."""


def utc_now() -> datetime:
    """The time, in UTC and aware."""
    return datetime.now(UTC)


class Registry(Asking, Steering, Serving, Recording):
    """A registry; may be used from several threads and processes.

    Each method is one transaction: it happens whole or not at all. Besides what their own
    ``Raises`` say, all raise ``RegistryUnavailableError`` (or a kind of it) when the database
    cannot be read or written, and ``UnknownRunError`` for a run that is not there. Those of agents
    and workers name their attempt, and raise ``FencedError`` when it no longer holds the run.
    """

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        now: Callable[[], datetime] = utc_now,
        read_only: bool | None = None,
        patience: float = PATIENCE,
        creates: bool = True,
    ) -> "Registry":
        """Open a registry; create it, or bring it up to date, where needed.

        Args:
            place: an SQLite file, whose folder is made, or the URL of a PostgreSQL database, as in
                ``postgresql://me@host/runs``.
            now: the clock.
            read_only: None finds out from the rights on file and folder, or on the tables.
            patience: seconds to wait for another writer.
            creates: whether one is made where there is none.
        """
        if isinstance(place, Path):
            from storage.opening import open_file

            return cls(
                open_file(place, read_only=read_only, patience=patience, creates=creates), now
            )
        from storage.server import open_server

        return cls(open_server(place, read_only=read_only, patience=patience, creates=creates), now)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> "Registry":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
