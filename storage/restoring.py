"""Copies of a registry: made while others write, and put back in its place."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from storage.connection import translated
from storage.copying import Told, Total, copy_tables, totals
from storage.errors import DamagedRegistryError, NotARegistryError, RegistryUnavailableError
from storage.moving import clear
from storage.opening import file_errors, revision_of, upgrade_file, uri_to_read
from storage.rest import require_rest
from storage.schema import SCHEMA, refuse_newer
from storage.server import hidden, kept_still
from storage.sides import (
    PATIENCE,
    beside,
    copy_file,
    draft_of,
    fill,
    new_file,
    put_over,
    read_from,
    reading_file,
    refuse_taken,
    side_of_server,
)
from storage.tables import runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of putting a copy back.

    Attributes:
        tables: what the registry holds now.
        kept: where that lies which it held before; None if it held nothing.
    """

    tables: tuple[Total, ...]
    kept: Path | None


def back_up(place: Path | str, file: Path, told: Told) -> tuple[Total, ...]:
    """Copy a registry, as it is at one moment, into an SQLite file; others may write meanwhile.

    Returns:
        What both hold, compared.

    Raises:
        RefusedError: the file is there already.
        RegistryUnavailableError: the registry cannot be read, or the copy not be written.
    """
    if isinstance(place, str):
        with read_from(place) as source, new_file(file) as draft:
            return fill(draft, source, told)
    _revision(place)
    with new_file(file) as draft:
        return copy_file(place, draft, told)


def restore(
    file: Path, place: Path | str, *, keep: Path, now: datetime, told: Told
) -> Restored:  # fmt: skip
    """Replace what a registry holds by a copy, in one transaction.

    Args:
        file: the copy, which stays as it is; one of an older version is brought up to date.
        place: the registry, which need not be there and may be damaged.
        keep: where to keep what it held; a new file.
        now: the time.
        told: told of progress.

    Raises:
        RefusedError: an agent works, a run lives, or ``keep`` is there already.
        RegistryUnavailableError: the copy or the registry cannot be used; all is as it was.
    """
    if isinstance(place, str):
        with _draft_beside(keep) as draft:
            _make_ready(file, draft, told)
            return _restore_server(draft, place, keep, now, told)
    with draft_of(place) as draft:
        _make_ready(file, draft, told)
        kept = _keep(place, keep, now, told)
        with reading_file(draft) as source:
            held = totals(source, told)
        put_over(draft, place)
    return Restored(tables=held, kept=kept)


def _revision(file: Path) -> str:
    if not file.exists():
        raise RegistryUnavailableError(f"there is no registry at {file}")
    with translated(file), file_errors(file):
        return revision_of(file, uri_to_read(file), PATIENCE)


def _make_ready(file: Path, draft: Path, told: Told) -> None:
    """Make a draft of a copy, of the newest version."""
    revision = _revision(file)
    if revision != SCHEMA.head:
        refuse_newer(str(file), revision, SCHEMA)
    copy_file(file, draft, told)
    if revision != SCHEMA.head:
        with translated(draft):
            upgrade_file(draft, SCHEMA, PATIENCE)


@contextmanager
def _draft_beside(path: Path) -> Generator[Path]:
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside(path.with_name(f"{path.name}.restored")) as draft:
            yield draft


def _restore_server(ready: Path, place: str, keep: Path, now: datetime, told: Told) -> Restored:
    with kept_still(place, patience=PATIENCE) as connection:
        require_rest(connection, hidden(place), now)
        target = side_of_server(place, connection)
        holds = connection.scalar(select(runs.c.id).limit(1)) is not None
        if holds:
            with new_file(keep) as draft:
                fill(draft, target, told)
        clear(connection)
        with reading_file(ready) as source:
            held = copy_tables(source, target, told)
    return Restored(tables=held, kept=keep if holds else None)


def _keep(place: Path, keep: Path, now: datetime, told: Told) -> Path | None:
    """Keep what lies at a place: as a copy, or as it is where that cannot be read."""
    if not place.exists():
        return None
    try:
        with reading_file(place) as side:
            require_rest(side.connection, str(place), now)
        back_up(place, keep, told)
    # A database whose tables cannot be found has come to harm as well.
    except (DamagedRegistryError, NotARegistryError, DatabaseError):
        _set_aside(place, keep)
    return keep


def _set_aside(place: Path, keep: Path) -> None:
    with file_errors(keep):
        refuse_taken(keep)
        keep.parent.mkdir(parents=True, exist_ok=True)
        for suffix in ("-wal", "-shm", "-journal", ""):
            part = place.with_name(place.name + suffix)
            if part.exists():
                part.rename(keep.with_name(keep.name + suffix))
