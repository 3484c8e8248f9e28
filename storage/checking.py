"""Whether a registry is whole: what it is, and what is wrong with it; nothing is changed."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from storage.connection import translated
from storage.errors import DamagedRegistryError, RegistryUnavailableError
from storage.opening import file_errors, revision_of, uri_to_read
from storage.presence import orphans
from storage.schema import SCHEMA, refuse_newer
from storage.server import hidden, looked_at
from storage.sides import PATIENCE, reading_file
from storage.tables import metadata

_SILENCE = timedelta(minutes=15)  # of worker and agent, with clocks that may differ
_FAULTS = 20  # of a damaged file that are named
_RESTORE = "put a copy in its place: dilctl db restore FILE"
_MEND = "dilctl db check --mend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong.

    Attributes:
        subject: with what, in a word or two.
        finding: what was found.
        cure: what to do.
    """

    subject: str
    finding: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """A registry that was looked at.

    Attributes:
        place: where it lies; no password.
        kind: ``sqlite`` or ``postgresql``.
        schema: the version of its tables.
        is_current: whether that is the newest; an older one is brought up to date by whoever opens
            the registry next.
        journal: how it keeps what is being written, as in ``wal``.
        size: bytes that it takes on its disk.
        rows: how many each table has; empty where they cannot be counted.
        findings: what is wrong; empty where all is well.
    """

    place: str
    kind: str
    schema: str
    is_current: bool
    journal: str
    size: int
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]


def examine(place: Path | str, *, now: datetime) -> Examination:
    """Look at a registry of any version, as it is at one moment.

    Raises:
        RegistryUnavailableError: it is none, is of a newer dilctl, or cannot be reached. One that
            is damaged is examined.
    """
    if isinstance(place, str):
        with looked_at(place, patience=PATIENCE) as (connection, revision):
            return _examine_server(connection, hidden(place), revision, now)
    if not place.exists():
        raise RegistryUnavailableError(f"there is no registry at {place}")
    try:
        with translated(place), file_errors(place):
            return _examine_file(place, now)
    except DamagedRegistryError as error:
        return _damaged(place, str(error))


def _examine_file(place: Path, now: datetime) -> Examination:
    revision = revision_of(place, uri_to_read(place), PATIENCE)
    found = _nothing_known(place, revision)
    with _harmed_or(place), reading_file(place) as side:
        journal = side.connection.scalar(text("PRAGMA journal_mode")) or ""
        found = replace(found, journal=journal, findings=_faults_of_file(side.connection))
        return _with_content(found, side.connection, now)


@contextmanager
def _harmed_or(place: Path) -> Generator[None]:
    try:
        yield
    except DatabaseError as error:  # a table that the file has lost is no fault of a statement
        raise DamagedRegistryError(f"the registry {place} is damaged ({error.orig})") from error


def _damaged(place: Path, said: str) -> Examination:
    finding = Finding(subject="file", finding=said.partition(";")[0], cure=_RESTORE)
    return replace(_nothing_known(place, "unknown"), findings=(finding,))


def _nothing_known(place: Path, revision: str) -> Examination:
    parts = [place, *(place.with_name(place.name + suffix) for suffix in ("-wal", "-shm"))]
    return Examination(
        place=str(place),
        kind="sqlite",
        schema=revision,
        is_current=revision == SCHEMA.head,
        journal="",
        size=sum(part.stat().st_size for part in parts if part.exists()),
        rows={},
        findings=(),
    )


def _faults_of_file(connection: Connection) -> tuple[Finding, ...]:
    lines = list(connection.scalars(text(f"PRAGMA integrity_check({_FAULTS})")))
    broken = [
        f"row {row} of {table} refers to a row of {parent} that is not there"
        for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")).fetchmany(
            _FAULTS
        )
    ]
    return (
        *(Finding(subject="file", finding=line, cure=_RESTORE) for line in lines if line != "ok"),
        *(Finding(subject="references", finding=line, cure=_RESTORE) for line in broken),
    )


def _examine_server(
    connection: Connection, name: str, revision: str, now: datetime
) -> Examination:  # fmt: skip
    tables = ", ".join(f"('{table}')" for table in metadata.tables)
    size = f"SELECT sum(pg_total_relation_size(to_regclass(name))) FROM (VALUES {tables}) t(name)"
    found = Examination(
        place=name,
        kind="postgresql",
        schema=revision,
        is_current=revision == SCHEMA.head,
        journal="wal",
        size=int(connection.scalar(text(size)) or 0),
        rows={},
        findings=_faults_of_server(connection),
    )
    return _with_content(found, connection, now)


def _faults_of_server(connection: Connection) -> tuple[Finding, ...]:
    """Indexes that were left unfinished, and pages whose checksums the server found wrong."""
    invalid = text(
        "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE NOT i.indisvalid AND n.nspname = current_schema() ORDER BY 1"
    )
    failures = text(
        "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()"
    )
    pages = connection.scalar(failures) or 0
    return (
        *(
            Finding(subject="index", finding=f"{index} is not valid", cure=f"REINDEX INDEX {index}")
            for index in connection.scalars(invalid)
        ),
        *(
            [Finding(subject="disk", finding=f"{pages} pages were read damaged", cure=_RESTORE)]
            if pages
            else []
        ),
    )


def _with_content(found: Examination, connection: Connection, now: datetime) -> Examination:
    """The same with the tables counted and, in a registry of this version, looked through."""
    rows = _rows(connection)
    found = replace(found, rows=rows)
    if not found.is_current:
        refuse_newer(found.place, found.schema, SCHEMA)
        return found
    if missing := sorted(set(metadata.tables) - set(rows)):
        finding = Finding(subject="tables", finding=f"lost: {', '.join(missing)}", cure=_RESTORE)
        return replace(found, findings=(*found.findings, finding))
    more = (*_strays(connection), *_stale(connection), *_abandoned(connection, now))
    return replace(found, findings=(*found.findings, *more))


def _rows(connection: Connection) -> dict[str, int]:
    there = set(inspect(connection).get_table_names())
    return {
        name: connection.scalar(select(func.count()).select_from(table)) or 0
        for name, table in sorted(metadata.tables.items())
        if name in there
    }


def _strays(connection: Connection) -> Iterable[Finding]:
    """Measurements of runs that are not there: their table declares no reference to runs."""
    for table in ("metrics", "step_times", "latest_metrics"):
        if runs := list(connection.scalars(text(STRAYS.format(table=table)))):
            named = _named(runs)
            yield Finding(
                subject=table, finding=f"has rows of {named}, which is not there", cure=_MEND
            )


# One step down the key for each run, however many points it has.
STRAYS = """
WITH RECURSIVE known(run) AS (
  SELECT min(run) FROM {table}
  UNION ALL
  SELECT (SELECT min(run) FROM {table} t WHERE t.run > known.run) FROM known WHERE run IS NOT NULL
)
SELECT run FROM known WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM runs) ORDER BY run
"""

# A newest value is that of the last point of its curve, where there is a curve.
STALE = """
SELECT DISTINCT l.run FROM latest_metrics l
JOIN metrics m ON m.run = l.run AND m.metric = l.metric
  AND m.step = (SELECT max(step) FROM metrics c WHERE c.run = l.run AND c.metric = l.metric)
WHERE m.step <> l.step OR m.value <> l.value OR (m.value IS NULL) <> (l.value IS NULL)
ORDER BY 1
"""


def _stale(connection: Connection) -> Iterable[Finding]:
    if runs := list(connection.scalars(text(STALE))):
        finding = f"the newest values of {_named(runs)} are not those of the curves"
        yield Finding(subject="latest_metrics", finding=finding, cure=_MEND)


def _abandoned(connection: Connection, now: datetime) -> Iterable[Finding]:
    for run, attempt in orphans(connection, now - _SILENCE):
        yield Finding(
            subject="runs",
            finding=f"run {run.id} counts as {run.status}, but nothing has been heard of it nor "
            f"of the agent on {attempt.host} for 15 minutes",
            cure="start an agent there, which settles it: dilctl agent start",
        )


def _named(runs: list[int]) -> str:
    more = f" and {len(runs) - 5} others" if len(runs) > 5 else ""
    return f"run {', '.join(map(str, runs[:5]))}{more}"
