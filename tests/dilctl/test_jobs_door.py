"""The door to a registry that goes away, comes back, or becomes another one."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.errors import NewerRegistryError, QueryError, RegistryUnavailableError
from storage.records import Line, Status
from storage.registry import Registry
from storage.schema import SCHEMA
from tests.storage.samples import submitted


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


@pytest.fixture
def jobs(settings: Settings) -> Iterator[Jobs]:
    opened = Jobs(settings, patience=0.1)
    yield opened
    opened.close()


def file_of(settings: Settings) -> Path:
    assert isinstance(settings.registry, Path)
    return settings.registry


def remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def test_a_registry_that_is_gone_is_never_made_again_by_who_had_it_open(
    jobs: Jobs, settings: Settings
) -> None:
    jobs.require_registry()
    path = file_of(settings)
    remove(path)
    for _ in range(2):
        with pytest.raises(RegistryUnavailableError, match=r"is gone|there is no registry"):
            jobs.require_registry()
        with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
            jobs.counts()
    assert not path.exists()
    Registry.open(path).close()
    jobs.require_registry()
    assert sum(jobs.counts().values()) == 0


def test_a_registry_that_was_replaced_is_told_once_and_then_read(
    jobs: Jobs, settings: Settings, tmp_path: Path
) -> None:
    submitted(jobs.registry)
    submitted(jobs.registry)
    other = Settings(tmp_path / "other")
    with Jobs(other) as others:
        submitted(others.registry)
    remove(file_of(settings))
    file_of(other).rename(file_of(settings))
    for _ in range(2):
        with pytest.raises(RegistryUnavailableError, match="replaced by another file"):
            jobs.counts()
    with pytest.raises(RegistryUnavailableError, match="replaced by another file"):
        jobs.require_registry()
    jobs.require_registry()
    assert jobs.counts()[Status.QUEUED] == 1


def test_a_registry_that_a_newer_dilctl_migrated_stays_away_until_it_is_put_back(
    jobs: Jobs, settings: Settings
) -> None:
    jobs.require_registry()
    for version in ("0999", SCHEMA.head):
        with closing(sqlite3.connect(file_of(settings), isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        if version != SCHEMA.head:
            for _ in range(2):
                with pytest.raises(NewerRegistryError, match="update dilctl"):
                    jobs.require_registry()
    jobs.require_registry()


def test_threads_that_ask_at_once_open_one_registry(jobs: Jobs) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: jobs.registry, range(32)))
    assert len({id(one) for one in opened}) == 1


def test_a_registry_that_was_lent_is_not_let_go(settings: Settings) -> None:
    path = file_of(settings)
    with Registry.open(path) as lent:
        jobs = Jobs(settings, registry=lent)
        path.rename(path.with_suffix(".aside"))
        with pytest.raises(RegistryUnavailableError, match="is gone"):
            jobs.require_registry()
        path.with_suffix(".aside").rename(path)
        jobs.require_registry()
        assert jobs.registry is lent


def test_what_people_type_finds_sorts_and_groups_the_lines_of_a_list(jobs: Jobs) -> None:
    for seed in (1, 2, 3):
        submitted(jobs.registry, seed=seed)
    assert [line.id for line in jobs.lines()] == [3, 2, 1]
    assert jobs.lines("seed>1", sort="-id", by="config.train.batch") == (
        Line(id=3, status=Status.QUEUED, group="8"),
        Line(id=2, status=Status.QUEUED, group="8"),
    )
    with pytest.raises(QueryError, match="there is no field `colour`"):
        jobs.lines(by="colour")
    first = jobs.events(limit=2)
    assert [event.run for event in (*first, *jobs.events(after=first[-1].id))] == [1, 2, 3]
