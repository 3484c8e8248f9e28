"""Connections to the SQLite file: how they are set up, and what their errors mean."""

import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.database import damaged, not_writable
from storage.errors import (
    FullDiskError,
    NotARegistryError,
    RegistryUnavailableError,
    StorageError,
)

_MATCHES = "dilctl_matches"  # what storage.query.patterns calls it
# What SQLite has no code for.
_HARM = ("no such table", "no such column", "malformed JSON", "Could not decode")
_LOG_INDEX = 32_768  # bytes of the write-ahead log's index, without which nothing can be read


def connect_file(
    uri: str, *, patience: float, checks_references: bool = True
) -> sqlite3.Connection:
    """Open a registry's file.

    Args:
        uri: as in ``file:///home/me/registry.db?mode=rw``.
        patience: seconds to wait for another writer.
        checks_references: whether foreign keys are enforced. A migration that rebuilds a table
            drops it in between, and must not delete what refers to it.

    Returns:
        A connection that begins no transaction by itself and may change threads.
    """
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=patience
    )
    connection.create_function(_MATCHES, 2, _matches, deterministic=True)
    connection.execute(f"PRAGMA foreign_keys = {checks_references:d}")
    # What is committed must outlive a power cut: a worker checkpoints on the strength of it.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _matches(pattern: str, text: str | bytes | None) -> bool:
    """Whether a pattern is found; what patterns mean is imported only where one is asked."""
    from storage.query.patterns import matches

    return matches(pattern, text)


def engine_for(
    uri: Callable[[], str] | str, *, patience: float, checks_references: bool = True
) -> Engine:
    """A pool of connections to a registry's file.

    A connection with the execution option ``writes`` takes the write lock when its transaction
    begins: one that began by reading could not wait for another writer, only fail.

    Args:
        uri: where the file is opened; what can change is asked for each transaction anew.
        patience: seconds to wait for another writer.
        checks_references: whether foreign keys are enforced.
    """
    pool = {"poolclass": QueuePool, "max_overflow": -1}
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: connect_file(
            uri if isinstance(uri, str) else uri(),
            patience=patience,
            checks_references=checks_references,
        ),
        **(pool if isinstance(uri, str) else {"poolclass": NullPool}),
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Turn the database's complaints about the file at ``path`` into sentences.

    Raises:
        RegistryUnavailableError: the database said that it cannot be read or written now. What
            it says about a faulty statement passes unchanged: that fault is ours.
    """
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) and (said := _sentence(path, error.orig)):
            raise said from error
        raise
    except sqlite3.Error as error:
        if said := _sentence(path, error):
            raise said from error
        raise


def _sentence(path: Path, error: sqlite3.Error) -> StorageError | None:
    match _family(path, error):
        case sqlite3.SQLITE_NOTADB:
            return NotARegistryError(
                f"{path} is not a registry of dilctl: it is no database; move it away"
            )
        case sqlite3.SQLITE_READONLY:
            return not_writable(str(path))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return RegistryUnavailableError(
                f"the registry {path} is locked by another process; try again in a moment"
            )
        case sqlite3.SQLITE_FULL:
            return full_disk(path)
        case sqlite3.SQLITE_CORRUPT:
            return damaged(str(path), str(error))
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_PERM:
            return RegistryUnavailableError(f"the registry {path} cannot be used: {error}")
        case _:
            return None


def _family(path: Path, error: sqlite3.Error) -> int:
    """What kind of complaint it is: the low byte of https://www.sqlite.org/rescode.html."""
    family = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if family == sqlite3.SQLITE_IOERR and _is_full(path):  # the log's index could not be made
        return sqlite3.SQLITE_FULL
    if family == sqlite3.SQLITE_ERROR and str(error).startswith(_HARM):
        return sqlite3.SQLITE_CORRUPT
    return family


def full_disk(path: Path) -> FullDiskError:
    """What to say when nothing more can be written beside the registry at ``path``."""
    return FullDiskError(
        f"no space is left on the disk of the registry {path}; free some and try again"
    )


def _is_full(path: Path) -> bool:
    return path.parent.exists() and shutil.disk_usage(path.parent).free < _LOG_INDEX
