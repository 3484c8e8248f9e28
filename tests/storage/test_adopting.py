import pytest

from storage.errors import RefusedError
from storage.records import Past, Status, Wanted
from storage.registry import Registry
from tests.storage.samples import a_run, submitted

PAST = Past(host="box", step=90, gradients=360, seconds=12.5)


def test_a_run_that_was_trained_elsewhere_is_born_done(registry: Registry):
    brought: list[int] = []
    run = registry.adopt(a_run(tags=("theirs",)), PAST, who="ada", bring=brought.append)
    assert brought == [run.id]
    assert (run.status, run.host, run.attempt) == (Status.DONE, "box", 0)
    assert (run.step, run.gradients, run.seconds, run.fraction) == (90, 360, 12.5, 1.0)
    assert run.finished_at == run.created_at
    assert run.tags == ("theirs",)
    assert registry.attempts(run.id) == ()
    (event,) = registry.events(run=run.id)
    assert (event.status, event.who, event.why) == (Status.DONE, "ada", "imported")


def test_it_is_found_as_a_twin_and_can_be_followed(registry: Registry):
    run = registry.adopt(a_run(), PAST, who="ada", bring=lambda _: None)
    assert registry.twins([(run.signature, run.seed)]) == {(run.signature, run.seed): run}
    after = submitted(registry, seed=2, after=(run.id,))
    assert registry.claim(after, "box") is not None


def test_nothing_is_entered_if_its_files_cannot_be_brought(registry: Registry):
    def fail(_number: int) -> None:
        raise OSError(28, "No space left on device", "weights")

    with pytest.raises(OSError, match="No space left"):
        registry.adopt(a_run(), PAST, who="ada", bring=fail)
    assert registry.runs() == ()
    assert registry.events() == ()


def test_nothing_that_is_done_to_living_runs_is_done_to_it(registry: Registry):
    run = registry.adopt(a_run(), PAST, who="ada", bring=lambda _: None)
    assert registry.claim(run.id, "box") is None
    with pytest.raises(RefusedError, match="is done"):
        registry.want(run.id, Wanted.CANCEL, who="ada")
