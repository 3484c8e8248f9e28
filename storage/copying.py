"""All tables of a registry written into another database, and the proof that they are the same.

Rows go in the order of their keys, as plain numbers and text, in batches; no more than one batch
is held in memory. The checksum of a table is that of its rows in this order, as bytes that do not
depend on the kind of database.
"""

import hashlib
import marshal
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Double,
    Integer,
    Select,
    Table,
    Text,
    collate,
    func,
    inspect,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.types import TypeDecorator

from storage.errors import RegistryUnavailableError
from storage.listing import highest_number
from storage.tables import metadata

Told = Callable[[str, int, int], None]
"""Told of progress: (what is done, how much is done, how much there is)."""

_BATCH = 5_000
_BATCH_OF_DOCUMENTS = 16  # each can be megabytes long
_MARSHALLED = 2  # the last version that writes equal values as equal bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A database that is copied from, or to.

    Attributes:
        connection: in a transaction.
        translated: turns the driver's complaints into sentences about this database.
    """

    connection: Connection
    translated: Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a table holds: how many rows, and a checksum over all of them."""

    table: str
    rows: int
    checksum: str


class _Text(TypeDecorator[str]):
    r"""Text as the newest release writes it; older ones left NUL in it, which is ``\x00`` now."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Text that every database accepts."""
        return value.replace("\0", "\\x00") if value is not None and "\0" in value else value


def totals(side: Side, told: Told) -> tuple[Total, ...]:
    """What each table of a registry holds; columns that an older version lacks are left out."""
    return _each_table(side, told, "comparing", lambda _table, _rows: None)


def copy_tables(source: Side, target: Side, told: Told) -> tuple[Total, ...]:
    """Write all rows of a registry into another one, which is empty and of the same version.

    Both must be in transactions; the caller ends them.

    Returns:
        What was read.

    Raises:
        RegistryUnavailableError: what was written is not what was read.
    """

    def insert(table: Table, rows: Sequence[Sequence[Any]]) -> None:
        with target.translated():
            _insert(target.connection, table, rows)

    read = _each_table(source, told, "copying", insert)
    for table in metadata.sorted_tables:
        if (column := _numbered(table)) is not None:
            with source.translated():
                highest = highest_number(source.connection, column)
            with target.translated():
                _count_on(target.connection, column, highest)
    require_same(read, totals(target, told))
    return read


def require_same(read: Iterable[Total], written: Iterable[Total]) -> None:
    """Compare a copy with what it was made of.

    Raises:
        RegistryUnavailableError: they differ; names the tables.
    """
    there = {total.table: total for total in written}
    if differing := [total.table for total in read if there.get(total.table) != total]:
        raise RegistryUnavailableError(
            f"the copy differs from what was copied, in {', '.join(differing)}; nothing was kept: "
            "check the disk and try again"
        )


def _count_on(connection: Connection, column: Column[int], highest: int) -> None:
    """Have a table give numbers beyond the highest, also where that row is gone."""
    table = column.table.name
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)"),
            {"table": table, "column": column.name, "next": highest + 1},
        )
    elif column.table.dialect_options["sqlite"]["autoincrement"]:
        values = {"table": table, "highest": highest}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :highest)"), values)


def _numbered(table: Table) -> Column[int] | None:
    """The column that numbers the rows, where the database gives the numbers."""
    return table.c.id if "id" in table.c else None


def _each_table(
    side: Side, told: Told, doing: str, seen: Callable[[Table, Sequence[Sequence[Any]]], None]
) -> tuple[Total, ...]:
    """Read all tables, hand their rows on in batches, and add them up."""
    with side.translated():
        present = _present(side.connection)
        counts = {table.name: _count(side.connection, table) for table in present}
    done, everything = 0, sum(counts.values())
    found: list[Total] = []
    for table, columns in present.items():
        digest, number = hashlib.blake2b(digest_size=16), 0
        with closing(_batches(side, table, columns)) as batches:
            for rows in batches:
                seen(table, rows)
                digest.update(marshal.dumps(rows, _MARSHALLED))
                number += len(rows)
                told(f"{doing} {table.name}", done + number, everything)
        done += number
        found.append(Total(table=table.name, rows=number, checksum=digest.hexdigest()))
    return tuple(found)


def _present(connection: Connection) -> dict[Table, list[Column[Any]]]:
    """The tables and columns that there are, parents before children."""
    known = inspect(connection)
    names = set(known.get_table_names())
    return {
        table: [column for column in table.c if column.name in there]
        for table in metadata.sorted_tables
        if table.name in names
        for there in [{column["name"] for column in known.get_columns(table.name)}]
    }


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _batches(
    side: Side, table: Table, columns: Sequence[Column[Any]]
) -> Generator[list[tuple[Any, ...]]]:
    size = _BATCH_OF_DOCUMENTS if table.name == "documents" else _BATCH
    with side.translated():
        statement = _in_order(table, columns, side.connection.dialect.name)
        with side.connection.execute(statement.execution_options(yield_per=size)) as result:
            for rows in result.partitions():
                yield [tuple(row) for row in rows]


def _in_order(table: Table, columns: Sequence[Column[Any]], kind: str) -> Select[Any]:
    key = [
        collate(column, "C") if kind == "postgresql" and _is_text(column) else column
        for column in table.primary_key
    ]
    return select(*map(_plain, columns)).order_by(*key)


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """A column's value as it is stored: moments as seconds, documents as text."""
    if _is_text(column):
        return type_coerce(column, _Text).label(column.name)
    if isinstance(_stored_as(column), Double):
        # SQLite stores -0.0 as 0.0.
        return (type_coerce(column, Double) + literal(0.0, Double)).label(column.name)
    return type_coerce(column, _stored_as(column)).label(column.name)


def _is_text(column: Column[Any]) -> bool:
    return isinstance(_stored_as(column), Text)


def _stored_as(column: Column[Any]) -> Any:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    assert isinstance(kind, Boolean | Double | Integer | Text), "the kinds that tables are made of"
    return kind


def _insert(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    try:
        if connection.dialect.name == "postgresql":
            _insert_by_copy(connection, table, rows)
        else:
            places = ", ".join("?" * len(table.c))
            statement = f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) VALUES ({places})"
            connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    except DataError as error:
        raise RegistryUnavailableError(
            f"the table {table.name} holds a value that the new database does not take: "
            f"{str(error.orig).splitlines()[0]}"
        ) from error


def _insert_by_copy(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Several times as fast as ``INSERT``."""
    import psycopg

    quote = connection.dialect.identifier_preparer.quote
    into = f"COPY {quote(table.name)} ({', '.join(map(quote, table.c.keys()))}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        made = DBAPIError.instance(into, None, error, psycopg.Error, dialect=connection.dialect)
        raise made from error
