"""What a check finds and a registry can put right by itself."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, text

from storage.checking import STALE, STRAYS
from storage.evaluations import refresh_means
from storage.opening import open_file
from storage.points import rewind
from storage.server import open_server
from storage.sides import PATIENCE
from storage.tables import latest_metrics, metrics, step_times

_NEVER = 2**62  # a step that no run reaches


def mend(place: Path | str) -> tuple[int, ...]:
    """Forget measurements of runs that are not there; take newest values from the curves anew.

    Returns:
        The numbers of the runs that this was done for.

    Raises:
        RegistryUnavailableError: it cannot be written.
    """
    if isinstance(place, str):
        database = open_server(place, read_only=None, patience=PATIENCE)
    else:
        database = open_file(place, read_only=None, patience=PATIENCE)
    try:
        with database.changing() as connection:
            return tuple(sorted({*_forget_strays(connection), *_renew(connection)}))
    finally:
        database.close()


def _forget_strays(connection: Connection) -> set[int]:
    forgotten: set[int] = set()
    for table in (metrics, step_times, latest_metrics):
        runs: Sequence[int] = connection.scalars(text(STRAYS.format(table=table.name))).all()
        for run in runs:
            connection.execute(delete(table).where(table.c.run == run))
        forgotten.update(runs)
    return forgotten


def _renew(connection: Connection) -> set[int]:
    runs: Sequence[int] = connection.scalars(text(STALE)).all()
    for run in runs:
        rewind(connection, run, _NEVER)
        refresh_means(connection, run)
    return set(runs)
