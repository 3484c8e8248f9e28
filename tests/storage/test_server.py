"""What is a server's own: how it is reached, how its registry is made and brought up to date."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import psycopg
import pytest

from dilctl.jobs import Jobs
from dilctl.recorder import Recorder, Rhythm
from dilctl.settings import Settings
from storage.errors import (
    NewerRegistryError,
    NotARegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
)
from storage.registry import Registry
from storage.schema import SCHEMA, Schema
from storage.server import hidden, open_server
from tests.servers.postgres import Server
from tests.storage.samples import points, running, submitted
from trainers.reporter import Position

pytestmark = pytest.mark.server

NEXT_VERSION = f"""
import sqlalchemy as sa
from alembic import op
revision = "0999"
down_revision = "{SCHEMA.head}"
def upgrade():
    op.add_column("runs", sa.Column("colour", sa.Text))
    op.execute("UPDATE runs SET colour = 'blue'")
    {{more}}
"""


def next_schema(tmp_path: Path, more: str = "") -> Schema:
    folder = tmp_path / "100% migrations"
    shutil.copytree(SCHEMA.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT_VERSION.format(more=more))
    return Schema(head="0999", folder=folder)


def answer(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(statement)
        return found.fetchall() if found.description else None


@pytest.fixture
def url(new_database: Callable[[str], str], empty_database: str) -> str:
    """A database with an empty registry."""
    return new_database(empty_database)


@pytest.fixture
def own(tmp_path: Path) -> Generator[Server]:
    """A server of this test alone, which asks for a password."""
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder, password="s3cret")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_an_older_registry_is_copied_then_migrated_once(url: str, tmp_path: Path):
    with Registry.open(url) as registry:
        run = running(registry, tags=("a",))
        registry.write(run, 1, points(1, 2, loss=0.5), [])
    schema = next_schema(tmp_path)
    for _ in range(2):
        open_server(url, read_only=None, patience=5, schema=schema).close()
    assert answer(url, "SELECT id, colour FROM runs") == [(run, "blue")]
    assert answer(url, "SELECT version_num FROM alembic_version") == [("0999",)]
    backup = f"dilctl_backup_{SCHEMA.head}"
    assert answer(url, f"SELECT id FROM {backup}.runs") == [(run,)]
    assert answer(url, f"SELECT count(*) FROM {backup}.metrics") == [(2,)]
    assert answer(url, f"SELECT tag FROM {backup}.tags") == [("a",)]
    assert answer(url, f"SELECT version_num FROM {backup}.alembic_version") == [(SCHEMA.head,)]


def test_a_migration_that_fails_leaves_the_registry_as_it_was(url: str, tmp_path: Path):
    with Registry.open(url) as registry:
        run = running(registry)
    schema = next_schema(tmp_path, more="raise RuntimeError('cut off')")
    with pytest.raises(RuntimeError, match="cut off"):
        open_server(url, read_only=None, patience=5, schema=schema)
    schemas = "SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'dilctl%'"
    assert answer(url, schemas) == [(0,)]
    with Registry.open(url) as registry:
        assert [found.id for found in registry.runs()] == [run]


def test_a_registry_of_a_newer_dilctl_is_left_alone(url: str):
    answer(url, "UPDATE alembic_version SET version_num = '0999'")
    for read_only in (None, True):
        with pytest.raises(NewerRegistryError, match=r"schema 0999.* update dilctl"):
            Registry.open(url, read_only=read_only)
    assert answer(url, "SELECT version_num FROM alembic_version") == [("0999",)]


@pytest.mark.parametrize(
    "table", ["CREATE TABLE alembic_version (version_num TEXT)", "CREATE TABLE runs (x INT)"]
)
def test_a_database_of_another_program_is_left_alone(
    new_database: Callable[[str], str], table: str
):
    url = new_database("template0")
    answer(url, table)
    with pytest.raises(NotARegistryError, match="make a database for dilctl alone"):
        Registry.open(url)
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert answer(url, tables) == [(1,)]


def test_an_older_registry_that_may_only_be_read_is_refused(url: str, tmp_path: Path):
    with pytest.raises(ReadOnlyRegistryError, match="older dilctl"):
        open_server(url, read_only=True, patience=5, schema=next_schema(tmp_path))


def test_a_person_without_the_right_to_write_reads(url: str):
    with Registry.open(url) as registry:
        run = running(registry)
    answer(url, "DROP ROLE IF EXISTS guest")
    answer(url, "CREATE ROLE guest LOGIN")
    answer(url, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    with Registry.open(url.replace("postgres@", "guest@")) as registry:
        assert [found.id for found in registry.runs()] == [run]
        with pytest.raises(ReadOnlyRegistryError, match="may be read, not written"):
            submitted(registry)


def test_processes_that_open_an_empty_database_at_once_make_one_registry(
    new_database: Callable[[str], str],
):
    url = new_database("template0")
    code = (
        "import sys; from storage.registry import Registry;"
        "from tests.storage.samples import submitted;"
        "submitted(Registry.open(sys.argv[1]))"
    )
    starters = [subprocess.Popen([sys.executable, "-c", code, url]) for _ in range(4)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0, 0]
    with Registry.open(url) as registry:
        assert len(registry.runs()) == 4


def test_a_wrong_password_is_said_without_showing_it(own: Server):
    wrong = own.url.replace("s3cret", "wr0ng")
    with pytest.raises(RegistryUnavailableError, match="password authentication failed") as error:
        Registry.open(wrong, patience=2)
    assert "wr0ng" not in str(error.value)
    assert hidden(own.url).startswith("postgresql://postgres:***@127.0.0.1")
    assert "s3cret" not in hidden("postgresql:///runs?host=/tmp&password=s3cret&sslpassword=s3cret")


def test_no_server_no_database_and_no_host_are_said_in_a_sentence(own: Server):
    with pytest.raises(RegistryUnavailableError, match='database "absent" does not exist'):
        Registry.open(f"{own.url.rpartition('/')[0]}/absent", patience=2)
    own.stop()
    with pytest.raises(RegistryUnavailableError, match="cannot be reached: ") as error:
        Registry.open(own.url, patience=1)
    assert "s3cret" not in str(error.value)
    with pytest.raises(RegistryUnavailableError, match="cannot be reached: "):
        Registry.open("postgresql://host.invalid/runs", patience=1)


def test_a_url_that_cannot_be_understood_is_said_without_its_password():
    for url in ("postgresql://me:s3cret@host:port/runs", "mysql://me:s3cret@host/runs", "://"):
        with pytest.raises(NotARegistryError, match="postgresql://USER@HOST/DATABASE") as error:
            Registry.open(url)
        assert "s3cret" not in str(error.value)


def test_a_server_that_stops_in_the_middle_is_said_and_comes_back(own: Server):
    with Registry.open(own.url, patience=2) as registry:
        run = running(registry)
        own.stop()
        for _ in range(2):
            with pytest.raises(RegistryUnavailableError, match="cannot be reached: "):
                registry.runs()
            with pytest.raises(RegistryUnavailableError, match="cannot be reached: "):
                registry.write(run, 1, points(1, loss=0.5), [])
        own.start()
        registry.write(run, 1, points(2, loss=0.25), [])
        assert registry.curve(run, "loss").values == (0.25,)


def test_a_connection_that_is_cut_inside_a_transaction_is_said(url: str):
    with Registry.open(url, patience=2) as registry:
        run = running(registry)

        def cut(_value: object) -> float:
            answer(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}")
            return 0.5

        with pytest.raises(RegistryUnavailableError, match="cannot be reached: "):
            registry.write(run, 1, _Cutting(cut), [])
        registry.write(run, 1, points(2, loss=0.25), [])
        assert registry.curve(run, "loss").steps == (2,)


OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"


class _Cutting(list[object]):
    """Points during whose writing the connection is cut."""

    def __init__(self, cut: Callable[[object], float]) -> None:
        super().__init__(points(1, loss=0.5))
        self._cut = cut

    def __iter__(self):
        self._cut(None)
        return super().__iter__()


def test_a_recorder_loses_nothing_while_its_server_is_away(own: Server, tmp_path: Path):
    with Registry.open(own.url, patience=2) as registry:
        run = running(registry)
        recorder = Recorder(
            lambda: Registry.open(own.url, patience=1),
            run=run,
            attempt=1,
            spool=tmp_path / "spool.jsonl",
            rhythm=Rhythm(write=0.01, beat=0.05),
        )
        for step in range(300):
            if step == 100:
                own.stop()
            elif step == 200:
                own.start()
            at = Position(step=step, gradients=step, seconds=float(step), fraction=step / 300)
            recorder.measured(at, {"loss": float(step)})
            time.sleep(0.001)
        assert recorder.close() == 0
        assert registry.curve(run, "loss").values == tuple(map(float, range(300)))
    assert not (tmp_path / "spool.jsonl").exists()


def test_a_view_says_that_its_server_is_away_and_goes_on_when_it_is_back(
    own: Server, tmp_path: Path
):
    jobs = Jobs(Settings(tmp_path / "home", database=own.url), patience=1)
    jobs.require_registry()
    own.stop()
    for _ in range(2):
        with pytest.raises(RegistryUnavailableError, match="cannot be reached") as raised:
            jobs.require_registry()
        assert "s3cret" not in str(raised.value)
    own.start()
    jobs.require_registry()
    submitted(jobs.registry)
    answer(own.url, "DROP SCHEMA public CASCADE")
    answer(own.url, "CREATE SCHEMA public")
    for ask in (jobs.require_registry, jobs.require_registry, jobs.counts):
        with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
            ask()
    jobs.close()


def test_a_reader_that_others_keep_out_gives_up_when_its_patience_ends(url: str):
    with (
        Registry.open(url, patience=0.1) as registry,
        psycopg.connect(url) as other,
    ):
        other.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(RegistryUnavailableError, match="locked by another process"):
            registry.counts()
        other.rollback()
        registry.require_usable()
