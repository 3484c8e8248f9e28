"""Whole registries to read from or to write to: files, drafts of files, databases on a server."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from storage import server
from storage.connection import connect_file, engine_for, translated
from storage.copying import Side, Told, Total, copy_tables, require_same, totals
from storage.errors import RefusedError, RegistryUnavailableError
from storage.opening import (
    drafted,
    file_errors,
    locked,
    open_file,
    put,
    refuse_network,
    remove,
    upgrade_file,
    uri_to_read,
    uri_to_write,
)
from storage.schema import SCHEMA

PATIENCE = 30.0
"""Seconds to wait for another writer."""

_PAGES = 1024  # that are copied between two words on progress: 4 MB


def named(place: Path | str) -> str:
    """What people read of a place: no password, no link on the way."""
    return server.hidden(place) if isinstance(place, str) else str(place.resolve())


@contextmanager
def read_from(place: Path | str) -> Generator[Side]:
    """A registry of the newest version, as it is at one moment; it is not changed."""
    if isinstance(place, str):
        database = server.open_server(place, read_only=True, patience=PATIENCE)
    else:
        database = open_file(place, read_only=True, patience=PATIENCE)
    with closing(database), database.reading() as connection:
        yield Side(connection=connection, translated=database.translated)


@contextmanager
def reading_file(path: Path) -> Generator[Side]:
    """A registry's file of any version, as it is at one moment."""
    with _transaction(path, engine_for(uri_to_read(path), patience=PATIENCE)) as side:
        yield side


@contextmanager
def _transaction(path: Path, engine: Engine) -> Generator[Side]:
    try:
        with translated(path), engine.begin() as connection:
            yield Side(connection=connection, translated=partial(translated, path))
    finally:
        engine.dispose()


def side_of_server(place: str, connection: Connection) -> Side:
    """A database on a server, in a transaction that has begun."""
    return Side(connection=connection, translated=partial(server.translated, server.hidden(place)))


@contextmanager
def new_file(path: Path) -> Generator[Path]:
    """An empty file to write a copy into, which gets its name once it is whole.

    Raises:
        RefusedError: the name is taken.
    """
    with file_errors(path):
        refuse_taken(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside(path) as draft:
            yield draft
            _make_one_file(draft)
            refuse_taken(path)
            draft.replace(path)


@contextmanager
def beside(path: Path) -> Generator[Path]:
    """An empty file beside another, for this process and its person alone; gone afterwards."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.touch(mode=0o600)
        yield draft
    finally:
        remove(draft)


def refuse_taken(path: Path) -> None:
    """Keep what is there from being overwritten.

    Raises:
        RefusedError: something is there.
    """
    if path.exists() or path.is_symlink():
        raise RefusedError(f"{path} is there already; name another file, or delete it first")


def _make_one_file(database: Path) -> None:
    """Have a database be one file, which can be read where nothing can be written beside it."""
    with closing(connect_file(uri_to_write(database), patience=PATIENCE)) as made:
        made.execute("PRAGMA journal_mode = DELETE")
    with database.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def draft_of(path: Path) -> Generator[Path]:
    """An empty file beside a registry's place, made under the lock of all who make one there."""
    with file_errors(path):
        refuse_network(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path), drafted(path) as draft:
            yield draft


def put_over(draft: Path, path: Path) -> None:
    """Put a draft in its place; what is there is replaced in one transaction.

    Whoever has the registry open reads the old one to the end of what they do, then the new one:
    a file that was renamed over another would meet the other's log.
    """
    if not path.exists():
        put(draft, path, PATIENCE)
        return
    with (
        translated(path),
        closing(connect_file(uri_to_read(draft), patience=PATIENCE)) as source,
        closing(connect_file(uri_to_write(path), patience=PATIENCE)) as target,
    ):
        source.backup(target, progress=partial(_give_up, path))


def _give_up(path: Path, status: int, _left: int, _pages: int) -> None:
    if status == sqlite3.SQLITE_BUSY:  # the connection has waited in vain; else it tried for ever
        raise RegistryUnavailableError(
            f"the registry {path} is locked by another process; try again in a moment"
        )


def copy_file(path: Path, draft: Path, told: Told) -> tuple[Total, ...]:
    """Copy a registry's file page by page, as it is at one moment, and compare both."""
    with reading_file(path) as source:
        held = totals(source, told)  # which begins the moment that the copy is of
        driver: Any = source.connection.connection.driver_connection
        with source.translated(), closing(sqlite3.connect(draft)) as target:
            driver.backup(target, pages=_PAGES, progress=partial(_tell, told))
    with reading_file(draft) as copy:
        require_same(held, totals(copy, told))
    return held


def _tell(told: Told, _status: int, left: int, pages: int) -> None:
    told("copying pages", pages - left, pages)


def fill(draft: Path, source: Side, told: Told) -> tuple[Total, ...]:
    """Make a registry of an empty file, holding all that another one holds."""
    with translated(draft):
        upgrade_file(draft, SCHEMA, PATIENCE)
    engine = engine_for(uri_to_write(draft), patience=PATIENCE)
    with _transaction(draft, engine.execution_options(writes=True)) as target:
        return copy_tables(source, target, told)
