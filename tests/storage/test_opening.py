import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage.connection import engine_for, translated
from storage.errors import (
    DamagedRegistryError,
    FullDiskError,
    NewerRegistryError,
    NotARegistryError,
    ReadOnlyRegistryError,
    RegistryUnavailableError,
)
from storage.opening import open_file, prepare
from storage.records import Evaluation, ImageValue
from storage.registry import Registry
from storage.schema import SCHEMA, Schema
from storage.tables import metadata
from tests.storage.samples import points, running, submitted

NEXT_VERSION = f"""
from alembic import op
revision = "next"
down_revision = "{SCHEMA.head}"
def upgrade():
    with op.batch_alter_table("runs", recreate="always"):
        pass
    {{more}}
"""

AN_EVALUATION_OF_THE_FIRST_VERSION = """
INSERT INTO documents (id, digest, content) VALUES (1, 'd', '{}');
INSERT INTO runs (id, name, seed, signature, task, rule, network, priority, experiment, needs,
    provenance, status, attempt, created_at)
VALUES (7, 'old', 1, 's', 'denoise', 'erm', 'rrdb', 0, 1, 1, 1, 'running', 1, 0.0);
INSERT INTO attempts (run, number, host, processes, devices, furthest, started_at)
VALUES (7, 1, 'box', '[]', '{}', 0, 0.0);
INSERT INTO evaluations (id, run, step, suite, test_set, degradation, standing)
VALUES (3, 7, 12, 'noise-levels', 'bundled', 'gaussian-noise sigma=30', 'unseen');
INSERT INTO image_values VALUES (3, 0, 'moon.png', 30.5, 0.9), (3, 1, 'chelsea.png', 28.5, 0.8);
"""


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if not file.name.endswith((".lock", "-shm"))}


def next_schema(tmp_path: Path, more: str = "") -> Schema:
    folder = tmp_path / "100% migrations"
    shutil.copytree(SCHEMA.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT_VERSION.format(more=more))
    return Schema(head="next", folder=folder)


def query(path: Path, statement: str) -> object:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchone()


def test_the_head_that_the_code_names_is_the_newest_migration():
    assert ScriptDirectory(str(SCHEMA.folder)).get_current_head() == SCHEMA.head


def test_the_migrations_make_the_tables_that_the_code_uses(path: Path, tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path}/direct.db")
    metadata.create_all(engine)
    engine.dispose()
    made = definitions(path)
    del made["alembic_version"], made["sqlite_autoindex_alembic_version_1"]
    assert made == definitions(tmp_path / "direct.db")


def definitions(path: Path) -> dict[str, object]:
    """What the tables and indexes of a database are, however they came to be so."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        return {name: _definition(connection, kind, name, sql) for kind, name, sql in names}


def _definition(connection: sqlite3.Connection, kind: str, name: str, sql: str | None) -> object:
    def rows(pragma: str, of: str) -> list[tuple[object, ...]]:
        return connection.execute(f"PRAGMA {pragma}('{of}')").fetchall()

    if kind == "index":
        return rows("index_xinfo", name)
    columns = {column[1]: _meaning(column[2:]) for column in rows("table_xinfo", name)}
    keys = sorted(key[2:] for key in rows("foreign_key_list", name))
    indexes = sorted(index[1:] for index in rows("index_list", name))
    is_special = [word in (sql or "").upper() for word in ("AUTOINCREMENT", "WITHOUT ROWID")]
    return columns, keys, indexes, is_special


def _meaning(column: tuple[object, ...]) -> tuple[object, ...]:
    kind, needed, default, *others = column
    return (kind, needed, None if default is None else str(default).strip("'"), *others)


def test_a_registry_is_made_with_its_folder_and_leaves_only_itself(tmp_path: Path):
    path = tmp_path / "a" / "b" / "registry.db"
    with Registry.open(path) as registry:
        submitted(registry)
    with Registry.open(path) as registry:
        assert len(registry.runs()) == 1
    assert files(path.parent) == {"registry.db"}
    assert query(path, "PRAGMA journal_mode") == ("wal",)


def test_a_creation_that_fails_leaves_no_database(tmp_path: Path):
    schema = next_schema(tmp_path, more="raise RuntimeError('cut off')")
    path = tmp_path / "home" / "registry.db"
    with pytest.raises(RuntimeError, match="cut off"):
        prepare(path, read_only=None, patience=1, schema=schema)
    assert files(path.parent) == set()


def test_what_a_killed_creation_left_is_cleared_away(tmp_path: Path):
    path = tmp_path / "registry.db"
    path.with_name("registry.db.new").write_text("half a database")
    Registry.open(path).close()
    assert files(tmp_path) == {"registry.db"}


def test_an_older_registry_is_copied_then_migrated_and_keeps_its_runs(path: Path, tmp_path: Path):
    with Registry.open(path) as registry:
        run = running(registry)
    schema = next_schema(tmp_path, more="op.execute('CREATE TABLE colours (run INTEGER)')")
    for _ in range(2):
        prepare(path, read_only=None, patience=1, schema=schema)
    backup = path.with_name(f"registry-{SCHEMA.head}.backup.db")
    assert query(path, "SELECT version_num FROM alembic_version") == ("next",)
    assert query(path, "SELECT count(*) FROM colours") == (0,)
    assert query(path, "SELECT id FROM runs") == (run,)
    assert query(path, "SELECT count(*) FROM attempts") == (1,)
    assert query(backup, "SELECT version_num FROM alembic_version") == (SCHEMA.head,)
    assert query(backup, "SELECT id FROM runs") == (run,)


def test_evaluations_of_a_registry_of_the_first_version_count_as_those_of_the_last_weights(
    tmp_path: Path,
):
    path = tmp_path / "registry.db"
    prepare(path, read_only=None, patience=1, schema=first_schema(tmp_path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(AN_EVALUATION_OF_THE_FIRST_VERSION)
    with Registry.open(path) as registry:
        last = Evaluation(
            run=7,
            step=12,
            suite="noise-levels",
            test_set="bundled",
            degradation="gaussian-noise sigma=30",
            standing="unseen",
            images=(
                ImageValue(image="moon.png", psnr=30.5, ssim=0.9),
                ImageValue(image="chelsea.png", psnr=28.5, ssim=0.8),
            ),
        )
        assert registry.evaluations([7]) == (last,)
        registry.write(7, 1, [], [replace(last, weights="average")])
        registry.write(7, 1, [], [replace(last, standing="seen")])
        assert {each.weights: each.standing for each in registry.evaluations([7])} == {
            "last": "seen",
            "average": "unseen",
        }
    assert query(path, "SELECT count(*) FROM image_values") == (4,)
    assert query(path, "PRAGMA foreign_key_check") is None
    backup = path.with_name("registry-0001.backup.db")
    assert query(backup, "SELECT count(*) FROM image_values") == (2,)


def first_schema(tmp_path: Path) -> Schema:
    folder = tmp_path / "the first migration"
    newer = shutil.ignore_patterns("__pycache__", "v000[2-9]*")
    shutil.copytree(SCHEMA.folder, folder, ignore=newer)
    return Schema(head="0001", folder=folder)


def test_a_migration_that_fails_leaves_the_registry_as_it_was(path: Path, tmp_path: Path):
    schema = next_schema(tmp_path, more="raise RuntimeError('cut off')")
    with pytest.raises(RuntimeError, match="cut off"):
        prepare(path, read_only=None, patience=1, schema=schema)
    with Registry.open(path) as registry:
        submitted(registry)


def test_an_older_registry_that_may_only_be_read_is_refused(path: Path, tmp_path: Path):
    with pytest.raises(ReadOnlyRegistryError, match="older dilctl"):
        prepare(path, read_only=True, patience=1, schema=next_schema(tmp_path))


@pytest.mark.parametrize("read_only", [None, True])
def test_a_registry_of_an_unknown_version_is_left_alone(path: Path, read_only: bool | None):
    query(path, "UPDATE alembic_version SET version_num = '0999'")
    before = path.read_bytes()
    with pytest.raises(NewerRegistryError, match=r"schema 0999.* update dilctl"):
        Registry.open(path, read_only=read_only)
    assert path.read_bytes() == before


def test_what_is_no_registry_is_said_to_be_none_and_left_alone(tmp_path: Path):
    text, empty, other, folder = (tmp_path / n for n in ("a.db", "b.db", "c.db", "d.db"))
    text.write_text("hello, I am no database at all\n" * 100)
    empty.touch()
    query(other, "CREATE TABLE alembic_version (version_num TEXT)")
    folder.mkdir()
    for path in (text, empty, other, folder):
        before = path.read_bytes() if path.is_file() else None
        for read_only in (None, True):
            with pytest.raises(NotARegistryError, match=r"\w\.db is (not|a folder)"):
                Registry.open(path, read_only=read_only)
        assert before is None or path.read_bytes() == before
    assert files(tmp_path) == {"a.db", "b.db", "c.db", "d.db"}


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(RegistryUnavailableError, match="cannot be used: "):
        Registry.open(tmp_path / "file" / "registry.db")
    with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
        Registry.open(tmp_path / "registry.db", read_only=True)


def test_a_registry_that_may_only_be_read_answers_and_refuses_to_change(path: Path):
    with Registry.open(path) as registry:
        run = running(registry)
        registry.write(run, 1, points(1, loss=0.5), [])
        # The writer is still there: what it wrote lies in the log, not in the file.
        with Registry.open(path, read_only=True) as reader:
            assert reader.curve(run, "loss").values == (0.5,)
            with pytest.raises(ReadOnlyRegistryError, match="may be read, not written"):
                submitted(reader)
    with Registry.open(path, read_only=True) as reader:
        assert [found.id for found in reader.runs()] == [run]


def test_who_may_only_read_notices_that_somebody_has_begun_to_write(path: Path):
    # Nobody writes at first, and where nothing can be made beside the file, SQLite is told so.
    uris = iter([f"{path.as_uri()}?mode=ro&immutable=1", f"{path.as_uri()}?mode=ro"])
    engine = engine_for(lambda: next(uris), patience=1)
    database = replace(open_file(path, read_only=True, patience=1), reader=engine)
    with (
        closing(Registry(database, lambda: pytest.fail("no time"))) as reader,
        Registry.open(path) as writer,
    ):
        assert reader.last_event() == 0
        submitted(writer)
        assert reader.last_event() == 1


def test_a_registry_that_becomes_read_only_says_so(path: Path):
    engine = engine_for(f"{path.as_uri()}?mode=ro", patience=1)
    database = replace(
        open_file(path, read_only=None, patience=1), writer=engine.execution_options(writes=True)
    )
    with closing(Registry(database, lambda: pytest.fail("no time"))) as registry:
        with pytest.raises(ReadOnlyRegistryError, match="may be read, not written"):
            registry.explain_waits({1: "x"})


def test_a_registry_locked_for_long_says_so(path: Path):
    with Registry.open(path, patience=0.05) as registry, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RegistryUnavailableError, match="locked by another process"):
            submitted(registry)
        assert registry.runs() == ()
        other.rollback()
        submitted(registry)


def test_a_full_disk_is_said_in_a_sentence(path: Path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        with (
            pytest.raises(FullDiskError, match="no space is left"),
            translated(path),
        ):
            connection.execute("CREATE TABLE more AS SELECT zeroblob(10000000)")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 500 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", disk]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("file systems may not be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_disk_too_full_to_read_by_is_said_to_be_full(small_disk: Path):
    path = small_disk / "registry.db"
    Registry.open(path).close()
    with pytest.raises(OSError, match="space"):
        fill_up(small_disk / "photographs")
    with pytest.raises(FullDiskError, match="free some and try again"):
        Registry.open(path)
    (small_disk / "photographs").unlink()
    with Registry.open(path) as registry:
        assert registry.runs() == ()


def test_a_damaged_registry_says_so(path: Path):
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    with (
        pytest.raises(RegistryUnavailableError, match="is damaged"),
        Registry.open(path) as registry,
    ):
        registry.runs()


def test_settings_that_have_come_to_harm_are_a_damaged_registry(path: Path):
    with Registry.open(path) as registry:
        submitted(registry)
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE documents SET content = '{'")
        with pytest.raises(DamagedRegistryError, match="is damaged"):
            registry.runs()


def test_a_faulty_statement_of_ours_is_not_dressed_up():
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="syntax error"),
        translated(Path("registry.db")),
    ):
        connection.execute("SELEKT")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import storage.records, storage.errors", "sqlalchemy"),
        ("from pathlib import Path; from storage.registry import Registry;"
         "Registry.open(Path(sys.argv[1])).runs()", "alembic"),
        ("import storage.registry", "sqlalchemy.orm"),
    ],
)  # fmt: skip
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, absent: str, path: Path):
    check = f"import sys; {code}; assert {absent!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", check, path], check=True)
