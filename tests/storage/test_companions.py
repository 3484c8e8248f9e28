"""Tags, notes, priorities, and runs that are forgotten; on both databases."""

import pytest

from storage.errors import RefusedError, UnknownRunError
from storage.records import Status, Wanted
from storage.registry import Registry
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

NASTY = ("é", "e\u0301", "Ä ö", "a,b", "' OR 1=1 --", "%", "\x1b[31m", "👩‍🔬", "x" * 5000)


def test_tags_are_put_on_and_taken_off_many_runs_at_once(registry: Registry):
    a, b = submitted(registry, tags=("old",)), submitted(registry)
    registry.tag([a, b], add=["best", "ablation"], remove=["old"])
    assert registry.run(a).tags == registry.run(b).tags == ("ablation", "best")
    registry.tag([a], add=["best"], remove=["never there"])
    registry.tag([b], remove=["best"])
    assert registry.tags() == {"ablation": 2, "best": 1}
    assert registry.last_event() == 2, "tags are no part of a run's life"


def test_tags_are_any_text_and_sorted(registry: Registry):
    run = submitted(registry, tags=(*NASTY, *NASTY))
    assert registry.run(run).tags == tuple(sorted(NASTY))
    assert list(registry.tags()) == sorted(NASTY)


def test_of_tags_for_a_run_that_is_not_there_none_is_put_on(registry: Registry):
    run = submitted(registry)
    with pytest.raises(UnknownRunError, match="no run 70"):
        registry.tag([run, 70], add=["a"])
    assert registry.run(run).tags == ()


def test_notes_are_kept_in_order_with_who_and_when(registry: Registry, clock: Clock):
    run = submitted(registry, note="first\nof two lines")
    clock.move(60)
    registry.note(run, "second", who="eve")
    first, second = registry.notes(run)
    assert (first.text, first.who, second.text, second.who) == (
        "first\nof two lines",
        "ada",
        "second",
        "eve",
    )
    assert (second.at - first.at).total_seconds() == 60
    with pytest.raises(UnknownRunError):
        registry.note(70, "x", who="ada")
    with pytest.raises(UnknownRunError):
        registry.notes(70)


def test_what_no_database_takes_is_written_out(registry: Registry):
    run = running(registry, name="a\0b", tags=("t\0t",), note="n\0n \udcff")
    registry.note(run, "\0", who="w\0")
    registry.write(run, 1, points(1, **{"m\0m": 1.0}), [evaluation(run, 1, test_set="s\0s")])
    finish(registry, run, Status.DONE)
    found = registry.run(run)
    assert (found.name, found.tags) == ("a\\x00b", ("t\\x00t",))
    assert [note.text for note in registry.notes(run)] == ["n\\x00n \\udcff", "\\x00"]
    assert registry.evaluations([run])[0].test_set == "s\\x00s"
    assert registry.metric_names(run) == ("m\\x00m",)
    assert found.latest["m\\x00m"] == 1.0


def test_metrics_with_the_same_awkward_name_are_one(registry: Registry):
    run = running(registry)
    for step in (1, 2):
        registry.write(run, 1, points(step, **{"m\0m": float(step), "ü": 0.5}), [])
    assert registry.metric_names() == ("m\\x00m", "ü")
    assert registry.run(run).latest == {"m\\x00m": 2.0, "ü": 0.5}


def test_a_priority_moves_a_run_in_the_queue_and_is_told(registry: Registry):
    a, b, c = (submitted(registry) for _ in range(3))
    assert registry.set_priority(c, 5, who="ada").priority == 5
    registry.set_priority(b, -1, who="ada")
    assert [run.id for run in registry.waiting()] == [c, a, b]
    assert [event.why for event in registry.events(run=c)] == ["submitted", "priority 5"]
    registry.set_priority(c, 5, who="ada")
    assert len(registry.events(run=c)) == 2, "nothing has changed"


@pytest.mark.parametrize("status", Status)
def test_a_priority_matters_to_runs_that_may_still_start(registry: Registry, status: Status):
    run = bring_to(registry, status)
    if status in (Status.DONE, Status.FAILED, Status.CANCELLED):
        with pytest.raises(RefusedError, match=f"run {run} is {status}"):
            registry.set_priority(run, 1, who="ada")
    else:
        assert registry.set_priority(run, 1, who="ada").status is status


@pytest.mark.parametrize("status", Status)
def test_runs_that_do_not_live_are_forgotten(registry: Registry, status: Status):
    other = running(registry, tags=("kept",))
    registry.write(other, 1, points(1, loss=1.0), [evaluation(other, 1)])
    run = bring_to(registry, status)
    registry.tag([run], add=["gone"])
    registry.note(run, "gone", who="ada")
    if status in (Status.STARTING, Status.RUNNING):
        with pytest.raises(RefusedError, match="cancel it before it is removed"):
            registry.remove([run])
        return
    registry.remove([run])
    with pytest.raises(UnknownRunError):
        registry.run(run)
    assert registry.events(run=run) == ()
    assert registry.tags() == {"kept": 1}
    assert registry.curve(other, "loss").values == (1.0,)
    assert len(registry.evaluations([other])) == 1
    assert submitted(registry) == run + 1, "its number is not given again"
    assert registry.highest_run() == run + 1


def test_all_that_a_removed_run_measured_goes_with_it(registry: Registry):
    run = running(registry)
    registry.write(run, 1, points(*range(50), loss=1.0), [evaluation(run, 3)])
    finish(registry, run, Status.DONE)
    registry.remove([run])
    with registry._database.reading() as connection:
        for table in ("metrics", "step_times", "latest_metrics", "evaluations", "image_values"):
            rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            assert rows == 0, table


def test_a_removal_is_of_all_or_none(registry: Registry):
    done, live = bring_to(registry, Status.DONE), running(registry)
    with pytest.raises(RefusedError):
        registry.remove([done, live])
    assert len(registry.runs()) == 2


@pytest.mark.slow
def test_many_runs_are_removed_at_once(registry: Registry):
    made = registry.submit([a_run(seed=seed) for seed in range(12_000)], who="ada")
    registry.remove([run.id for run in made])
    assert registry.runs() == ()
    assert registry.highest_run() == made[-1].id


def test_what_is_submitted_again_is_left_out_where_it_need_not_be_repeated(registry: Registry):
    first = registry.submit([a_run(seed=seed) for seed in (1, 2)], who="ada")
    again = [a_run(seed=seed) for seed in (1, 2, 3, 3)]
    (added,) = registry.submit(again, who="ada", repeat=False)
    assert added.seed == 3
    registry.want(first[0].id, Wanted.CANCEL, who="ada")
    (added,) = registry.submit(again, who="ada", repeat=False)
    assert added.seed == 1, "a cancelled run has no twin"
    assert len(registry.submit(again, who="ada")) == 4
    assert registry.submit([], who="ada", repeat=False) == ()
