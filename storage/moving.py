"""A registry moved to another database; the one it was in says so to whoever opens it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from storage import opening, server
from storage.copying import Side, Told, Total, copy_tables
from storage.errors import RefusedError
from storage.rest import require_rest
from storage.server import kept_still
from storage.sides import (
    PATIENCE,
    draft_of,
    fill,
    named,
    put_over,
    read_from,
    reading_file,
    side_of_server,
)
from storage.tables import metadata, runs


def move(
    source: Path | str, target: Path | str, *, now: datetime, told: Told
) -> tuple[Total, ...]:  # fmt: skip
    """Copy a registry into another database, which is new or holds no run yet.

    Nobody can work on the first one afterwards: it would give the same numbers and folders to
    other runs. What it holds stays there.

    Returns:
        What both hold, compared.

    Raises:
        RefusedError: an agent works, a run lives, or there are runs at the target.
        RegistryUnavailableError: one of both cannot be used; the target is as it was.
    """
    if named(source) == named(target):
        raise RefusedError(f"{named(source)}: name another place to move the registry to")
    with read_from(source) as side:
        with side.translated():
            require_rest(side.connection, named(source), now)
        moved = _into(target, side, told)
    if isinstance(source, Path):
        opening.leave(source, named(target))
    else:
        server.leave(source, named(target))
    return moved


def _into(target: Path | str, source: Side, told: Told) -> tuple[Total, ...]:
    if isinstance(target, Path):
        with draft_of(target) as draft:
            if target.exists():
                with reading_file(target) as there:
                    _require_empty(there.connection, target)
            moved = fill(draft, source, told)
            put_over(draft, target)
        return moved
    with kept_still(target, patience=PATIENCE) as connection:
        _require_empty(connection, target)
        clear(connection)
        return copy_tables(source, side_of_server(target, connection), told)


def clear(connection: Connection) -> None:
    """Empty all tables of a registry on a server."""
    connection.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)}")


def _require_empty(connection: Connection, place: Path | str) -> None:
    if connection.scalar(select(runs.c.id).limit(1)) is not None:
        raise RefusedError(
            f"{named(place)} holds runs already; name a new place, or replace what it holds by a "
            "copy: dilctl db restore FILE"
        )
