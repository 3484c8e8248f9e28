"""The queue's order in numbers, and twins among very many runs."""

from storage.records import Status, Wanted
from storage.registry import Registry
from tests.storage.samples import a_run, submitted


def test_the_numbers_of_what_waits_are_in_the_order_of_the_queue(registry: Registry) -> None:
    for seed, priority in ((1, 0), (2, 5), (3, 0), (4, 5)):
        submitted(registry, seed=seed, priority=priority)
    submitted(registry, seed=5, priority=9, after=(1,))
    registry.want(3, Wanted.CANCEL, who="ada")
    assert registry.waiting_ids() == (2, 4, 1)
    assert registry.waiting_ids() == tuple(run.id for run in registry.waiting())
    assert registry.run(5).status is Status.QUEUED


def test_twins_are_those_of_the_seeds_asked_for_however_many_there_are(registry: Registry) -> None:
    runs = [a_run(seed=seed, signature=word) for word in ("abc", "def") for seed in range(30)]
    registry.submit(runs, who="ada")
    found = registry.twins([("abc", 7), ("def", 8), ("abc", 99)])
    assert {key: run.id for key, run in found.items()} == {("abc", 7): 8, ("def", 8): 39}
    many = registry.twins([("abc", seed) for seed in range(10_001)])
    assert len(many) == 30
