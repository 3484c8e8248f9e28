"""The errand of showing what networks make of one image of a test set.

Its pixels are those of the test: chance is keyed by the suite, the image and the degradation, so
the scores of these pictures are the scores that the test found.
"""

import gc
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from dilctl.errand import Json, Tell
from dilctl.errands.evaluate import degradation_of, files_of
from trainers import metrics
from trainers.data.images import write_png
from trainers.data.testing import TestFile
from trainers.distributed import processes
from trainers.errors import DataError, TrainerError
from trainers.evaluate import Restored, Trial, degraded_and_truth, judged, opened
from trainers.reporter import ImageScore
from trainers.retest import enlarged
from trainers.suites import colour_space
from trainers.tiling import restored_tiles, tiles_of, tiling_for
from trainers.weights import LoadedNetwork, load_network

_NETWORKS = 4  # that stay loaded


def carry_out(request: Json, tell: Tell) -> Json:
    """Write pictures of an image, or measure how degraded several images are.

    The request holds ``test`` (``source``, ``name``, ``suite``, ``degradation``, ``scale``),
    ``judge`` (``task`` and ``border`` of an experiment), ``device``, and either ``inputs``, names
    of images, which is answered by their ``psnr``; or ``image``, ``folder`` and ``wanted``: for
    each picture its ``file``, for one that is restored also its ``run``, ``weights`` and ``judge``.
    What can be made is made, each with its scores in a file beside it; the answer holds the
    ``faults`` of the others, by their files.
    """
    with processes(request["device"]) as group, torch.inference_mode():
        if "inputs" in request:
            return {"psnr": [_input_psnr(request, file) for file in _files(request)]}
        faults = dict(_pictures(request, group.device, tell))
        gc.collect()
        torch.cuda.empty_cache()  # training runs want it; without a GPU this does nothing
        return {"faults": faults}


def _files(request: Json) -> list[TestFile]:
    wanted = set(request.get("inputs") or [request["image"]])
    found = [f for f in files_of(request["test"], request["test"]["scale"]) if f.name in wanted]
    if missing := wanted - {file.name for file in found}:
        test = request["test"]
        raise DataError(
            f"{sorted(missing)[0]}: is no longer in {test['source']}, where {test['name']} was; "
            "put it back, or test the runs again with dilctl eval"
        )
    return found


def _trial(request: Json, judge: Json) -> Trial:
    test = request["test"]
    return Trial(
        suite=test["suite"],
        degradation=degradation_of(test),
        colour_space=colour_space(judge["task"], test["suite"], test["name"]),
        border=judge["border"],
    )


def _input_psnr(request: Json, file: TestFile) -> float:
    trial = _trial(request, request["judge"])
    degraded, truth = degraded_and_truth(opened(file), trial)
    return _judged(file.name, metrics.to_8_bit(enlarged(degraded, truth)), truth, trial).psnr


def _pictures(request: Json, device: torch.device, tell: Tell) -> Iterator[tuple[str, str]]:
    """Write what is wanted; the file and the fault of whatever cannot be made."""
    trial = _trial(request, request["judge"])
    (file,) = _files(request)
    degraded, truth = degraded_and_truth(opened(file), trial)
    for each in request["wanted"]:
        try:
            if "weights" in each:
                tell({"run": each["run"], "share": 0.0})
                pixels = _restored(each, degraded, device, tell)
                score = _judged(file.name, pixels, truth, _trial(request, each["judge"]))
            else:
                pixels, score = _own(each["file"], degraded, truth, trial)
            _write(Path(request["folder"]) / each["file"], pixels, score)
        except TrainerError as error:
            yield each["file"], str(error)


def _own(
    file: str, degraded: Tensor, truth: Tensor, trial: Trial
) -> tuple[Tensor, ImageScore | None]:
    """The truth, or the degraded image as it was given, judged at the size of the truth."""
    if file == "truth.png":
        return truth, None
    fitting = metrics.to_8_bit(enlarged(degraded, truth))
    return metrics.to_8_bit(degraded), _judged("", fitting, truth, trial)


def _restored(wanted: Json, degraded: Tensor, device: torch.device, tell: Tell) -> Tensor:
    """8-bit, uint8 (1, 3, H, W), made part by part, so that large images need little memory."""
    path = Path(wanted["weights"])
    loaded = _network(path, path.stat().st_mtime_ns, device)
    tiling = tiling_for(loaded.settings)
    height, width = degraded.shape[-2:]
    parts = tiles_of(height, width, tiling)
    canvas = torch.empty(0)
    tiles = restored_tiles(loaded.network, degraded.to(device), tiling)
    for done, tile in enumerate(tiles, start=1):
        if done == 1:
            canvas = torch.empty((1, 3, *tile.size), dtype=torch.uint8)
        canvas[..., tile.rows, tile.columns] = metrics.to_8_bit(tile.pixels).cpu()
        tell({"run": wanted["run"], "share": done / parts})
    return canvas


@lru_cache(maxsize=_NETWORKS)
def _network(path: Path, _changed: int, device: torch.device) -> LoadedNetwork:
    loaded = load_network(path)
    loaded.network.to(device)
    return loaded


def _judged(name: str, pixels: Tensor, truth: Tensor, trial: Trial) -> ImageScore:
    if pixels.shape != truth.shape:
        raise DataError(
            f"its pictures are {_size(pixels)} pixels, the truth is {_size(truth)}; "
            "compare networks of one scale"
        )
    return judged(Restored(name=name, degraded=pixels, restored=pixels, truth=truth), trial)


def _size(pixels: Tensor) -> str:
    height, width = pixels.shape[-2:]
    return f"{width} × {height}"


def _write(path: Path, pixels: Tensor, score: ImageScore | None) -> None:
    """The picture, then its scores, which vouch for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_png(path, pixels[0].permute(1, 2, 0).contiguous().numpy())
    scores = {} if score is None else asdict(replace(score, image=""))
    beside = path.with_suffix(".json~")
    beside.write_text(json.dumps(scores))
    beside.replace(path.with_suffix(".json"))
