import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from storage.checking import Examination, examine
from storage.errors import NewerRegistryError, NotARegistryError, RegistryUnavailableError
from storage.mending import mend
from storage.opening import prepare
from storage.records import Status
from storage.registry import Registry
from tests.storage.samples import Clock, bring_to, finish, points, running
from tests.storage.test_copying import Place, peopled, said
from tests.storage.test_opening import first_schema

pytestmark = pytest.mark.slow


def change(place: Place, *statements: str) -> None:
    """Do to a database what dilctl never does."""
    if isinstance(place, Path):
        url = URL.create("sqlite", database=str(place))
    else:
        url = make_url(place).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def subjects(found: Examination) -> list[str]:
    return [finding.subject for finding in found.findings]


def test_a_whole_registry_is_told_of_and_nothing_is_wrong(
    place: Place, registry: Registry, clock: Clock
):
    peopled(registry, steps=30)
    found = examine(place, now=clock())
    assert found.findings == ()
    assert (found.schema, found.is_current) == ("0004", True)
    assert found.journal == "wal"
    assert found.rows["metrics"] == 36
    assert found.rows["runs"] == 6
    assert found.size > 10_000


def test_measurements_of_no_run_are_found_and_forgotten(
    place: Place, registry: Registry, clock: Clock
):
    peopled(registry, steps=30)
    before = said(registry)
    change(
        place,
        "INSERT INTO metrics (run, metric, step, value) VALUES (70, 1, 1, 0.5), (80, 1, 1, NULL)",
        "INSERT INTO step_times (run, step, gradients, milliseconds) VALUES (90, 1, 1, 500)",
    )
    found = examine(place, now=clock())
    assert subjects(found) == ["metrics", "step_times"]
    assert found.findings[0].finding == "has rows of run 70, 80, which is not there"
    assert "--mend" in found.findings[0].cure
    assert mend(place) == (70, 80, 90)
    assert examine(place, now=clock()).findings == ()
    assert said(registry) == before


@pytest.mark.parametrize("value", ["NULL", "17.5"])
def test_newest_values_that_are_not_those_of_the_curve_are_found_and_renewed(
    place: Place, registry: Registry, clock: Clock, value: str
):
    run = peopled(registry, steps=30)
    before = said(registry)
    named = "(SELECT id FROM metric_names WHERE name = 'loss')"
    change(place, f"UPDATE latest_metrics SET value = {value} WHERE metric = {named}")
    (finding,) = examine(place, now=clock()).findings
    assert f"run {run}" in finding.finding
    assert mend(place) == (run,)
    assert examine(place, now=clock()).findings == ()
    assert said(registry) == before


def test_a_live_run_of_which_nothing_is_heard_is_found(
    place: Place, registry: Registry, clock: Clock
):
    run = running(registry)
    assert examine(place, now=clock()).findings == ()
    clock.move(3600)
    (finding,) = examine(place, now=clock()).findings
    assert finding.finding.startswith(f"run {run} counts as running, but nothing has been heard")
    finish(registry, run, Status.FAILED)
    assert examine(place, now=clock()).findings == ()


def test_a_table_that_is_lost_is_found(place: Place, registry: Registry, clock: Clock):
    bring_to(registry, Status.DONE)
    registry.close()
    change(place, "DROP TABLE notes")
    (finding,) = examine(place, now=clock()).findings
    assert finding.finding == "lost: notes"


def test_a_check_changes_nothing_of_an_older_registry(tmp_path: Path, clock: Clock):
    path = tmp_path / "registry.db"
    prepare(path, read_only=None, patience=1, schema=first_schema(tmp_path))
    before = path.read_bytes()
    found = examine(path, now=clock())
    assert (found.schema, found.is_current) == ("0001", False)
    assert (found.findings, found.rows["runs"]) == ((), 0)
    assert path.read_bytes() == before


def test_what_is_no_registry_or_of_a_newer_one_is_refused(
    place: Place, fresh_place: Place, clock: Clock
):
    with pytest.raises(RegistryUnavailableError, match="there is no registry at"):
        examine(fresh_place, now=clock())
    change(place, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(NewerRegistryError, match="update dilctl"):
        examine(place, now=clock())


def test_a_damaged_file_is_examined_as_far_as_it_goes(path: Path, clock: Clock):
    with Registry.open(path, now=clock) as registry:
        peopled(registry)
    whole = path.read_bytes()
    for at in range(1, len(whole) // 4096, 7):
        path.write_bytes(whole[: 4096 * at] + b"\xff" * 4096 + whole[4096 * (at + 1) :])
        findings = examine(path, now=clock()).findings
        assert all("dilctl" in finding.cure for finding in findings)
        assert findings or at > 5, "tables come first; a page may be free"
    path.write_bytes(b"\0" * 4096)
    with pytest.raises(NotARegistryError):
        examine(path, now=clock())


def test_a_reference_to_nothing_is_found(path: Path, clock: Clock):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO tags VALUES (7, 'lost')")
    (finding,) = examine(path, now=clock()).findings
    assert finding.finding.endswith("of tags refers to a row of runs that is not there")


def test_curves_stay_whole_where_newest_values_are_renewed(
    place: Place, registry: Registry, clock: Clock
):
    run = running(registry)
    registry.write(run, 1, points(*range(50), loss=1.0, other=2.0), [])
    change(place, "UPDATE latest_metrics SET step = 3")
    assert mend(place) == (run,)
    assert [len(curve.steps) for curve in registry.curves(run, ["loss", "other"])] == [50, 50]
    registry.write(run, 1, points(50, loss=1.0), [])
