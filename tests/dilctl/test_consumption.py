"""What a run takes of its machine, sampled now and then."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from dilctl.consumption import Consumption
from dilctl.gpus import Gpu
from tests.dilctl.stage import Clock
from trainers.reporter import Position

GPUS = (
    Gpu(
        index=2,
        name="H200",
        uuid="GPU-a",
        memory_total=10**9,
        memory_free=10**8,
        utilisation=0.75,
    ),
    Gpu(
        index=5,
        name="slice",
        uuid="MIG-1",
        memory_total=10**9,
        memory_free=10**9,
        utilisation=None,
    ),
)


def at(step: int, seconds: float) -> Position:
    return Position(step=step, gradients=4 * step, seconds=seconds, fraction=0.5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_examples_are_counted_over_the_seconds_of_training_alone(clock: Clock):
    sample = Consumption(batch=32, root=psutil.Process(), gpus=tuple, clock=clock)
    assert "speed:examples" not in sample(at(0, 0.0))
    assert sample(at(10, 2.0))["speed:examples"] == 4 * 10 * 32 / 2.0
    assert "speed:examples" not in sample(at(10, 2.0)), "it evaluates"


def test_each_gpu_of_the_run_is_told_by_its_number_and_what_it_does_not_say_is_left_out():
    sample = Consumption(batch=1, root=psutil.Process(), gpus=lambda: GPUS)
    values = {name: value for name, value in sample(at(0, 0)).items() if "gpu" in name}
    assert values == {
        "system:gpu 2": 0.75,
        "system:gpu-memory 2": pytest.approx(0.9),
        "system:gpu-memory 5": 0.0,
    }


@pytest.fixture
def busy_child() -> Iterator[subprocess.Popen[bytes]]:
    """A process whose child works without end."""
    work = (
        "import os\nos.fork() and os.read(0, 1) or exec('while os.getppid() > 1: sum(range(9999))')"
    )
    with subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE) as child:
        yield child
        child.kill()


@pytest.mark.slow
def test_all_processes_of_the_run_count(clock: Clock, busy_child: subprocess.Popen[bytes]):
    root = psutil.Process(busy_child.pid)
    sample = Consumption(batch=1, root=root, gpus=tuple, clock=clock)
    assert "system:cpu" not in sample(at(0, 0))
    while not (grandchildren := root.children()) or grandchildren[0].cpu_times().user < 0.2:
        os.sched_yield()
    clock.sleep(2)
    values = sample(at(0, 0))
    assert values["system:cpu"] > 0.09
    assert values["system:memory"] > 0.001


def test_a_run_whose_processes_have_gone_has_nothing_to_tell(clock: Clock):
    child = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)
    root = psutil.Process(child.pid)
    child.communicate()
    sample = Consumption(batch=1, root=root, gpus=tuple, clock=clock)
    sample(at(0, 0))
    clock.sleep(1)
    assert sample(at(0, 0)) == {}
