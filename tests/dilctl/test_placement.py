from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dilctl.gpus import Gpu
from dilctl.placement import Wait, could_start, keep_for, place
from dilctl.room import FOREIGN_MEMORY, Placement, Room, room
from storage.records import Attempt, Process

GIB = 1 << 30
TOTAL = 8 * GIB


def gpu(index: int, used: int = 0, held: dict[int, int] | None = None, total: int = TOTAL) -> Gpu:
    return Gpu(
        index=index,
        name="GPU",
        uuid=f"GPU-{index}",
        memory_total=total,
        memory_free=total - used,
        utilisation=0.0,
        held=held,
    )


def needs(device: str, processes: int = 1, threads: int = 1, **more: object) -> dict[str, object]:
    return {"device": device, "processes": processes, "threads": threads, **more}


def live(slots: int = 0, gpus: tuple[int, ...] = (), memory: int | None = None, pid: int = 1):
    devices = Placement(slots=slots, gpus=gpus, memory=memory).as_json()
    return Attempt(
        run=pid,
        number=1,
        host="workstation",
        processes=(Process(pid=pid, started=1.0, boot="boot"),),
        devices=devices,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        finished_at=None,
        outcome=None,
        reason="",
    )


def reason(answer: Placement | Wait) -> str:
    assert isinstance(answer, Wait), answer
    return answer.reason


def gpus_of(answer: Placement | Wait) -> tuple[int, ...]:
    assert isinstance(answer, Placement), answer
    return answer.gpus


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (needs("cpu", 2), "waits for 2 CPU slots: 1 of 4 free"),
        (needs("cpu", 2, 3), "needs 6 CPU slots, this agent gives 4; "
         "`dilctl agent run --slots 6` gives more"),
        (needs("cuda", 2), "waits for 2 GPUs: 1 of 3 free"),
        (needs("cuda", 4), "needs 4 GPUs, this machine has 3"),
        (needs("cuda", gpu=[1]), "waits for GPU 1: 0 of 1 free"),
        (needs("cuda", gpu=[0, 1]), "waits for 1 of GPUs 0 and 1: 0 of 2 free"),
        (needs("cuda", gpu=[5]), "needs GPU 5, this machine has GPU 0, 1 and 2"),
        (needs("cuda", 2, gpu=[1]), "needs 2 GPUs, and may use only GPU 1"),
        (needs("cuda", gpu_memory=9 * GIB), "needs 9 GiB on a GPU, the largest here has 8 GiB"),
        (needs("cuda", 2, gpu_memory=9 * GIB),
         "needs 9 GiB on each of 2 GPUs, this machine has 0 of that size"),
        (needs("cuda", 2, gpu_memory=7 * GIB),
         "waits for 7 GiB on each of 2 GPUs: 1 GPU of them so far"),
        (needs("cuda", gpu=[1], gpu_memory=7 * GIB),
         "waits for 7 GiB on GPU 1: at most 6.9 GiB free (GPU 1)"),
    ],
)  # fmt: skip
def test_a_run_that_does_not_fit_is_told_why(asked: dict[str, object], said: str):
    ours = [live(slots=3), live(gpus=(0,))]
    assert reason(place(asked, room(4, (gpu(0), gpu(1, FOREIGN_MEMORY + 1), gpu(2)), ours))) == said


def test_what_will_never_fit_is_told_from_what_only_waits():
    space = room(1, (gpu(0),), [live(slots=1), live(gpus=(0,))])
    for asked in (needs("cuda", 2), needs("cpu", 2), needs("cuda", gpu=[3])):
        answer = place(asked, space)
        assert isinstance(answer, Wait)
        assert answer.is_for_good
        assert not could_start(asked, space)
    for asked in (needs("cuda"), needs("cpu")):
        answer = place(asked, space)
        assert isinstance(answer, Wait)
        assert not answer.is_for_good
        assert could_start(asked, space)


def test_a_machine_without_gpus_says_so_to_a_run_that_names_one():
    assert reason(place(needs("auto", gpu=[1]), room(4, (), []))) == (
        "needs GPU 1, this machine has none"
    )


def test_a_gpu_on_which_others_hold_memory_is_not_given_away_whole():
    gpus = (gpu(0, FOREIGN_MEMORY + 1), gpu(1, FOREIGN_MEMORY))
    assert place(needs("cuda"), room(1, gpus, [])) == Placement(slots=0, gpus=(1,))
    busy = room(1, gpus[:1], [])
    assert reason(place(needs("cuda"), busy)) == "waits for 1 GPU: 0 of 1 free"
    assert not could_start(needs("cuda"), busy)  # that others leave is not ours to wait for


def test_a_run_that_leaves_the_choice_goes_to_gpus_only_where_there_are_enough():
    assert place(needs("auto", 1), room(4, (gpu(0),), [])) == Placement(slots=0, gpus=(0,))
    assert place(needs("auto", 2), room(4, (gpu(0),), [])) == Placement(slots=2, gpus=())
    assert place(needs("auto", 1), room(4, (), [])) == Placement(slots=1, gpus=())
    assert place(needs("auto", gpu_memory=GIB), room(4, (), [])) == Placement(slots=1, gpus=())


def test_work_for_cpus_and_for_gpus_does_not_wait_for_each_other():
    full = room(1, (gpu(0),), [live(slots=1)])
    assert gpus_of(place(needs("cuda"), full)) == (0,)
    full = room(1, (gpu(0),), [live(gpus=(0,))])
    assert place(needs("cpu"), full) == Placement(slots=1, gpus=())


def test_what_one_run_takes_is_not_there_for_the_next():
    space = room(2, (gpu(0), gpu(1)), [])
    first = place(needs("cuda"), space)
    assert isinstance(first, Placement)
    assert place(needs("cuda"), space.without(first)) == Placement(slots=0, gpus=(1,))
    assert space.without(Placement(slots=2, gpus=())).free_slots == 0


def test_runs_that_say_what_they_take_share_the_fullest_gpu_and_leave_empty_ones_whole():
    space = room(1, (gpu(0), gpu(1), gpu(2, 2 * GIB)), [live(gpus=(1,), memory=3 * GIB)])
    small = needs("cuda", gpu_memory=2 * GIB)
    for expected in (1, 1, 2, 2, 2, 0):
        answer = place(small, space)
        assert gpus_of(answer) == (expected,)
        assert isinstance(answer, Placement)
        space = space.without(answer)
    assert reason(place(needs("cuda"), space)) == "waits for 1 GPU: 0 of 3 free"


def test_a_run_of_several_processes_gets_as_many_gpus_however_little_it_takes_of_each():
    space = room(1, (gpu(0), gpu(1)), [])
    assert gpus_of(place(needs("cuda", 2, gpu_memory=GIB), space)) == (0, 1)


def test_a_gpu_that_a_run_has_for_itself_is_not_shared():
    space = room(1, (gpu(0),), [live(gpus=(0,))])
    assert reason(place(needs("cuda", gpu_memory=1), space)) == (
        "waits for 0.1 GiB on a GPU: at most 0 GiB free (GPU 0)"
    )


def test_a_pinned_run_goes_nowhere_else():
    space = room(1, (gpu(0), gpu(1), gpu(2)), [])
    assert gpus_of(place(needs("cuda", gpu=[2]), space)) == (2,)
    assert gpus_of(place(needs("auto", 2, gpu=[2, 1]), space)) == (1, 2)


def test_memory_of_our_own_runs_is_not_counted_twice():
    ours = [live(gpus=(0,), memory=3 * GIB, pid=7)]
    asked = needs("cuda", gpu_memory=5 * GIB)
    # Ours holds 2 of its 3 GiB; nobody else is there.
    assert gpus_of(place(asked, room(1, (gpu(0, 2 * GIB, {7: 2 * GIB}),), ours))) == (0,)
    # A stranger holds as much, and ours will take its 3 GiB yet.
    stranger = room(1, (gpu(0, 2 * GIB, {8: 2 * GIB}),), ours)
    assert reason(place(asked, stranger)).endswith("at most 3 GiB free (GPU 0)")


def test_where_nobody_says_who_holds_what_our_runs_hold_what_they_reserved():
    ours = [live(gpus=(0,), memory=3 * GIB, pid=7)]
    asked = needs("cuda", gpu_memory=4 * GIB)
    assert gpus_of(place(asked, room(1, (gpu(0, 4 * GIB),), ours))) == (0,)
    assert reason(place(asked, room(1, (gpu(0, 5 * GIB),), ours))).endswith(
        "at most 3 GiB free (GPU 0)"
    )


def test_a_run_that_takes_more_than_it_said_leaves_less_for_others():
    ours = [live(gpus=(0,), memory=GIB, pid=7)]
    space = room(1, (gpu(0, 6 * GIB, {7: 6 * GIB}),), ours)
    assert reason(place(needs("cuda", gpu_memory=3 * GIB), space)).endswith(
        "at most 2 GiB free (GPU 0)"
    )


def test_what_is_kept_for_a_wide_run_others_do_not_get_though_they_would_fit():
    space = room(2, (gpu(0), gpu(1), gpu(2)), [live(gpus=(1,)), live(gpus=(2,))])
    kept = keep_for(needs("cuda", 2), space, why="kept back for run 12")
    assert reason(place(needs("cuda"), kept)) == "kept back for run 12"
    assert reason(place(needs("cuda", gpu_memory=GIB), kept)) == "kept back for run 12"
    # What does not fit anyway hears the plain reason; CPU slots are another matter.
    assert reason(place(needs("cuda", 3), kept)) == "waits for 3 GPUs: 0 of 3 free"
    assert place(needs("cpu"), kept) == Placement(slots=1, gpus=())


def test_a_gpu_that_the_wide_run_cannot_use_is_not_kept_for_it():
    space = room(1, (gpu(0), gpu(1)), [live(gpus=(1,))])
    kept = keep_for(needs("cuda", gpu=[1]), space, why="kept back")
    assert gpus_of(place(needs("cuda"), kept)) == (0,)


def test_slots_kept_for_a_wide_run_leave_gpus_alone():
    space = room(4, (gpu(0),), [live(slots=2)])
    kept = keep_for(needs("cpu", 4), space, why="kept back for run 3")
    assert reason(place(needs("cpu"), kept)) == "kept back for run 3"
    assert gpus_of(place(needs("cuda"), kept)) == (0,)


@dataclass(frozen=True)
class World:
    """A machine with foreign processes that come and go, and what our runs hold there."""

    slots: int
    foreign: tuple[int, ...]
    says_who: bool

    def room(self, ours: list[Attempt]) -> Room:
        gpus = (self._gpu(index, ours) for index in range(len(self.foreign)))
        return room(self.slots, gpus, ours)

    def _gpu(self, index: int, ours: list[Attempt]) -> Gpu:
        held = {
            attempt.processes[0].pid: attempt.devices.get("gpu_memory", TOTAL // 2)
            for attempt in ours
            if index in attempt.devices["gpus"]
        }
        used = min(TOTAL, sum(held.values()) + self.foreign[index])
        return gpu(index, used, {**held, 999: self.foreign[index]} if self.says_who else None)


worlds = st.builds(
    World,
    slots=st.integers(1, 4),
    foreign=st.lists(st.integers(0, TOTAL), max_size=3).map(tuple),
    says_who=st.booleans(),
)
wishes = st.builds(
    needs,
    st.sampled_from(["auto", "cpu", "cuda"]),
    processes=st.integers(1, 3),
    threads=st.integers(1, 2),
    gpu_memory=st.none() | st.integers(1, TOTAL + GIB),
    gpu=st.none() | st.lists(st.integers(0, 3), max_size=2, unique=True),
)
steps = st.lists(wishes | st.integers(0, 5), max_size=25)


@given(worlds, steps)
def test_whatever_starts_and_ends_no_gpu_and_no_slot_is_given_twice(world: World, story: list):
    ours: list[Attempt] = []
    for number, step in enumerate(story, start=1):
        if isinstance(step, int):
            del ours[step : step + 1]
            continue
        answer = place(step, world.room(ours))
        if isinstance(answer, Wait):
            assert answer.reason
            continue
        if answer.gpus:
            assert len(answer.gpus) == step["processes"]
            assert set(answer.gpus) <= set(step["gpu"] or answer.gpus)
        started = live(pid=number)
        ours.append(replace(started, devices=answer.as_json()))
        assert sum(attempt.devices["slots"] for attempt in ours) <= world.slots
        for index, foreign in enumerate(world.foreign):
            here = [a.devices.get("gpu_memory") for a in ours if index in a.devices["gpus"]]
            assert None not in here or len(here) == 1
            reserved = sum(memory for memory in here if memory is not None)
            assert reserved <= TOTAL
            if index in answer.gpus and answer.memory is not None:
                assert reserved + foreign <= TOTAL


@given(worlds, st.lists(wishes, max_size=4), wishes)
def test_a_run_that_could_start_does_once_ours_have_ended_and_its_place_was_kept(
    world: World, others: list, wide: dict
):
    ours: list[Attempt] = []
    for number, other in enumerate(others, start=1):
        answer = place(other, world.room(ours))
        if isinstance(answer, Placement):
            ours.append(replace(live(pid=number), devices=answer.as_json()))
    if not could_start(wide, world.room(ours)):
        return
    while isinstance(place(wide, world.room(ours)), Wait):
        assert ours, "nothing of ours is in the way"
        ours.pop()
