import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dilctl.jobs import Jobs
from dilctl.lock import AgentLock
from dilctl.settings import Settings
from storage.opening import prepare
from storage.records import Status
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.stage import new_run
from tests.storage.samples import finish
from tests.storage.test_opening import first_schema

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(shell: Shell) -> Jobs:
    """A registry with one run that has ended, on this machine."""
    jobs = Jobs(Settings(shell.home))
    done(jobs.registry)
    weights = jobs.settings.run(1).weights
    weights.parent.mkdir(parents=True)
    weights.touch()
    return jobs


def done(registry: Registry) -> int:
    run = registry.submit([new_run(name="noise \x1b[31m")], who="test")[0].id
    registry.claim(run, socket.gethostname())
    registry.running(run, 1)
    finish(registry, run, Status.DONE)
    return run


def numbers(home: Path) -> list[int]:
    with Registry.open(home / "registry.db", read_only=True) as registry:
        return [run.id for run in registry.runs()]


def test_a_check_says_what_there_is_and_that_nothing_is_wrong(shell: Shell, jobs: Jobs):
    lines = shell("db", "check", columns=80).splitlines()
    assert lines[-1] == "nothing is wrong"
    assert "kind           sqlite (wal)" in lines
    assert "runs           1 row" in lines
    assert all(len(line) <= 80 or line.startswith("registry") for line in lines)
    found = json.loads(shell("db", "check", "--json"))
    assert (found["rows"]["runs"], found["findings"], found["schema"]) == (1, [], "0004")


def test_a_check_names_stray_folders_and_lost_weights_with_their_cures(shell: Shell, jobs: Jobs):
    runs = shell.home / "runs"
    (runs / "1").rename(runs / "1.away")
    done(jobs.registry)
    jobs.registry.remove([2])
    for name in ("2", "3", "0", "notes"):
        (runs / name).mkdir()
    said = shell("db", "check", code=5)
    assert "belong to no run: 2\n" in said
    assert "cure: dilctl gc" in said
    assert "the weights are gone of run 1\n" in said
    findings = json.loads(shell("db", "check", "--json", code=5))["findings"]
    assert [finding["subject"] for finding in findings] == ["folders", "folders"]


def test_a_damaged_registry_is_found_and_cured_as_it_is_said(shell: Shell, jobs: Jobs):
    copy = shell("db", "backup").strip()
    jobs.close()
    registry = shell.home / "registry.db"
    registry.write_bytes(registry.read_bytes()[:4096] + b"\xff" * 50_000)
    assert "cure: put a copy in its place: dilctl db restore FILE" in shell("db", "check", code=5)
    assert "is damaged" in shell.error("db", "backup", code=5)
    shell("db", "restore", copy, "--yes")
    assert numbers(shell.home) == [1]
    assert "nothing is wrong" in shell("db", "check")


def test_an_older_registry_is_checked_and_stays_as_it_is(shell: Shell, tmp_path: Path):
    path = shell.home / "registry.db"
    path.parent.mkdir()
    prepare(path, read_only=None, patience=1, schema=first_schema(tmp_path))
    before = path.read_bytes()
    assert "schema         0001\n" in shell("db", "check")
    assert "is of an older dilctl" in shell.result.stderr
    assert path.read_bytes() == before


def test_a_check_mends_what_it_can_when_told_to(shell: Shell, jobs: Jobs):
    with closing(sqlite3.connect(shell.home / "registry.db")) as connection, connection:
        connection.execute("INSERT INTO metrics VALUES (70, 1, 1, 0.5)")
    assert "cure: dilctl db check --mend" in shell("db", "check", code=5)
    assert shell("db", "check", "--mend").endswith("nothing is wrong\n")
    assert "run 70: its measurements are in order again" in shell.result.stderr


def test_without_a_registry_nothing_is_checked_copied_or_made(shell: Shell):
    for words in (("check",), ("check", "--mend"), ("backup",)):
        assert "there is no registry" in shell.error("db", *words, code=6)
    assert not (shell.home / "registry.db").exists()


def test_a_copy_is_made_under_a_name_that_says_when(shell: Shell, jobs: Jobs):
    first, second = (Path(shell("db", "backup").strip()) for _ in range(2))
    assert first.parent == shell.home / "backups"
    assert first.name.startswith("registry-20")
    assert first != second
    assert first.stat().st_mode & 0o077 == 0, "it is its owner's"
    assert shell.result.stderr.startswith("copied and compared: 1 run, ")


def test_a_copy_goes_where_it_is_told_and_overwrites_nothing(
    shell: Shell, jobs: Jobs, tmp_path: Path
):
    copy = tmp_path / "new folder" / "☃ copy.db"
    assert shell("db", "backup", str(copy)) == f"{copy}\n"
    assert "is there already" in shell.error("db", "backup", str(copy), code=8)
    told = json.loads(shell("db", "backup", "--json"))
    assert {"table": "runs", "rows": 1}.items() <= next(
        table for table in told["tables"] if table["table"] == "runs"
    ).items()


def test_a_copy_is_put_back_and_what_was_there_is_kept(shell: Shell, jobs: Jobs):
    copy = shell("db", "backup").strip()
    done(jobs.registry)
    shell("db", "restore", copy, code=2)
    assert "add --yes" in shell.result.stderr
    assert numbers(shell.home) == [2, 1]
    shell("db", "restore", copy, "--yes")
    assert numbers(shell.home) == [1]
    kept = Path(shell.result.stderr.splitlines()[0].partition("is kept: ")[2])
    with Registry.open(kept) as registry:
        assert [run.id for run in registry.runs()] == [2, 1]


def test_a_copy_that_is_not_there_is_said_before_anyone_is_asked(shell: Shell, jobs: Jobs):
    assert "no such file" in shell.error("db", "restore", "/nowhere.db", code=6)


def test_nothing_is_put_back_or_moved_while_an_agent_works(
    shell: Shell, jobs: Jobs, tmp_path: Path
):
    copy = shell("db", "backup").strip()
    with AgentLock(jobs.settings.agent_lock(socket.gethostname())):
        assert "dilctl agent stop" in shell.error("db", "restore", copy, "--yes", code=7)
        new = str(tmp_path / "new.db")
        assert "dilctl agent stop" in shell.error("db", "move", str(shell.home), new, code=7)
    assert not (tmp_path / "new.db").exists()


def test_a_move_says_how_to_go_on(shell: Shell, jobs: Jobs, tmp_path: Path):
    new = tmp_path / "it's new" / "registry.db"
    said = shell("db", "move", str(shell.home), str(new))
    assert said == f"""export DILCTL_HOME='{tmp_path}/it'"'"'s new'\n"""
    assert numbers(new.parent) == [1]
    assert f"was moved to {new}" in shell.error("runs", code=5)
    said = shell("db", "move", str(new.parent), str(tmp_path / "other.db"))
    assert said.startswith(f"mv {tmp_path}/other.db {tmp_path}/registry.db; export DILCTL_HOME=")


def test_a_move_from_nowhere_or_to_an_unknown_kind_of_place_is_refused(
    shell: Shell, jobs: Jobs, tmp_path: Path
):
    absent = str(tmp_path / "absent.db")
    assert "there is no registry at" in shell.error("db", "move", absent, "new.db", code=5)
    said = shell.error("db", "move", str(shell.home), "mysql://me:secret@host/runs", code=5)
    assert "secret" not in said


@pytest.mark.server
def test_a_registry_lives_on_in_postgresql(
    shell: Shell, jobs: Jobs, tmp_path_factory: pytest.TempPathFactory
):
    from tests.servers.postgres import server

    with server(tmp_path_factory.mktemp("postgres")) as url:
        secret = url.replace("postgres@", "postgres:secret@")
        said = shell("db", "move", str(shell.home), secret)
        assert "secret" not in said + shell.result.stderr
        assert said.startswith(f"export DILCTL_DATABASE='{url.replace('@', ':***@')}'")
        there = ("--database", url)
        assert "kind           postgresql (wal)" in shell(*there, "db", "check")
        copy = shell(*there, "db", "backup").strip()
        with Registry.open(url) as registry:
            done(registry)
        shell(*there, "db", "restore", copy, "--yes")
        assert "what was there before is kept: " in shell.result.stderr
        with Registry.open(url) as registry:
            assert [run.id for run in registry.runs()] == [1]
        assert json.loads(shell(*there, "gc", "--dry-run", "--json")) == []
