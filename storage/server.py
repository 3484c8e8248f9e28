"""A registry in a PostgreSQL database: how it is reached, made, and what its errors mean."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from storage.database import Database, damaged, gone, missing, not_writable
from storage.errors import (
    FullDiskError,
    NotARegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
    StorageError,
)
from storage.schema import SCHEMA, Schema, refuse_newer, stamp, upgrade
from storage.tables import metadata

_MARK = "registry of dilctl"  # the comment on the table of the schema's version
_MOVED = "registry of dilctl, moved to "
_SCHEMES = ("postgresql", "postgres")
# Numbers of the advisory locks that all who work on a registry agree on; "dilc" is in them.
_SCHEMA_LOCK, _CHANGE_LOCK = 0x64696C6301, 0x64696C6302
# A machine that lost its power closes no connection: it is missed within a minute, not in hours.
_KEPT_ALIVE = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 4,
    "tcp_user_timeout": 60_000,
}


def hidden(place: str) -> str:
    """A database's URL without its password, for people to read."""
    url = _url(place)
    secrets = {key: "hidden" for key in url.query if "password" in key}
    shown = url.update_query_dict(secrets).render_as_string(hide_password=True)
    return shown.replace("+psycopg", "", 1)


def open_server(
    place: str,
    *,
    read_only: bool | None,
    patience: float,
    schema: Schema = SCHEMA,
    creates: bool = True,
) -> Database:
    """The registry in a PostgreSQL database; made, or brought up to date, where needed.

    Args:
        place: as in ``postgresql://me@host/runs``.
        read_only: None finds out from the rights on its tables.
        patience: seconds to wait for a connection, or for another writer.
        schema: the versions to bring it up to.
        creates: whether one is made where there is none.

    Raises:
        RegistryUnavailableError: or one of its kinds, with a sentence.
    """
    url, name = _url(place), hidden(place)
    engine = _engine(url, patience)
    try:
        with translated(name):
            if not creates:
                _require_revision(engine, name)
            read_only = _made_ready(engine, name, schema, read_only=read_only)
    except BaseException:
        engine.dispose()
        raise
    # What a transaction reads is of one moment; what it writes meets what others wrote just now.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    writer = engine.execution_options(isolation_level="READ COMMITTED")
    return Database(
        engine=engine,
        name=name,
        translated=partial(translated, name),
        require_place=lambda: None,  # a connection to a database that is gone says so
        revision=partial(_known_revision, name),
        read_only=read_only,
        reader=reader,
        writer=writer,
        changer=writer.execution_options(changes=True),
    )


@contextmanager
def kept_still(place: str, *, patience: float, schema: Schema = SCHEMA) -> Generator[Connection]:
    """One transaction over a registry, made where there is none, that nobody else may use.

    Raises:
        RegistryUnavailableError: or one of its kinds; as ``open_server``.
    """
    name = hidden(place)
    engine = _engine(_url(place), patience)
    try:
        with translated(name), engine.begin() as connection:
            _bring_up(connection, name, schema)
            everything = ", ".join(metadata.tables)
            connection.exec_driver_sql(f"LOCK TABLE {everything} IN ACCESS EXCLUSIVE MODE")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def looked_at(place: str, *, patience: float) -> Generator[tuple[Connection, str]]:
    """A transaction that reads a registry of whatever version, which stays as it is; the version.

    Raises:
        RegistryUnavailableError: or one of its kinds; among others, there is none.
    """
    name = hidden(place)
    engine = _engine(_url(place), patience)
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with translated(name), still.begin() as connection:
            yield connection, _known_revision(name, connection)
    finally:
        engine.dispose()


def _url(place: str) -> URL:
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:
        raise NotARegistryError(
            "the database's URL cannot be read; write it as postgresql://USER@HOST/DATABASE"
        ) from error
    if url.drivername.partition("+")[0] not in _SCHEMES:
        raise NotARegistryError(
            f"{url.drivername}: a registry lies in a file or a PostgreSQL database; write its URL "
            "as postgresql://USER@HOST/DATABASE"
        )
    return url.set(drivername="postgresql+psycopg")


def _engine(url: URL, patience: float) -> Engine:
    # A connection that the server closed meanwhile is noticed before it is used.
    options: dict[str, Any] = {
        "connect_timeout": max(1, round(patience)),
        "application_name": "dilctl",
        **_KEPT_ALIVE,
    }
    try:
        engine = create_engine(url, pool_pre_ping=True, max_overflow=-1, connect_args=options)
    except ModuleNotFoundError as error:
        raise RegistryUnavailableError(
            "PostgreSQL needs its driver: pip install 'dilctl[postgres]'"
        ) from error
    event.listen(engine, "begin", _begin)
    event.listen(engine, "connect", partial(_be_patient, patience=patience))
    return engine


def _be_patient(connection: Any, _record: Any, *, patience: float) -> None:
    connection.execute(f"SET lock_timeout = {max(1, round(1000 * patience))}")
    connection.commit()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("changes", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CHANGE_LOCK})")


def _made_ready(engine: Engine, name: str, schema: Schema, *, read_only: bool | None) -> bool:
    """Make sure that a registry of the newest version is there; whether it may only be read."""
    if read_only is None:
        read_only = _may_only_read(engine)
    if read_only:
        _check_readable(engine, name, schema)
    else:
        _prepare(engine, name, schema)
    return read_only


def _prepare(engine: Engine, name: str, schema: Schema) -> None:
    with engine.connect() as connection:
        if _revision(connection, name) == schema.head:
            return
    with engine.begin() as connection:
        _bring_up(connection, name, schema)


def _bring_up(connection: Connection, name: str, schema: Schema) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
    revision = _revision(connection, name)
    if revision is None:
        _create(connection, name, schema)
    elif revision != schema.head:
        refuse_newer(name, revision, schema)
        _back_up(connection, revision)
        upgrade(connection, schema)


def _create(connection: Connection, name: str, schema: Schema) -> None:
    if there := sorted(set(inspect(connection).get_table_names()) & set(metadata.tables)):
        raise NotARegistryError(
            f"{name} holds tables of another program ({', '.join(there)}); make a database for "
            "dilctl alone"
        )
    metadata.create_all(connection)
    stamp(connection, schema)
    connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{_MARK}'")


def _back_up(connection: Connection, revision: str) -> None:
    """Copy all tables into a schema of their own, in the transaction that then changes them."""
    copy = connection.dialect.identifier_preparer.quote(f"dilctl_backup_{revision}")
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {copy} CASCADE")
    connection.exec_driver_sql(f"CREATE SCHEMA {copy}")
    for table in inspect(connection).get_table_names():
        quoted = connection.dialect.identifier_preparer.quote(table)
        connection.exec_driver_sql(f"CREATE TABLE {copy}.{quoted} AS TABLE {quoted}")


def leave(place: str, there: str) -> None:
    """Have nobody work any more on a registry whose runs go on elsewhere; nothing of it is lost."""
    engine = _engine(_url(place), patience=30)
    try:
        with translated(hidden(place)), engine.begin() as connection:
            comment = f"{_MOVED}{there}".replace("'", "''")
            connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{comment}'")
    finally:
        engine.dispose()


def _revision(connection: Connection, name: str) -> str | None:
    """The version of the tables, None in a database without any."""
    # Asked of the catalogue's own tables: a name alone may be looked up in what the session
    # remembers of the time before it waited for the lock.
    if not inspect(connection).has_table("alembic_version"):
        return None
    mark = "SELECT obj_description('alembic_version'::regclass, 'pg_class')"
    said: str = connection.exec_driver_sql(mark).scalar() or ""
    if said.startswith(_MOVED):
        raise gone(name, said.removeprefix(_MOVED))
    if said != _MARK:
        raise NotARegistryError(
            f"{name} is not a registry of dilctl; make a database for dilctl alone"
        )
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _known_revision(name: str, connection: Connection) -> str:
    revision = _revision(connection, name)
    if revision is None:
        raise missing(name)
    return revision


def _require_revision(engine: Engine, name: str) -> str:
    with engine.connect() as connection:
        return _known_revision(name, connection)


def _may_only_read(engine: Engine) -> bool:
    with engine.connect() as connection:
        if connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar():
            return True
        if not inspect(connection).has_table("runs"):
            return False
        allowed = connection.exec_driver_sql("SELECT has_table_privilege('runs', 'UPDATE')")
        return not allowed.scalar()


def _check_readable(engine: Engine, name: str, schema: Schema) -> None:
    revision = _require_revision(engine, name)
    if revision != schema.head:
        refuse_newer(name, revision, schema)
        raise ReadOnlyRegistryError(
            f"the registry {name} is of an older dilctl and must first be opened by someone who "
            "may write it"
        )


@contextmanager
def translated(name: str) -> Generator[None]:
    """Turn the server's complaints into sentences about the registry called ``name``.

    Raises:
        RegistryUnavailableError: it cannot be reached, read or written now. What the server says
            about a faulty statement passes unchanged: that fault is ours.
    """
    try:
        yield
    except DBAPIError as error:
        if said := _sentence(name, error):
            raise said from error
        raise


def _sentence(name: str, error: DBAPIError) -> StorageError | None:
    # Classes of codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
    code: str | None = getattr(error.orig, "sqlstate", None)
    match code:
        case "25006" | "42501":  # a read-only transaction; no right to do this
            return not_writable(name)
        case "53100":
            return FullDiskError(f"no space is left on the disk of the registry {name}")
        case "55P03" | "40001" | "40P01":  # a lock's time was over; a clash of two writers
            return RegistryUnavailableError(
                f"the registry {name} is locked by another process; try again in a moment"
            )
        case "42P01" | "42703" | "22P02":  # no such table; no such column; no JSON
            return damaged(name, _said(error))
        case None if isinstance(error, OperationalError | InterfaceError):
            return _unreachable(name, error)
        case str() if code[:2] in {"08", "28", "3D", "53", "57", "58"}:
            return _unreachable(name, error)
        case _:
            return None


def _unreachable(name: str, error: DBAPIError) -> RegistryUnavailableError:
    return RegistryUnavailableError(f"the registry {name} cannot be reached: {_said(error)}")


def _said(error: DBAPIError) -> str:
    """The first line, without the statement and the place in it."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else "no answer"
