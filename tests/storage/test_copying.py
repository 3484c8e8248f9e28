import math
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage.errors import (
    MovedRegistryError,
    NewerRegistryError,
    NotARegistryError,
    RefusedError,
    RegistryUnavailableError,
)
from storage.moving import move
from storage.opening import prepare
from storage.records import AgentBeat, Status
from storage.registry import Registry
from storage.restoring import back_up, restore
from tests.storage.samples import (
    Clock,
    a_run,
    bring_to,
    evaluation,
    finish,
    points,
    running,
    submitted,
)
from tests.storage.test_opening import AN_EVALUATION_OF_THE_FIRST_VERSION, first_schema

pytestmark = pytest.mark.slow

Place = Path | str


def silent(_what: str, _done: int, _total: int) -> None:
    """Shows nothing."""


def peopled(registry: Registry, *, steps: int = 12_000) -> int:
    """Rows in every table, among them what databases hold differently; the run's number."""
    for status in (Status.QUEUED, Status.FAILED, Status.CANCELLED, Status.PAUSED):
        bring_to(registry, status)
    run = running(registry, name="ünï \0 '\"\\ \t ☃", seed=2**62, tags=("b", "Ä", "a"), note="x")
    registry.write(
        run,
        1,
        points(*range(steps), loss=lambda step: -0.0 if step % 2 else step / 7),
        [evaluation(run, 3), evaluation(run, 3, suite="other", images=())],
    )
    odd = points(1, a=math.nan, b=math.inf, c=-math.inf, d=5e-324, e=1e308, f=0.1 + 0.2)
    registry.write(run, 1, odd, [])
    finish(registry, run, Status.DONE)
    registry.submit([a_run(after=(run,), after_any=True)], who="ada")
    registry.note(run, "a note\nof two lines", who="ada")
    return run


def said(registry: Registry) -> object:
    """All that a registry answers, as text: NaN is not equal to itself, and -0.0 becomes 0.0."""
    runs = registry.runs()
    text = repr(
        (
            [replace(run, latest=dict(sorted(run.latest.items()))) for run in runs],
            registry.events(),
            registry.tags(),
            registry.metric_names(),
            registry.evaluations([run.id for run in runs]),
            [registry.attempts(run.id) for run in runs],
            [registry.notes(run.id) for run in runs],
            [registry.curves(run.id, sorted(run.latest)) for run in runs],
        )
    )
    return re.sub(r"-0\.0(?!\d)", "0.0", text)


def at(place: Place, clock: Clock) -> object:
    with Registry.open(place, now=clock, read_only=True) as registry:
        return said(registry)


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir() if not file.name.endswith((".lock", "-shm"))}


def test_a_copy_holds_all_that_the_registry_holds(
    place: Place, registry: Registry, clock: Clock, tmp_path: Path
):
    peopled(registry)
    copy = tmp_path / "b ünd" / "copy.db"
    held = {total.table: total.rows for total in back_up(place, copy, silent)}
    assert held["metrics"] == 12_006
    assert all(held[table] for table in held if table != "agents")
    assert files(copy.parent) == {"copy.db"}
    assert at(copy, clock) == said(registry)


def test_a_copy_is_of_one_moment_while_others_write(
    place: Place, registry: Registry, tmp_path: Path
):
    run = running(registry)
    stop = threading.Event()

    def write() -> None:
        step = 0
        while not stop.is_set():
            registry.write(run, 1, points(*range(step, step + 50), a=1.0, b=2.0), [])
            step += 50

    with Registry.open(place) as other:
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                back_up(place, tmp_path / f"{number}.db", silent)
        finally:
            stop.set()
            writer.join()
        last = other.run(run)
    for number in range(3):
        with Registry.open(tmp_path / f"{number}.db") as copy:
            a, b = copy.curves(run, ["a", "b"])
            assert a.steps == b.steps == tuple(range(len(a.steps)))
            assert len(a.steps) % 50 == 0
    assert last.id == run


def test_a_copy_overwrites_nothing(place: Place, registry: Registry, tmp_path: Path):
    there = tmp_path / "copy.db"
    there.write_text("precious")
    with pytest.raises(RefusedError, match=r"copy\.db is there already"):
        back_up(place, there, silent)
    assert there.read_text() == "precious"


def test_what_cannot_be_copied_leaves_no_file(tmp_path: Path, path: Path):
    with pytest.raises(RegistryUnavailableError, match="no registry at"):
        back_up(tmp_path / "absent.db", tmp_path / "copies" / "copy.db", silent)
    path.write_bytes(path.read_bytes()[:40_000] + b"\xff" * 20_000)
    with pytest.raises(RegistryUnavailableError):
        back_up(path, tmp_path / "copies" / "copy.db", silent)
    Registry.open(tmp_path / "sound.db").close()
    with pytest.raises(RegistryUnavailableError, match="cannot be used"):
        back_up(tmp_path / "sound.db", path / "below a file" / "copy.db", silent)
    assert not (tmp_path / "copies").exists() or files(tmp_path / "copies") == set()


def test_progress_is_told_to_its_end(place: Place, registry: Registry, tmp_path: Path):
    peopled(registry, steps=100)
    heard: list[tuple[str, int, int]] = []
    back_up(place, tmp_path / "copy.db", lambda *words: heard.append(words))
    assert all(0 <= done <= total for _, done, total in heard)
    what, done, total = heard[-1]
    assert what.startswith("comparing ")
    assert done == total


def test_a_copy_put_back_replaces_what_there_is_and_keeps_it(
    place: Place, registry: Registry, clock: Clock, tmp_path: Path
):
    peopled(registry, steps=20)
    before = said(registry)
    back_up(place, tmp_path / "copy.db", silent)
    later = bring_to(registry, Status.DONE)
    after = said(registry)
    restored = restore(
        tmp_path / "copy.db", place, keep=tmp_path / "kept.db", now=clock(), told=silent
    )
    assert said(registry) == before, "whoever has the registry open reads the new one"
    assert restored.kept == tmp_path / "kept.db"
    assert at(tmp_path / "kept.db", clock) == after
    assert at(tmp_path / "copy.db", clock) == before
    assert submitted(registry) == later, "numbers go on where the copy ended"


def test_a_copy_is_put_where_there_is_no_registry(
    fresh_place: Place, registry: Registry, place: Place, clock: Clock, tmp_path: Path
):
    peopled(registry, steps=20)
    back_up(place, tmp_path / "copy.db", silent)
    restored = restore(
        tmp_path / "copy.db", fresh_place, keep=tmp_path / "kept.db", now=clock(), told=silent
    )
    assert restored.kept is None
    assert not (tmp_path / "kept.db").exists()
    assert at(fresh_place, clock) == said(registry)


def test_nothing_is_put_over_runs_that_live_or_an_agent_that_works(
    place: Place, registry: Registry, clock: Clock, tmp_path: Path
):
    back_up(place, tmp_path / "copy.db", silent)
    run = running(registry)
    before = said(registry)

    def try_it() -> None:
        restore(tmp_path / "copy.db", place, keep=tmp_path / "kept.db", now=clock(), told=silent)

    with pytest.raises(RefusedError, match=f"run {run} of .* is not at rest"):
        try_it()
    finish(registry, run, Status.DONE)
    registry.beat(an_agent(clock))
    with pytest.raises(RefusedError, match="an agent on box works on .*dilctl agent stop"):
        try_it()
    assert not (tmp_path / "kept.db").exists()
    assert before != said(registry)
    clock.move(200)  # the agent was killed
    try_it()
    assert registry.runs() == ()


def an_agent(clock: Clock) -> AgentBeat:
    return AgentBeat(
        host="box",
        pid=7,
        boot="b",
        slots=2,
        gpus=({"index": 0},),
        started_at=clock(),
        heartbeat_at=clock(),
    )


def test_only_a_sound_copy_of_this_or_an_older_version_is_put_back(
    place: Place, registry: Registry, clock: Clock, tmp_path: Path
):
    run = submitted(registry)
    text, newer, damaged = (tmp_path / name for name in ("text.db", "newer.db", "damaged.db"))
    text.write_text("hello, this is no database at all, though it is long enough\n" * 100)
    back_up(place, newer, silent)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    back_up(place, damaged, silent)
    damaged.write_bytes(damaged.read_bytes()[:12_000] + b"\xff" * 90_000)
    for copy, error in (
        (text, NotARegistryError),
        (newer, NewerRegistryError),
        (damaged, RegistryUnavailableError),
        (tmp_path / "absent.db", RegistryUnavailableError),
        (tmp_path, NotARegistryError),
    ):
        with pytest.raises(error):
            restore(copy, place, keep=tmp_path / "kept.db", now=clock(), told=silent)
    assert [found.id for found in registry.runs()] == [run]
    assert not list(tmp_path.glob("*kept*"))


def test_a_copy_of_the_first_version_is_brought_up_to_date(
    place: Place, clock: Clock, tmp_path: Path
):
    copy = tmp_path / "old.db"
    prepare(copy, read_only=None, patience=1, schema=first_schema(tmp_path))
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.executescript(AN_EVALUATION_OF_THE_FIRST_VERSION)
    before = copy.read_bytes()
    restore(copy, place, keep=tmp_path / "kept.db", now=clock(), told=silent)
    with Registry.open(place) as registry:
        assert registry.run(7).latest["psnr@bundled:gaussian-noise sigma=30"] == 29.5
    assert copy.read_bytes() == before


def test_a_damaged_registry_is_set_aside_for_the_copy(path: Path, clock: Clock, tmp_path: Path):
    with Registry.open(path, now=clock) as registry:
        peopled(registry, steps=20)
        before = said(registry)
    back_up(path, tmp_path / "copy.db", silent)
    for spoiled in (path.read_bytes()[:4096] + b"\xff" * 90_000, b"\0" * 50_000, b"", b"text" * 99):
        path.write_bytes(spoiled)
        keep = tmp_path / f"kept-{len(spoiled)}.db"
        restored = restore(tmp_path / "copy.db", path, keep=keep, now=clock(), told=silent)
        assert restored.kept == keep
        assert keep.read_bytes() == spoiled
        assert at(path, clock) == before


def test_a_log_that_outlived_its_database_is_not_taken_for_another_ones(path: Path, tmp_path: Path):
    with Registry.open(path) as registry:
        running(registry)
        log = path.with_name("registry.db-wal").read_bytes()
        assert log
    path.unlink()
    path.with_name("registry.db-wal").write_bytes(log)
    with Registry.open(path) as registry:
        assert registry.runs() == ()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def second_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return tmp_path / "second" / "registry.db"
    return request.getfixturevalue("new_database")()


def test_a_registry_moves_to_any_kind_of_place_and_goes_on_there(
    place: Place, second_place: Place, registry: Registry, clock: Clock
):
    peopled(registry)
    removed = submitted(registry)
    event = registry.last_event()
    registry.remove([removed])
    before = said(registry)
    moved = move(place, second_place, now=clock(), told=silent)
    assert next(total.rows for total in moved if total.table == "metrics") == 12_006
    assert said(registry) == before, "nothing of it is lost"
    with pytest.raises(MovedRegistryError, match="was moved to .*go on there"):
        Registry.open(place)
    assert at(second_place, clock) == before
    with Registry.open(second_place, now=clock) as there:
        assert submitted(there) == removed + 1, "no number is given twice"
        assert there.last_event() == event + 1
        there.note(removed + 1, "goes on", who="ada")
        there.write(running(there), 1, points(1, new=1.0), [])


def test_a_registry_moves_there_and_back_and_is_the_same(
    place: Place, second_place: Place, registry: Registry, clock: Clock, tmp_path: Path
):
    peopled(registry, steps=50)
    there = move(place, second_place, now=clock(), told=silent)
    back = move(second_place, tmp_path / "back.db", now=clock(), told=silent)
    assert there == back
    assert at(tmp_path / "back.db", clock) == said(registry)


def test_a_registry_moves_into_an_empty_one_and_never_over_runs(
    place: Place, second_place: Place, registry: Registry, clock: Clock
):
    run = bring_to(registry, Status.DONE)
    with Registry.open(second_place) as there:
        submitted(there)
        with pytest.raises(RefusedError, match="holds runs already"):
            move(place, second_place, now=clock(), told=silent)
        assert len(there.runs()) == 1
        there.remove([1])
    with pytest.raises(RefusedError, match="name another place"):
        move(place, place, now=clock(), told=silent)
    move(place, second_place, now=clock(), told=silent)
    with Registry.open(second_place) as there:
        assert there.run(run).status is Status.DONE


def test_a_registry_that_is_worked_on_does_not_move(
    place: Place, second_place: Place, registry: Registry, clock: Clock
):
    running(registry)
    with pytest.raises(RefusedError, match="not at rest"):
        move(place, second_place, now=clock(), told=silent)
    if isinstance(second_place, Path):
        assert not second_place.exists()


def test_a_move_that_is_cut_off_leaves_nothing(
    place: Place, second_place: Place, registry: Registry, clock: Clock
):
    peopled(registry, steps=20)

    def cut_off(what: str, _done: int, _total: int) -> None:
        if what == "comparing image_values":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(place, second_place, now=clock(), told=cut_off)
    if isinstance(second_place, Path):
        assert files(second_place.parent) == set()
    with Registry.open(second_place) as there:
        assert there.runs() == ()
        assert there.metric_names() == ()


def test_a_registry_is_not_moved_from_where_there_is_none(
    fresh_place: Place, clock: Clock, tmp_path: Path
):
    with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
        move(fresh_place, tmp_path / "new.db", now=clock(), told=silent)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.server
def test_a_value_that_a_server_does_not_take_is_said_in_a_sentence(
    path: Path, new_database: Callable[[str], str], clock: Clock
):
    with Registry.open(path) as registry:
        submitted(registry)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE runs SET priority = 9000000000")
    url = new_database("template0")
    with pytest.raises(RegistryUnavailableError, match="table runs .* does not take"):
        move(path, url, now=clock(), told=silent)
    with Registry.open(url) as there:
        assert there.runs() == ()
