"""What happens before an SQLite registry can be used: find it, create or bring it up to date."""

import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from storage.connection import connect_file, engine_for, full_disk, translated
from storage.database import Database, gone, missing
from storage.errors import (
    NotARegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
)
from storage.place import network_file_system
from storage.schema import SCHEMA, Schema, refuse_newer, upgrade

APPLICATION_ID = 0x64696C63  # "dilc", in the header of every registry's file
_MOVED_ID = 0x64696C6D  # "dilm", in that of one whose runs go on elsewhere


def open_file(
    path: Path, *, read_only: bool | None, patience: float, creates: bool = True
) -> Database:
    """The registry in a file, of the newest version; see ``prepare``."""
    uri, read_only = prepare(path, read_only=read_only, patience=patience, creates=creates)
    # Whoever only reads must notice when somebody begins to write.
    reads = partial(uri_to_read, path.absolute())
    engine = engine_for(reads if read_only else uri, patience=patience)
    writer = engine.execution_options(writes=True)
    return Database(
        engine=engine,
        name=str(path),
        translated=partial(translated, path),
        require_place=_place_keeper(path.absolute()),
        revision=partial(_revision, path),
        read_only=read_only,
        reader=engine,
        writer=writer,
        changer=writer,
    )


def _place_keeper(path: Path) -> Callable[[], None]:
    """What checks that the file at ``path`` is still the one that is there now."""
    with file_errors(path):
        opened = path.stat()

    def require() -> None:
        with file_errors(path):
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError) as error:
                raise RegistryUnavailableError(
                    f"the registry {path} is gone; put it back where it was"
                ) from error
        if not os.path.samestat(opened, found):
            raise RegistryUnavailableError(
                f"the registry {path} was replaced by another file; try again to use that one"
            )

    return require


def prepare(
    path: Path,
    *,
    read_only: bool | None,
    patience: float,
    schema: Schema = SCHEMA,
    creates: bool = True,
) -> tuple[str, bool]:
    """Make sure that a registry of the newest version lies at ``path``.

    Args:
        path: the SQLite file.
        read_only: None finds out from the rights on file and folder.
        patience: seconds to wait for another writer.
        schema: the versions to bring it up to.
        creates: whether one is made where there is none.

    Returns:
        The URI to open it by, and whether it may only be read.

    Raises:
        RegistryUnavailableError: or one of its kinds, with a sentence.
    """
    path = path.absolute()
    with translated(path), file_errors(path):
        refuse_network(path)
        if read_only is None:
            read_only = path.exists() and not _is_writable(path)
        if read_only:
            _check_readable(path, uri_to_read(path), schema, patience)
            return uri_to_read(path), True
        if not path.exists():
            if not creates:
                raise missing(str(path))
            _create(path, schema, patience)
        elif revision_of(path, uri_to_write(path), patience) != schema.head:
            _migrate(path, schema, patience)
        use_write_ahead_log(path, patience)
        return uri_to_write(path), False


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def uri_to_write(path: Path) -> str:
    """The URI by which SQLite opens a file that is there, to write."""
    return f"{path.as_uri()}?mode=rw"


def uri_to_read(path: Path) -> str:
    """The URI by which SQLite opens a file to read, also where nothing may be written beside it."""
    # Reading beside a writer needs the log's index, a file that must be made if it is not there.
    # Where it cannot be made and there is no log, nobody writes: SQLite may be told so.
    log = path.with_name(f"{path.name}-wal")
    is_still = not os.access(path.parent, os.W_OK) and not log.exists()
    return f"{path.as_uri()}?mode=ro" + ("&immutable=1" if is_still else "")


def refuse_network(path: Path) -> None:
    """Keep registries away from file systems that several machines mount.

    Raises:
        RegistryUnavailableError: names the file system.
    """
    mounts = Path("/proc/self/mountinfo")
    if not mounts.exists():
        return
    text = mounts.read_text("utf-8", "surrogateescape")
    if kind := network_file_system(path.resolve(), text):
        raise RegistryUnavailableError(
            f"{path} lies on a network file system ({kind}), where SQLite databases break; "
            "keep the registry on a local disk"
        )


def _check_readable(path: Path, uri: str, schema: Schema, patience: float) -> None:
    if not path.exists():
        raise missing(str(path))
    revision = revision_of(path, uri, patience)
    if revision != schema.head:
        refuse_newer(str(path), revision, schema)
        raise ReadOnlyRegistryError(
            f"the registry {path} is of an older dilctl and must first be opened by someone "
            "who may write it"
        )


def revision_of(path: Path, uri: str, patience: float) -> str:
    """The version of the tables in a registry's file.

    Raises:
        NotARegistryError: it is none.
    """
    with closing(connect_file(uri, patience=patience)) as connection:

        def ask(statement: str) -> Any:
            return connection.execute(statement).fetchone()[0]

        return _told_revision(path, ask)


def _revision(path: Path, connection: Connection) -> str:
    return _told_revision(path, lambda statement: connection.exec_driver_sql(statement).scalar())


def _told_revision(path: Path, ask: Callable[[str], Any]) -> str:
    identity = ask("PRAGMA application_id")
    if identity == _MOVED_ID:
        raise gone(str(path), ask("SELECT place FROM moved"))
    if identity != APPLICATION_ID:
        raise NotARegistryError(f"{path} is not a registry of dilctl; move it away")
    return ask("SELECT version_num FROM alembic_version")


def leave(path: Path, there: str) -> None:
    """Have nobody work any more on a registry whose runs go on elsewhere; nothing of it is lost."""
    with closing(connect_file(uri_to_write(path), patience=0)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE moved (place TEXT)")
        connection.execute("INSERT INTO moved VALUES (?)", (there,))
        connection.execute(f"PRAGMA application_id = {_MOVED_ID}")
        connection.execute("COMMIT")


def _create(path: Path, schema: Schema, patience: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path):
        if path.exists():
            return
        with drafted(path) as draft:
            upgrade_file(draft, schema, patience)
            put(draft, path, patience)


@contextmanager
def drafted(path: Path) -> Generator[Path]:
    """An empty file beside ``path`` to make a database of, gone afterwards unless it was moved."""
    draft = path.with_name(f"{path.name}.new")
    remove(draft)
    try:
        draft.touch()
        yield draft
    finally:
        remove(draft)


def put(draft: Path, path: Path, patience: float) -> None:
    """Give a draft the name under which it counts; nothing may be there."""
    use_write_ahead_log(draft, patience)
    # The log of a database that was deleted without it would be taken for this one's.
    remove(path)
    draft.replace(path)


def _migrate(path: Path, schema: Schema, patience: float) -> None:
    with locked(path):
        revision = revision_of(path, uri_to_write(path), patience)
        if revision == schema.head:
            return
        refuse_newer(str(path), revision, schema)
        _back_up(path, path.with_name(f"{path.stem}-{revision}.backup{path.suffix}"), patience)
        upgrade_file(path, schema, patience)


def _back_up(path: Path, copy: Path, patience: float) -> None:
    with drafted(copy) as draft:
        with (
            closing(connect_file(uri_to_write(path), patience=patience)) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)
        draft.replace(copy)


def upgrade_file(path: Path, schema: Schema, patience: float) -> None:
    """Bring a file, which may be empty, up to the newest version in one transaction."""
    engine = engine_for(uri_to_write(path), patience=patience, checks_references=False)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            upgrade(connection, schema)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    finally:
        engine.dispose()


def use_write_ahead_log(path: Path, patience: float) -> None:
    """Switch once and for all; the switch answers busy at once, so it is tried again."""
    deadline = time.monotonic() + patience
    with closing(connect_file(uri_to_write(path), patience=patience)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold off other processes, and other threads, that create or migrate the same registry."""
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(database: Path) -> None:
    """Delete a database with all that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


@contextmanager
def file_errors(path: Path) -> Generator[None]:
    """Turn the system's complaints about the file at ``path`` into sentences.

    Raises:
        RegistryUnavailableError: or one of its kinds.
    """
    try:
        if path.is_dir():
            raise NotARegistryError(f"{path} is a folder, not a registry; move it away")
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full_disk(path) from error
        raise RegistryUnavailableError(
            f"the registry {path} cannot be used: {error.strerror}"
        ) from error
