"""A registry under a program that stays: gone, replaced, moved, locked, of another version."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.errors import (
    DamagedRegistryError,
    MovedRegistryError,
    NewerRegistryError,
    RegistryUnavailableError,
    StorageError,
)
from storage.opening import leave
from storage.query import parse_group
from storage.records import Status
from storage.registry import Registry
from tests.storage.samples import submitted


def behind(place: Path | str, statement: str) -> None:
    """Do something to a registry behind its back."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place, isolation_level=None)) as connection:
            connection.execute(statement)
        return
    import psycopg

    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("version", "error", "sentence"),
    [
        ("0999", NewerRegistryError, "newer dilctl .* update dilctl"),
        ("0001", RegistryUnavailableError, "older dilctl; try again"),
    ],
)
def test_a_registry_that_has_become_of_another_version_is_noticed(
    registry: Registry,
    place: Path | str,
    version: str,
    error: type[StorageError],
    sentence: str,
):
    registry.require_usable()
    behind(place, f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(error, match=sentence):
        registry.require_usable()


def test_a_table_that_is_missing_is_said_in_a_sentence(registry: Registry, place: Path | str):
    behind(place, "DROP TABLE notes")
    run = submitted(registry)
    with pytest.raises(DamagedRegistryError, match=r"notes.*dilctl db restore FILE"):
        registry.notes(run)
    behind(place, "DROP TABLE alembic_version")
    with pytest.raises(RegistryUnavailableError, match=r"alembic_version|there is no registry"):
        registry.require_usable()


def test_a_setting_that_is_no_json_is_said_in_a_sentence(registry: Registry, place: Path | str):
    submitted(registry)
    behind(place, "UPDATE documents SET content = '{\"train\": NaN}'")
    with pytest.raises(DamagedRegistryError, match=r"JSON|json"):
        registry.lines(by=parse_group("config.train"))


def test_where_none_is_to_be_made_none_is_made(fresh_place: Path | str):
    for _ in range(2):
        with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
            Registry.open(fresh_place, creates=False)
    if isinstance(fresh_place, Path):
        assert not fresh_place.parent.exists()
    Registry.open(fresh_place).close()
    Registry.open(fresh_place, creates=False).close()


def test_a_registry_that_is_gone_is_neither_made_anew_nor_written_to(path: Path, tmp_path: Path):
    with Registry.open(path) as registry:
        run = submitted(registry)
        path.rename(tmp_path / "aside.db")
        for ask in (registry.require_usable, registry.counts, lambda: submitted(registry)):
            with pytest.raises(RegistryUnavailableError, match="is gone; put it back"):
                ask()
        assert not path.exists()
        (tmp_path / "aside.db").rename(path)
        registry.require_usable()
        assert [found.id for found in registry.runs()] == [run]
        path.parent.rename(tmp_path / "elsewhere")
        with pytest.raises(RegistryUnavailableError, match="is gone"):
            registry.counts()
        (tmp_path / "elsewhere").rename(path.parent)


def test_another_file_in_the_place_of_a_registry_is_noticed_and_keeps_what_it_holds(
    path: Path, empty: Path, tmp_path: Path
):
    with Registry.open(path) as old:
        submitted(old, name="old")
        path.rename(tmp_path / "aside.db")
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink()
        shutil.copy(empty, path)
        with Registry.open(path) as new:
            submitted(new, name="new")
            for ask in (old.require_usable, old.counts, lambda: submitted(old)):
                with pytest.raises(RegistryUnavailableError, match="replaced by another file"):
                    ask()
            old.close()
            assert path.with_name(f"{path.name}-wal").exists(), "the new one's log"
            assert [run.name for run in new.runs()] == ["new"]
    with Registry.open(path) as again:
        assert [run.name for run in again.runs()] == ["new"]


def test_a_registry_that_was_moved_says_where_to(path: Path):
    with Registry.open(path) as registry:
        leave(path, "postgresql://me@host/runs")
        with pytest.raises(MovedRegistryError, match="postgresql://me@host/runs"):
            registry.require_usable()


def test_a_reader_waits_no_longer_than_its_patience(path: Path):
    Registry.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(RegistryUnavailableError, match="locked by another process"):
            Registry.open(path, patience=0.05)


def test_a_reader_is_not_kept_by_a_writer(path: Path):
    with (
        Registry.open(path, patience=0.05) as registry,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        registry.require_usable()
        assert registry.counts()[Status.QUEUED] == 0


def cut(path: Path) -> None:
    os.truncate(path, 0)


def scribble(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(b"\xff" * size)


@pytest.mark.parametrize("harm", [cut, scribble])
def test_a_file_that_came_to_harm_is_a_sentence_whatever_is_asked(
    path: Path, harm: Callable[[Path], None]
):
    with Registry.open(path, patience=0.05) as registry:
        harm(path)
        for ask in (registry.require_usable, registry.counts, registry.lines, registry.tags):
            with pytest.raises(RegistryUnavailableError):
                ask()
