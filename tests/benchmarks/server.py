"""The same writing and reading in a PostgreSQL server, where one is installed; no targets."""

from dataclasses import replace
from pathlib import Path

from storage.registry import Registry
from tests.benchmarks import reading, writing
from tests.benchmarks.figures import Figure, Figures, milliseconds
from tests.benchmarks.seeding import Size, seed

_TOPIC = "PostgreSQL"


def measure(folder: Path) -> Figures:
    """Nothing where no server is installed."""
    try:
        from tests.servers.postgres import programs, server
    except ModuleNotFoundError:
        return
    if programs() is None:
        return
    with server(folder) as url:
        size = Size(runs=10_000, points=100)
        seed(url, size)
        with Registry.open(url) as registry:
            attempt = writing.begun(registry, "writes")
            firsts = iter(range(0, 10**9, writing.POINTS))
            took = milliseconds(
                lambda: writing.write(
                    registry, attempt, next(firsts), points=writing.POINTS, batch=writing.BATCH
                ),
                rounds=3,
            )
            note = f"{writing.POINTS:,} points, {writing.BATCH:,} a transaction; fsync off"
            speed = writing.POINTS / took * 1000
            yield Figure(topic=_TOPIC, name="points a second, one process", value=speed,
                         unit="points/s", note=note)  # fmt: skip
            for figure in reading.lists(registry, size, at_most=None):
                yield replace(figure, topic=_TOPIC)
            yield replace(reading.curve(registry, size, at_most=None), topic=_TOPIC)
