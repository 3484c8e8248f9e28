"""What happens before a registry can be used: find it, create it or bring it up to date."""

import errno
import fcntl
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.connection import connect_file, engine_for, full_disk, translated
from storage.errors import (
    NewerRegistryError,
    NotARegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
)
from storage.place import network_file_system

APPLICATION_ID = 0x64696C63  # "dilc", in the header of every registry's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The versions of the schema that this installation knows.

    Attributes:
        head: the newest; known here so that Alembic is imported only when there is work for it.
        folder: where Alembic's ``env.py`` and ``versions`` lie.
    """

    head: str
    folder: Path


SCHEMA = Schema(head="0002", folder=Path(__file__).parent / "migrations")


def prepare(
    path: Path, *, read_only: bool | None, patience: float, schema: Schema = SCHEMA
) -> tuple[str, bool]:
    """Make sure that a registry of the newest version lies at ``path``.

    Args:
        path: the SQLite file.
        read_only: None finds out from the rights on file and folder.
        patience: seconds to wait for another writer.
        schema: the versions to bring it up to.

    Returns:
        The URI to open it by, and whether it may only be read.

    Raises:
        RegistryUnavailableError: or one of its kinds, with a sentence.
    """
    path = path.absolute()
    with translated(path), _file_errors(path):
        _refuse_network(path)
        if read_only is None:
            read_only = path.exists() and not _is_writable(path)
        if read_only:
            _check_readable(path, _uri_to_read(path), schema, patience)
            return _uri_to_read(path), True
        if not path.exists():
            _create(path, schema, patience)
        elif _revision(path, _uri_to_write(path), patience) != schema.head:
            _migrate(path, schema, patience)
        _use_write_ahead_log(path, patience)
        return _uri_to_write(path), False


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _uri_to_write(path: Path) -> str:
    return f"{path.as_uri()}?mode=rw"


def _uri_to_read(path: Path) -> str:
    # Reading beside a writer needs the log's index, a file that must be made if it is not there.
    # Where it cannot be made and there is no log, nobody writes: SQLite may be told so.
    log = path.with_name(f"{path.name}-wal")
    is_still = not os.access(path.parent, os.W_OK) and not log.exists()
    return f"{path.as_uri()}?mode=ro" + ("&immutable=1" if is_still else "")


def _refuse_network(path: Path) -> None:
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
        raise RegistryUnavailableError(f"there is no registry at {path}")
    revision = _revision(path, uri, patience)
    if revision != schema.head:
        _refuse_newer(path, revision, schema)
        raise ReadOnlyRegistryError(
            f"the registry {path} is of an older dilctl and must first be opened by someone "
            "who may write it"
        )


def _revision(path: Path, uri: str, patience: float) -> str:
    with closing(connect_file(uri, patience=patience)) as connection:
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise NotARegistryError(f"{path} is not a registry of dilctl; move it away")
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def _create(path: Path, schema: Schema, patience: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if path.exists():
            return
        draft = path.with_name(f"{path.name}.new")
        _remove(draft)
        try:
            draft.touch()
            _upgrade(draft, schema, patience)
            _use_write_ahead_log(draft, patience)
            draft.replace(path)
        finally:
            _remove(draft)


def _migrate(path: Path, schema: Schema, patience: float) -> None:
    with _locked(path):
        revision = _revision(path, _uri_to_write(path), patience)
        if revision == schema.head:
            return
        _refuse_newer(path, revision, schema)
        _back_up(path, path.with_name(f"{path.stem}-{revision}.backup{path.suffix}"), patience)
        _upgrade(path, schema, patience)


def _refuse_newer(path: Path, revision: str, schema: Schema) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(schema.folder)).walk_revisions()}
    if revision not in known:
        raise NewerRegistryError(
            f"the registry {path} was written by a newer dilctl (schema {revision}, this one "
            f"knows up to {schema.head}); update dilctl"
        )


def _back_up(path: Path, copy: Path, patience: float) -> None:
    draft = copy.with_name(f"{copy.name}.new")
    _remove(draft)
    try:
        with (
            closing(connect_file(_uri_to_write(path), patience=patience)) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)
        draft.replace(copy)
    finally:
        _remove(draft)


def _upgrade(path: Path, schema: Schema, patience: float) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    engine = engine_for(_uri_to_write(path), patience=patience, checks_references=False)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    finally:
        engine.dispose()


def _use_write_ahead_log(path: Path, patience: float) -> None:
    """Switch once and for all; the switch answers busy at once, so it is tried again."""
    deadline = time.monotonic() + patience
    with closing(connect_file(_uri_to_write(path), patience=patience)) as connection:
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
def _locked(path: Path) -> Generator[None]:
    """Hold off other processes, and other threads, that create or migrate the same registry."""
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


@contextmanager
def _file_errors(path: Path) -> Generator[None]:
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
