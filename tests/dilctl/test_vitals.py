"""How this machine fares, and what an agent of another one said of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dilctl.gpus import Gpu
from dilctl.vitals import GpuVitals, Meter, Vitals, from_json

GPU = Gpu(
    index=3,
    name="H200",
    uuid="GPU-a",
    memory_total=8,
    memory_free=2,
    utilisation=0.5,
    temperature=61.0,
)


class Times(SimpleNamespace):
    def _asdict(self) -> dict[str, float]:
        return dict(vars(self))


def test_processors_are_busy_between_two_looks(tmp_path: Path):
    looks: Iterator[Times] = iter(
        [
            Times(user=100.0, idle=100.0, iowait=10.0, guest=50.0),
            Times(user=103.0, idle=100.5, iowait=10.5, guest=53.0),
            Times(user=103.0, idle=100.5, iowait=10.5, guest=53.0),
        ]
    )
    read = Meter(lambda: next(looks))
    first, second, third = (read(tmp_path, ()) for _ in range(3))
    assert first.busy is None
    assert first.cores is not None
    # The guest's three seconds are the same as the user's; they count no more than once.
    assert second.busy == pytest.approx(0.75 * first.cores)
    assert third.busy is None


def test_a_machine_is_told_as_plain_json_and_understood_again(tmp_path: Path):
    read = Meter()(tmp_path / "not yet" / "there", [GPU])
    said = json.loads(json.dumps(read.as_json()))
    assert from_json(said) == read
    assert read.gpus[0].temperature == 61.0
    assert read.gpus[0].power is None
    assert read.memory_total is not None
    assert read.disk_free is not None
    assert 0 < read.disk_free


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"cores": "many", "busy": None, "load": [1], "gpus": None, "memory_total": True},
        {"gpus": [7, None, {"name": "no number"}], "disk_free": -1},
        {"busy": float("nan"), "gpus": {"index": 0}, "future": {"deep": 1}},
    ],
)
def test_what_another_version_says_is_not_known_rather_than_a_fault(said: dict[str, Any]):
    assert from_json(said) == Vitals()


def test_of_a_gpu_what_is_said_is_kept_and_the_rest_is_not_known():
    found = from_json({"gpus": [{"index": 1, "name": None, "utilisation": 0.25, "power": "?"}]})
    assert found.gpus == (GpuVitals(index=1, utilisation=0.25),)
