"""Registries of every released schema, with rows in every table, opened by this one."""

import math
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.opening import prepare
from storage.records import Status
from storage.registry import Registry
from storage.schema import SCHEMA, Schema
from tests.storage.samples import points

RELEASED = ("0001", "0002", "0003")

ROWS = """
INSERT INTO documents (id, digest, content) VALUES
  (1, 'd1', '{"task":"denoise"}'), (2, 'd2', '{"processes":1}'), (3, 'd3', '{"commit":"0123"}');
INSERT INTO runs (id, name, seed, signature, task, rule, network, sweep, priority, experiment,
    needs, provenance, status, wanted, reason, attempt, attempts_lost, step, furthest, gradients,
    seconds, fraction, host, created_at, started_at, finished_at, heartbeat_at)
VALUES
  (3, 'ünï ☃', 4611686018427387904, 's', 'denoise', 'dil-sf', 'rrdb', 'sweep', 5, 1, 2, 3, 'done',
   NULL, 'all went well', 2, 1, 40, 40, 160, 12.5, 1.0, 'box', 100.25, 101.5, 200.75, 199.0),
  (7, 'waits', 2, 's', 'denoise', 'erm', 'rrdb', NULL, 0, 1, 2, 3, 'queued', NULL, '', 0, 0, 0, 0,
   0, 0, 0, NULL, 300.0, NULL, NULL, NULL),
  (8, 'lives', 3, 't', 'denoise', 'erm', 'rrdb', NULL, 0, 1, 2, 3, 'running', 'pause', '', 1, 0, 9,
   9, 9, 1, 0.5, 'box', 400.0, 401.0, NULL, 402.0);
INSERT INTO attempts (run, number, host, processes, devices, furthest, started_at, finished_at,
    outcome, reason)
VALUES (3, 1, 'box', '[{"pid":7,"started":1.5,"boot":"b"}]', '{"gpus":[0]}', 0, 101.5, 150.0,
        'lost', 'it vanished'),
       (3, 2, 'box', '[]', '{}', 20, 151.0, 200.75, 'done', ''),
       (8, 1, 'box', '[]', '{}', 0, 401.0, NULL, NULL, '');
INSERT INTO events (id, run, at, status, who, why) VALUES
  (1, 3, 100.25, 'queued', 'ada', 'submitted'), (9, 3, 200.75, 'done', 'agent', 'all went well');
INSERT INTO metric_names (id, name) VALUES (1, 'loss'), (2, 'psnr@crops:seen');
INSERT INTO metrics (run, metric, step, value) VALUES
  (3, 1, 1, 0.5), (3, 1, 40, NULL), (3, 2, 40, 27.25), (8, 1, 9, 1e999);
INSERT INTO latest_metrics (run, metric, step, value) VALUES
  (3, 1, 40, NULL), (3, 2, 40, 27.25), (8, 1, 9, 1e999);
INSERT INTO evaluations (id, run, step, suite, test_set, degradation, standing) VALUES
  (1, 3, 20, 'levels', 'bundled', 'sigma=15', 'seen'),
  (2, 3, 40, 'levels', 'bundled', 'sigma=15', 'seen'),
  (3, 3, 40, 'levels', 'bundled', 'sigma=30', 'unseen'),
  (4, 3, 40, 'levels', 'bundled', 'sigma=50', 'unseen'),
  (5, 3, 30, 'weather', 'rain', 'streaks', 'unseen'),
  (6, 3, 30, 'weather', 'snow', 'flakes', 'unseen'),
  (8, 3, 30, 'rough', 'bundled', 'sigma=15', 'seen');
INSERT INTO image_values (evaluation, position, image, psnr, ssim) VALUES
  (1, 0, 'moon.png', 10.0, 0.1),
  (2, 0, 'moon.png', 34.0, 0.9), (2, 1, 'cat.png', 32.0, 0.8),
  (3, 0, 'moon.png', 30.0, 0.7), (3, 1, 'cat.png', 27.0, 0.5),
  (4, 0, 'moon.png', 24.0, 0.3), (4, 1, 'cat.png', 23.0, 0.1),
  (5, 0, 'street.png', NULL, 0.25), (5, 1, 'road.png', 21.0, 0.75),
  (6, 0, 'hut.png', 1e999, 1.0),
  (8, 0, 'moon.png', 40.0, 0.95);
"""

STEP_TIMES = """
INSERT INTO step_times (run, step, gradients, seconds, at) VALUES
  (3, 1, 4, 0.5, 101.75), (3, 40, 160, 12.5, 200.0), (8, 9, 9, 1.0, 402.0);
"""

STEP_TIMES_AND_AGENTS = """
INSERT INTO step_times (run, step, gradients, milliseconds) VALUES
  (3, 1, 4, 500), (3, 40, 160, 12500), (8, 9, 9, 1000);
INSERT INTO agents (host, pid, boot, slots, gpus, draining, started_at, heartbeat_at) VALUES
  ('box', 7, 'b', 8, '[{"index":0}]', 1, 400.0, 402.0);
"""

OF_AVERAGES = """
INSERT INTO evaluations (id, run, step, suite, weights, test_set, degradation, standing)
VALUES (7, 3, 40, 'levels', 'average', 'bundled', 'sigma=15', 'seen');
INSERT INTO image_values VALUES (7, 0, 'moon.png', 35.0, 0.95);
"""

MEANS = {  # by hand
    "psnr@bundled:sigma=15": 33.0,
    "psnr@bundled:sigma=30": 28.5,
    "psnr@bundled:sigma=50": 23.5,
    "psnr@bundled:levels seen": 33.0,
    "psnr@bundled:levels unseen": 26.0,
    "psnr@bundled:rough seen": 40.0,  # at a step before that of the other suite
    "psnr@rain:streaks": math.nan,
    "psnr@rain:weather unseen": math.nan,
    "psnr@snow:flakes": math.inf,
    "psnr@snow:weather unseen": math.inf,
    "ssim@bundled:sigma=15": 0.85,
    "ssim@bundled:sigma=30": 0.6,
    "ssim@bundled:sigma=50": 0.2,
    "ssim@bundled:levels seen": 0.85,
    "ssim@bundled:levels unseen": 0.4,
    "ssim@bundled:rough seen": 0.95,
    "ssim@rain:streaks": 0.5,
    "ssim@rain:weather unseen": 0.5,
    "ssim@snow:flakes": 1.0,
    "ssim@snow:weather unseen": 1.0,
}
MEANS_OF_AVERAGES = {
    "psnr@bundled:sigma=15:average": 35.0,
    "psnr@bundled:levels seen:average": 35.0,
    "ssim@bundled:sigma=15:average": 0.95,
    "ssim@bundled:levels seen:average": 0.95,
}


def schema_of(revision: str, tmp_path: Path) -> Schema:
    """The migrations as they were when this one was the newest."""
    folder = tmp_path / f"migrations {revision}"
    versions = (SCHEMA.folder / "versions").glob("v*.py")
    newer = [path.name for path in versions if path.name[1:5] > revision]
    shutil.copytree(SCHEMA.folder, folder, ignore=shutil.ignore_patterns("__pycache__", *newer))
    return Schema(head=revision, folder=folder)


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A registry of an older schema, with rows in every table; its name is that schema."""
    path = tmp_path / f"{request.param}.db"
    prepare(path, read_only=None, patience=1, schema=schema_of(request.param, tmp_path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(ROWS)
        has_agents = request.param >= "0003"
        connection.executescript(STEP_TIMES_AND_AGENTS if has_agents else STEP_TIMES)
        if request.param >= "0002":
            connection.executescript(OF_AVERAGES)
    return path


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_every_released_schema_is_tested():
    versions = sorted(path.name[1:5] for path in (SCHEMA.folder / "versions").glob("v*.py"))
    assert versions == [*RELEASED, SCHEMA.head]


def test_the_runs_of_an_older_registry_are_what_they_were(old: Path):
    with Registry.open(old) as registry:
        lives, waits, done = registry.runs()
        assert (done.id, done.name, done.seed) == (3, "ünï ☃", 2**62)
        assert (done.status, done.reason, done.attempts_lost) == (Status.DONE, "all went well", 1)
        assert (done.experiment, done.provenance) == ({"task": "denoise"}, {"commit": "0123"})
        assert (done.created_at.timestamp(), done.seconds) == (100.25, 12.5)
        assert (waits.id, waits.status, lives.wanted) == (7, Status.QUEUED, "pause")
        assert [event.id for event in registry.events()] == [1, 9]
        first, second = registry.attempts(3)
        assert (first.outcome, second.outcome) == ("lost", "done")
        assert (first.processes[0].pid, first.devices) == (7, {"gpus": [0]})
        assert [run.id for run in registry.waiting()] == [7]
        for run in (lives, waits, done):
            assert (run.tags, run.after, run.after_any) == ((), (), False)
            assert (run.retries, run.adjustments) == (2, {})


def test_the_measurements_of_an_older_registry_are_what_they_were(old: Path):
    with Registry.open(old) as registry:
        loss, seen = registry.curves(3, ["loss", "psnr@crops:seen"])
        assert (loss.steps, loss.gradients, loss.seconds) == ((1, 40), (4, 160), (0.5, 12.5))
        assert loss.values[0] == 0.5
        assert math.isnan(loss.values[1])
        assert seen.values == (27.25,)
        assert registry.metric_names(3) == ("loss", "psnr@crops:seen")
        assert registry.run(8).latest == {"loss": math.inf}
        found = registry.evaluations([3])
        assert [(each.test_set, each.degradation, each.weights) for each in found][:4] == [
            ("bundled", "sigma=15", "last"),
            ("bundled", "sigma=30", "last"),
            ("bundled", "sigma=50", "last"),
            ("rain", "streaks", "last"),
        ]


def test_the_newest_means_of_an_older_registry_join_the_newest_values(old: Path):
    # From 0003 on, whoever writes an evaluation writes its means.
    expected = {"0001": MEANS, "0002": MEANS | MEANS_OF_AVERAGES}.get(old.stem, {})
    with Registry.open(old) as registry:
        latest = registry.run(3).latest
        means = {name: value for name, value in latest.items() if name in expected}
        assert means == pytest.approx(expected, nan_ok=True)
        assert latest.keys() - means.keys() == {"loss", "psnr@crops:seen"}
        assert registry.run(7).latest == {}


def test_an_agent_that_knew_no_vitals_is_what_it_was(old: Path):
    with Registry.open(old) as registry:
        hosts = [(agent.host, agent.draining, agent.vitals) for agent in registry.agents()]
    assert hosts == ([("box", True, {})] if old.stem >= "0003" else [])


def test_an_older_registry_is_sound_goes_on_and_is_kept_as_it_was(old: Path):
    revision = old.stem
    with Registry.open(old) as registry:
        assert registry.note(3, "goes on", who="ada") is None
        registry.tag([3, 7], add=["old"])
        registry.write(8, 1, points(10, loss=0.25), [])
        assert registry.claim(7, "box") is not None
        assert registry.highest_run() == 8
        assert registry.last_event() == 10
    assert query(old, "PRAGMA integrity_check") == [("ok",)]
    assert query(old, "PRAGMA foreign_key_check") == []
    backup = old.with_name(f"{revision}-{revision}.backup.db")
    assert query(backup, "SELECT version_num FROM alembic_version") == [(revision,)]
    assert query(backup, "SELECT count(*) FROM runs") == [(3,)]


@pytest.mark.slow
def test_processes_that_open_an_older_registry_at_once_migrate_it_once(old: Path):
    code = (
        "import sys; from pathlib import Path; from storage.registry import Registry;"
        "sys.stdin.readline();"
        "r = Registry.open(Path(sys.argv[1])); r.tag([3], add=[sys.argv[2]])"
    )
    openers = [
        subprocess.Popen([sys.executable, "-c", code, old, str(n)], stdin=subprocess.PIPE)
        for n in range(4)
    ]
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write(b"go\n")
        opener.stdin.close()
    assert [opener.wait(60) for opener in openers] == [0, 0, 0, 0]
    with Registry.open(old) as registry:
        assert registry.run(3).tags == ("0", "1", "2", "3")
    assert query(old, "SELECT version_num FROM alembic_version") == [(SCHEMA.head,)]
