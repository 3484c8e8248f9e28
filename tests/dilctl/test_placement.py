import pytest

from dilctl.gpus import Gpu
from dilctl.placement import FOREIGN_MEMORY, Placement, place, room


def gpu(index: int, used: int = 0) -> Gpu:
    total = 8 << 30
    return Gpu(
        index=index,
        name="GPU",
        uuid=f"GPU-{index}",
        memory_total=total,
        memory_free=total - used,
        utilisation=0.0,
    )


def needs(device: str, processes: int = 1, threads: int = 1) -> dict[str, object]:
    return {"device": device, "processes": processes, "threads": threads}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (needs("cpu", 2), "waits for 2 CPU slots: 1 of 4 free"),
        (needs("cpu", 2, 3), "needs 6 CPU slots, this agent gives 4; "
         "`dilctl agent run --slots 6` gives more"),
        (needs("cuda", 2), "waits for 2 GPUs: 1 of 3 free"),
        (needs("cuda", 4), "needs 4 GPUs, this machine has 3"),
    ],
)  # fmt: skip
def test_a_run_that_does_not_fit_is_told_why(asked: dict[str, object], reason: str):
    taken = [{"slots": 3, "gpus": []}, {"slots": 0, "gpus": [0]}]
    assert place(asked, room(4, (gpu(0), gpu(1, FOREIGN_MEMORY + 1), gpu(2)), taken)) == reason


def test_a_gpu_on_which_others_hold_memory_is_not_given_away():
    gpus = (gpu(0, FOREIGN_MEMORY + 1), gpu(1, FOREIGN_MEMORY))
    assert place(needs("cuda"), room(1, gpus, [])) == Placement(slots=0, gpus=(1,))


def test_a_run_that_leaves_the_choice_goes_to_gpus_only_where_there_are_enough():
    assert place(needs("auto", 1), room(4, (gpu(0),), [])) == Placement(slots=0, gpus=(0,))
    assert place(needs("auto", 2), room(4, (gpu(0),), [])) == Placement(slots=2, gpus=())
    assert place(needs("auto", 1), room(4, (), [])) == Placement(slots=1, gpus=())


def test_what_one_run_takes_is_not_there_for_the_next():
    space = room(2, (gpu(0), gpu(1)), [])
    first = place(needs("cuda"), space)
    assert isinstance(first, Placement)
    assert place(needs("cuda"), space.without(first)) == Placement(slots=0, gpus=(1,))
    assert space.without(Placement(slots=2, gpus=())).free_slots == 0
