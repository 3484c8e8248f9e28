"""Reading GPUs from a driver that may fail at any call."""

import os
from dataclasses import dataclass, field
from types import SimpleNamespace

import pynvml
import pytest

from dilctl.agent import Machine
from dilctl.errors import UsageError
from dilctl.gpus import GpuReader, gpus

GIB = 1 << 30


@dataclass
class Card:
    uuid: str
    used: int = 0
    slices: tuple["Card | None", ...] = ()
    is_lost: bool = False
    temperature: int | None = None
    holders: dict[int, int | None] | None = field(default_factory=dict)


class Driver:
    """NVML as it would answer for some cards."""

    def __init__(self, *cards: Card, is_there: bool = True) -> None:
        self.cards, self.is_there, self.sessions, self.begun = cards, is_there, 0, 0
        self.why_absent = pynvml.NVML_ERROR_DRIVER_NOT_LOADED

    def nvmlInit(self) -> None:
        if not self.is_there:
            raise pynvml.NVMLError(self.why_absent)
        self.sessions += 1
        self.begun += 1

    def nvmlShutdown(self) -> None:
        self.sessions -= 1

    def nvmlDeviceGetCount(self) -> int:
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Card:
        if self.cards[index].is_lost:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return self.cards[index]

    def nvmlDeviceGetMigMode(self, card: Card) -> tuple[int, int]:
        if not card.slices:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return 1, 1

    def nvmlDeviceGetMaxMigDeviceCount(self, card: Card) -> int:
        return len(card.slices)

    def nvmlDeviceGetMigDeviceHandleByIndex(self, card: Card, index: int) -> Card:
        part = card.slices[index]
        if part is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return part

    def nvmlDeviceGetMemoryInfo(self, card: Card) -> SimpleNamespace:
        return SimpleNamespace(total=8 * GIB, free=8 * GIB - card.used)

    def nvmlDeviceGetName(self, _card: Card) -> str:
        return "NVIDIA H200"

    def nvmlDeviceGetUUID(self, card: Card) -> str:
        return card.uuid

    def nvmlDeviceGetUtilizationRates(self, _card: Card) -> SimpleNamespace:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)

    def nvmlDeviceGetTemperature(self, card: Card, _sensor: int) -> int:
        if card.temperature is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return card.temperature

    def nvmlDeviceGetPowerUsage(self, _card: Card) -> int:
        return 350_500

    def nvmlDeviceGetEnforcedPowerLimit(self, _card: Card) -> int:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NO_PERMISSION)

    def nvmlDeviceGetComputeRunningProcesses(self, card: Card) -> list[SimpleNamespace]:
        if card.holders is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NO_PERMISSION)
        return [SimpleNamespace(pid=pid, usedGpuMemory=m) for pid, m in card.holders.items()]

    def nvmlDeviceGetGraphicsRunningProcesses(self, _card: Card) -> list[SimpleNamespace]:
        return []


def test_a_machine_without_a_driver_has_no_gpus():
    assert gpus(driver=Driver(is_there=False)) == ()


def test_a_gpu_that_is_lost_is_left_out_and_said_while_the_others_keep_their_numbers():
    said: list[str] = []
    driver = Driver(Card("GPU-a"), Card("GPU-b", is_lost=True), Card("GPU-c"))
    found = gpus(driver=driver, trouble=said.append)
    assert [(gpu.index, gpu.uuid) for gpu in found] == [(0, "GPU-a"), (2, "GPU-c")]
    (sentence,) = said
    assert sentence.startswith("GPU 1 cannot be read and counts as absent: ")
    assert driver.sessions == 0


def test_a_driver_that_fails_as_a_whole_is_said_and_leaves_no_gpus():
    class Gone(Driver):
        def nvmlDeviceGetCount(self) -> int:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_UNKNOWN)

    said: list[str] = []
    assert gpus(driver=Gone(), trouble=said.append) == ()
    assert len(said) == 1


def test_of_a_gpu_that_is_cut_up_each_slice_counts_and_is_seen_by_its_own_name():
    cut = Card("GPU-b", slices=(Card("MIG-1"), None, Card("MIG-2")))
    found = gpus(driver=Driver(Card("GPU-a"), cut, Card("GPU-c")))
    assert [gpu.visible_as for gpu in found] == ["0", "MIG-1", "MIG-2", "3"]
    assert [gpu.index for gpu in found] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("visible", "indices"),
    [(None, [0, 1]), ("", []), ("1", [1]), ("GPU-a", [0]), (" 1 ,0", [0, 1]), ("-1", [])],
)
def test_only_the_gpus_that_cuda_may_see_are_given_away(visible: str | None, indices: list[int]):
    found = gpus(visible, driver=Driver(Card("GPU-a"), Card("GPU-b")))
    assert [gpu.index for gpu in found] == indices


@pytest.mark.parametrize("holders", [None, {os.getpid(): None}, {2**22 + 7: GIB}])
def test_who_holds_what_is_unknown_where_the_driver_does_not_say_or_speaks_of_others(
    holders: dict[int, int | None] | None,
):
    (found,) = gpus(driver=Driver(Card("GPU-a", used=GIB, holders=holders)))
    assert found.held is None
    assert found.memory_used == GIB


def test_an_agent_is_not_started_on_a_gpu_that_is_not_there():
    with pytest.raises(UsageError, match="GPU 77: this machine has no such GPU"):
        Machine.here(only=[77])


def test_what_a_gpu_does_not_tell_is_a_value():
    hot, silent = gpus(driver=Driver(Card("GPU-a", temperature=61), Card("GPU-b")))
    assert (hot.temperature, hot.power, hot.power_limit, hot.utilisation) == (61, 350.5, None, None)
    assert silent.temperature is None


def test_gpus_are_read_again_and_again_in_one_session_until_something_fails():
    driver = Driver(Card("GPU-a"), Card("GPU-b"))
    with GpuReader(driver=driver) as reader:
        assert [len(reader.read()) for _ in range(3)] == [2, 2, 2]
        assert driver.begun == 1
        driver.cards[1].is_lost = True
        assert [gpu.uuid for gpu in reader.read()] == ["GPU-a"]
        driver.cards[1].is_lost = False
        assert len(reader.read("GPU-b")) == 1
        assert driver.begun == 2
    assert driver.sessions == 0


def test_a_driver_that_does_not_fit_its_library_is_said_and_tried_again():
    said: list[str] = []
    driver = Driver(Card("GPU-a"), is_there=False)
    driver.why_absent = pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH
    reader = GpuReader(driver=driver, trouble=said.append)
    assert reader.read() == ()
    assert said[0].startswith("the GPUs cannot be read and count as absent: ")
    driver.is_there = True
    assert len(reader.read()) == 1
    assert len(said) == 1
