"""The batches of an outer step: which patches, spoilt how, all drawn from keys.

Patches come in *draws*, each a batch of clean patches. ERM takes one draw a step, the serial
rules one a confounder, so that at equal gradient evaluations all rules see the same patches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from trainers import chance
from trainers.data.store import SYMMETRIES, PatchStore
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Degradation
from trainers.distributed import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """This process's part of a batch of degraded and clean patches.

    Attributes:
        degraded, clean: patches in [0, 1], shape (n, 3, H, W).
        total: images in the batch over all processes.
    """

    degraded: Tensor
    clean: Tensor
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What batches are made of.

    Attributes:
        confounders: the degradations trained on.
        seed: the run's seed.
        batch: images in a batch, over all processes.
        patch: side of a patch, pixels.
        shared_content: whether all confounders of a step spoil the same clean patches.
        dtype: floating-point type of the patches.
    """

    confounders: tuple[Degradation, ...]
    seed: int
    batch: int
    patch: int
    shared_content: bool
    dtype: torch.dtype


class StepDraw:
    """The batches of one outer step (the ``Draw`` of ``trainers.rules``).

    Args:
        store: the training images.
        recipe: what batches are made of.
        processes: this process takes its share of every batch.
        step: outer steps taken before this one.
    """

    def __init__(self, store: PatchStore, recipe: Recipe, processes: Processes, step: int) -> None:
        self._store = store
        self._recipe = recipe
        self._slots = processes.share(recipe.batch)
        self._device = processes.device
        self._step = step

    def one_by_one(self) -> Iterator[Batch]:
        """A batch for each confounder alone, in this step's shuffled order."""
        count = len(self._recipe.confounders)
        for position, confounder in enumerate(self._order()):
            draw = self._step if self._recipe.shared_content else self._step * count + position
            clean = self._clean(draw)
            degraded = self._degraded(clean, [confounder] * len(clean), position)
            yield Batch(degraded=degraded, clean=clean, total=self._recipe.batch)

    def mixed(self) -> Batch:
        """A batch over all confounders: each image has one, or all where content is shared."""
        clean, order = self._clean(self._step), self._order()
        if not self._recipe.shared_content:
            mine = [order[slot % len(order)] for slot in self._slots]
            degraded = self._degraded(clean, mine, 0)
            return Batch(degraded=degraded, clean=clean, total=self._recipe.batch)
        each = [self._degraded(clean, [c] * len(clean), k) for k, c in enumerate(order)]
        return Batch(
            degraded=torch.cat(each),
            clean=clean.repeat(len(order), 1, 1, 1),
            total=self._recipe.batch * len(order),
        )

    def images(self, draw: int) -> Tensor:
        """The images of this process's share of a draw: int64, shape (n,)."""
        first = draw * self._recipe.batch
        return torch.tensor([self._image(first + slot) for slot in self._slots])

    def _order(self) -> list[int]:
        key = chance.key(self._recipe.seed, "confounders", self._step)
        return chance.permutation(key, len(self._recipe.confounders)).tolist()

    def _clean(self, draw: int) -> Tensor:
        """This process's share of a draw: shape (n, 3, patch, patch), in [0, 1]."""
        seed, patch = self._recipe.seed, self._recipe.patch
        images = self.images(draw)
        tops, lefts = self._store.limits(images, patch)
        keys = chance.keys([(seed, "patch", draw, slot) for slot in self._slots])
        words = chance.words(keys, 3)
        crops = self._store.crops(
            images,
            (words[:, 0] * (tops + 1)) >> 32,
            (words[:, 1] * (lefts + 1)) >> 32,
            (words[:, 2] * SYMMETRIES) >> 32,
            patch,
        )
        return crops.to(self._recipe.dtype) / 255

    def _image(self, place: int) -> int:
        """The image at a place of the endless order: every epoch a fresh permutation of all."""
        epoch, position = divmod(place, self._store.count)
        return _epoch(chance.key(self._recipe.seed, "epoch", epoch), self._store.count)[position]

    def _degraded(self, clean: Tensor, confounders: Sequence[int], position: int) -> Tensor:
        """Spoil each image by its own confounder, named by index."""
        keys = chance.keys(
            [(self._recipe.seed, "degrade", self._step, position, slot) for slot in self._slots],
            device=self._device,
        )
        degraded = torch.empty_like(clean)
        for index in sorted(set(confounders)):
            chosen = [k for k, confounder in enumerate(confounders) if confounder == index]
            degraded[chosen] = degrade(clean[chosen], self._recipe.confounders[index], keys[chosen])
        return degraded


@lru_cache(maxsize=4)
def _epoch(key: int, images: int) -> list[int]:
    return chance.permutation(key, images).tolist()
