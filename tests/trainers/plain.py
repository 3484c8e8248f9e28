"""What the tests of the rules share: small networks, real-looking images and their batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import torch

from trainers.data.batch import Batch
from trainers.data.batches import Recipe, StepDraw, Stores
from trainers.data.images import write_png
from trainers.data.packed import pack
from trainers.data.sources import training_images
from trainers.data.store import PairStore, PatchStore
from trainers.degradations.kinds import Confounder, GaussianNoise
from trainers.distributed import Processes
from trainers.experiment import (
    DilPf,
    DilPs,
    DilSf,
    DilSs,
    Erm,
    Fish,
    GroupDro,
    Mldg,
    Rrdb,
    Rule,
    SwinIr,
    VRex,
)
from trainers.networks.build import build

ALONE = Processes(rank=0, size=1, device=torch.device("cpu"))
CONFOUNDERS = tuple(GaussianNoise(sigma=sigma) for sigma in (5, 10, 15, 20))
TINY = Rrdb(features=4, blocks=1, growth=3)
TINY_SWINIR = SwinIr(features=4, groups=1, blocks=2, heads=2, window=4, mlp_ratio=1)
RULES: tuple[Rule, ...] = (
    Erm(),
    DilSf(),
    DilPf(),
    DilSs(),
    DilPs(),
    GroupDro(weight_rate=1.0),
    VRex(),
    Mldg(),
    Fish(),
)


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
    return store_of(folder)


def store_of(folder) -> PatchStore:
    """The images that were written there."""
    packed = pack(training_images(str(folder / "images")), folder / "packed", workers=1)
    return PatchStore(packed, range(5), device=torch.device("cpu"))


@dataclass
class Draws:
    """The draws of a run, step after step."""

    store: PatchStore
    confounders: tuple[Confounder, ...] = CONFOUNDERS
    batch: int = 8
    patch: int = 16
    draws: int = 1
    shared_content: bool = False
    mask: float = 0.0
    sharpen: bool = False
    processes: Processes = ALONE
    pairs: Mapping[int, PairStore] = field(default_factory=dict)
    dtype: torch.dtype = torch.float64
    memory: dict[int, "Remembered"] = field(default_factory=dict)

    @property
    def recipe(self) -> Recipe:
        return Recipe(
            confounders=self.confounders,
            seed=1,
            batch=self.batch,
            patch=self.patch,
            draws=self.draws,
            shared_content=self.shared_content,
            mask=self.mask,
            sharpen=self.sharpen,
            dtype=self.dtype,
        )

    @property
    def stores(self) -> Stores:
        return Stores(photographs=self.store, pairs=self.pairs)

    def at(self, step: int) -> StepDraw:
        return StepDraw(self.stores, self.recipe, self.processes, step)

    def remembered(self, step: int) -> "Remembered":
        """The same, made once for all who ask."""
        if step not in self.memory:
            self.memory[step] = Remembered(self.at(step))
        return self.memory[step]


class Remembered:
    """A draw whose batches are made once."""

    def __init__(self, draw: StepDraw) -> None:
        self.mixed, self.query, self.query_again = map(
            cache, (draw.mixed, draw.query, draw.query_again)
        )
        self.one_by_one = cache(lambda passes=1: [*draw.one_by_one(passes)])
        self.split = cache(draw.split)


def spelled(rule: Rule) -> str:
    """A rule and what it does not leave as it is, to name a test's case."""
    said = rule.model_dump(exclude_defaults=True) | {"kind": rule.kind}
    return " ".join([said.pop("kind"), *(f"{name}={value}" for name, value in said.items())])


def tiny_network() -> torch.nn.Module:
    return build(TINY, seed=1).double()


def tiny_swinir() -> torch.nn.Module:
    return build(TINY_SWINIR, seed=1).double()


def small_network() -> torch.nn.Module:
    """A curved network of 34 weights, so that each can be moved on its own."""
    layers = torch.nn.Conv2d(3, 1, 3, padding=1), torch.nn.Tanh(), torch.nn.Conv2d(1, 3, 1)
    network = torch.nn.Sequential(*layers).double()
    generator = torch.Generator().manual_seed(1)
    for parameter in network.parameters():
        torch.nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return network


def plain_loss(network: torch.nn.Module, batch: Batch) -> torch.Tensor:
    return torch.nn.functional.l1_loss(network(batch.degraded), batch.clean)


def flat(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().flatten() for tensor in tensors])
