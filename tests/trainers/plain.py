"""What the tests of the rules share: a small network, real-looking images and a plain walk."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from trainers.data.batches import Recipe, StepDraw
from trainers.data.images import write_png
from trainers.data.packed import pack
from trainers.data.sources import training_images
from trainers.data.store import PatchStore
from trainers.degradations.kinds import GaussianNoise
from trainers.distributed import Processes
from trainers.experiment import Rrdb
from trainers.networks.build import build

ALONE = Processes(rank=0, size=1, device=torch.device("cpu"))
CONFOUNDERS = tuple(GaussianNoise(sigma=sigma) for sigma in (5, 10, 15, 20))
TINY = Rrdb(features=4, blocks=1, growth=3)


def write_images(folder, count: int = 5) -> None:
    """Smooth pictures of several sizes, each with an edge."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        rows, columns = np.mgrid[0 : 40 + 3 * index, 0 : 52 - 4 * index]
        waves = [np.sin(rows / (3 + c) + index) * np.cos(columns / (4 + c)) for c in range(3)]
        picture = (np.stack(waves, axis=2) + 1) * 100 + 40 * (columns > 20)[:, :, None]
        write_png(folder / f"{index}.png", picture.clip(0, 255).astype(np.uint8))


def open_store(folder) -> PatchStore:
    write_images(folder / "images")
    packed = pack(training_images(str(folder / "images")), folder / "packed", workers=1)
    return PatchStore(packed, range(5), device=torch.device("cpu"))


@dataclass
class Draws:
    """The draws of a run, step after step."""

    store: PatchStore
    batch: int = 8
    patch: int = 16
    shared_content: bool = False
    processes: Processes = ALONE
    dtype: torch.dtype = torch.float64

    def at(self, step: int) -> StepDraw:
        recipe = Recipe(
            confounders=CONFOUNDERS,
            seed=1,
            batch=self.batch,
            patch=self.patch,
            shared_content=self.shared_content,
            dtype=self.dtype,
        )
        return StepDraw(self.store, recipe, self.processes, step)


def tiny_network() -> torch.nn.Module:
    return build(TINY, seed=1).double()


def flat(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
