"""The errand of testing a trained network."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter

from dilctl.errand import Json, Tell
from trainers.blind import restore_blind
from trainers.data.pairs import find_pairs
from trainers.data.sources import test_images
from trainers.data.testing import TestFile
from trainers.degradations.kinds import AsCaptured, Degradation, Synthetic
from trainers.distributed import processes
from trainers.evaluate import Bench, Trial
from trainers.retest import Tested, folder_of, scored
from trainers.suites import colour_space
from trainers.tiling import tiling_for
from trainers.weights import load_network


def carry_out(request: Json, tell: Tell) -> Json:
    """Go through the tests of a request, telling of each image and each result."""
    if request["threads"] is not None:
        torch.set_num_threads(request["threads"])
    loaded = load_network(Path(request["weights"]), part=request["part"])
    with processes(request["device"]) as group:
        loaded.network.to(group.device)
        tiling = tiling_for(loaded.settings)
        bench = Bench(network=loaded.network, device=group.device, tiling=tiling)
        for number, test in enumerate(request["tests"]):
            one = _Test(
                number=number,
                said=test,
                scale=loaded.settings.scale,
                folder=_folder(test, request["save"]),
            )
            if test["degradation"] is None:
                _go_blind(one, bench, tell)
            else:
                scores = list(_told(one, bench, tell))
                tell({"test": number, "scores": [asdict(each) for each in scores]})
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """One test of a request, and the folder that its pictures go to."""

    number: int
    said: Json
    scale: int
    folder: Path | None


def _folder(test: Json, save: str | None) -> Path | None:
    return None if save is None else folder_of(Path(save), test["name"], _title(test))


def _title(test: Json) -> str:
    return "as-captured" if test["degradation"] is None else degradation_of(test).name


def degradation_of(test: Json) -> Degradation:
    """What a test puts images through."""
    settings: dict[str, Any] = test["degradation"]
    if settings["kind"] == "as-captured":
        return AsCaptured()
    return TypeAdapter[Degradation](Synthetic).validate_python(settings)


def _go_blind(test: _Test, bench: Bench, tell: Tell) -> None:
    assert test.folder is not None, "without truth, pictures are all that comes of it"
    for name in restore_blind(test.said["source"], test.scale, bench, test.folder):
        tell({"image": name, "test": test.number})


def _told(one: _Test, bench: Bench, tell: Tell) -> Iterator[Tested]:
    test = one.said
    trial = Trial(
        suite=test["suite"],
        degradation=degradation_of(test),
        colour_space=colour_space(test["task"], test["suite"], test["name"]),
        border=test["border"],
    )
    for each in scored(files_of(test, one.scale), trial, bench, one.folder):
        tell({"image": each.restored.image, "test": one.number})
        yield each


def files_of(test: Json, scale: int) -> tuple[TestFile, ...]:
    """The images of a test, which the parent has found to be there."""
    source = test["source"]
    if test["degradation"]["kind"] != "as-captured":
        return tuple(TestFile(name=file.name, clean=file) for file in test_images(source))
    return tuple(
        TestFile(name=pair.name, clean=pair.clean, degraded=pair.degraded)
        for pair in find_pairs(source, scale=scale)
        if pair.clean is not None
    )
