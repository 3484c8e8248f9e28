"""A database that holds a registry, whatever its kind: how its transactions begin and fail."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from json import JSONDecodeError
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, Insert, Table

from storage.errors import (
    DamagedRegistryError,
    MovedRegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
)

if TYPE_CHECKING:  # a dialect costs time to import, and only one of them is used
    from sqlalchemy.dialects import postgresql, sqlite

    Upsert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database that holds a registry.

    Attributes:
        engine: its connections.
        name: what sentences call it; holds no password.
        translated: turns the driver's complaints into the errors of ``storage.errors``.
        require_place: raises when another database, or none, is where this one was opened.
        revision: the version of its tables; raises when they are a registry's no more.
        read_only: whether it may be read only.
        reader: options of transactions that read: all they see is of one moment.
        writer: options of transactions that write measurements.
        changer: options of transactions that change lives; one at a time, so that the numbers of
            events grow in the order in which they can be seen.
    """

    engine: Engine
    name: str
    translated: Callable[[], AbstractContextManager[None]]
    require_place: Callable[[], None]
    revision: Callable[[Connection], str]
    read_only: bool = False
    reader: Engine
    writer: Engine
    changer: Engine

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A transaction that reads."""
        with self._transaction(self.reader) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that writes what a run measured."""
        self._require_writable()
        with self._transaction(self.writer) as connection:
            yield connection

    @contextmanager
    def changing(self) -> Generator[Connection]:
        """A transaction that changes lives and tells of it in events."""
        self._require_writable()
        with self._transaction(self.changer) as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, options: Engine) -> Generator[Connection]:
        # What is written to a file that was deleted or replaced would be lost without a word.
        self.require_place()
        try:
            with self.translated(), options.begin() as connection:
                yield connection
        except JSONDecodeError as error:
            raise damaged(self.name, str(error)) from error

    def _require_writable(self) -> None:
        if self.read_only:
            raise not_writable(self.name)


def gone(name: str, there: str) -> MovedRegistryError:
    """What to say of a registry whose runs go on elsewhere."""
    return MovedRegistryError(
        f"the registry {name} was moved to {there}; go on there, with --database or --home, or "
        "move it back into a new file with: dilctl db move",
        there=there,
    )


def missing(name: str) -> RegistryUnavailableError:
    """What to say where there is no registry, and none is to be made."""
    return RegistryUnavailableError(f"there is no registry at {name}")


def damaged(name: str, said: str) -> DamagedRegistryError:
    """What to say of a registry that cannot be read as it should."""
    return DamagedRegistryError(
        f"the registry {name} is damaged ({said}); put a copy in its place: dilctl db restore FILE"
    )


def not_writable(name: str) -> ReadOnlyRegistryError:
    """What to say when a registry cannot be changed."""
    return ReadOnlyRegistryError(
        f"the registry {name} may be read, not written; change its permissions"
    )


def upsert(kind: str, table: Table) -> "Upsert":
    """An insertion that may say what happens on a conflict, as this kind of database writes it."""
    if kind == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def ignoring(connection: Connection, table: Table) -> Insert:
    """An insertion that leaves what is there already."""
    return upsert(connection.dialect.name, table).on_conflict_do_nothing()
