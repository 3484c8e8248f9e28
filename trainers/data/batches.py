"""The batches of an outer step: which patches, spoilt how, all drawn from keys.

Patches come in *draws*, each a batch of clean patches. A rule takes as many draws a step as it
makes passes over fresh patches (``draws_per_step``), so at equal gradient evaluations the
first-order rules see the very patches that ERM sees.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
        confounders: the one that spoilt each image, by its place in the list trained on: int64,
            shape (n,), on the device.
        counts: images of each confounder over all processes, shape (confounders,), on the device.
    """

    degraded: Tensor
    clean: Tensor
    total: int
    confounders: Tensor
    counts: Tensor

    @property
    def present(self) -> Tensor:
        """Which confounders have images in the batch: bool, shape (confounders,)."""
        return self.counts > 0

    def mean_over_confounders(self, losses: Tensor) -> Tensor:
        """The mean over the confounders that are present of what is zero for all others."""
        return losses.sum() / self.present.sum()

    def alone(self) -> "Batch":
        """This part as a batch of its own, for a process that works for itself."""
        counts = self.confounders.bincount(minlength=len(self.counts))
        return replace(self, total=len(self.clean), counts=counts)

    def pieces(self, most: int | None) -> tuple["Batch", ...]:
        """The same images, at most so many at a time; each counts for what it does in the whole."""
        if most is None:
            return (self,)
        parts = (tensor.split(most) for tensor in (self.degraded, self.clean, self.confounders))
        return tuple(
            replace(self, degraded=degraded, clean=clean, confounders=confounders)
            for degraded, clean, confounders in zip(*parts, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What batches are made of.

    Attributes:
        confounders: the degradations trained on.
        seed: the run's seed.
        batch: images in a batch, over all processes.
        patch: side of a patch, pixels.
        draws: batches of clean patches an outer step takes.
        shared_content: whether all confounders of a step spoil the same clean patches.
        mask: share of a degraded patch's pixels that are blanked.
        dtype: floating-point type of the patches.
    """

    confounders: tuple[Degradation, ...]
    seed: int
    batch: int
    patch: int
    draws: int
    shared_content: bool
    mask: float
    dtype: torch.dtype


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a batch, or some slots of it, is made of.

    Attributes:
        place: of the confounder in this step's order.
        draw: of the clean patches, counted within the step.
    """

    place: int
    draw: int


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
        order = chance.key(recipe.seed, "confounders", step)
        self._order = chance.permutation(order, len(recipe.confounders)).tolist()

    def mixed(self, number: int = 0) -> Batch:
        """The batch of this number over all confounders.

        Each image has one of them, or, where content is shared, each patch comes once for each.
        """
        return self._batch([Part(place=place, draw=number) for place in self._places])

    def one_by_one(self, passes: int = 1) -> Iterator[Batch]:
        """Batches of one confounder each, some for every one, in this step's shuffled order."""
        for place in self._places:
            for number in range(passes):
                yield self._batch([self._alone(place, passes, number)])

    def query(self) -> Batch:
        """A batch over all confounders, of other patches than those of ``one_by_one()``."""
        return self.mixed(1 if self._recipe.shared_content else len(self._order))

    def query_again(self) -> Batch:
        """A batch over all confounders, of patches of ``one_by_one()``, spoilt as they were."""
        return self._batch([self._alone(place, 1, 0) for place in self._places])

    def split(self) -> tuple[Batch, Batch]:
        """A batch over all confounders but the last of this step's order, and one of the last."""
        *most, last = (Part(place=place, draw=0) for place in self._places)
        other = 0 if self._recipe.shared_content else 1
        return self._batch(most), self._batch([replace(last, draw=other)])

    @property
    def _places(self) -> range:
        return range(len(self._order))

    def _alone(self, place: int, passes: int, number: int) -> Part:
        own = number if self._recipe.shared_content else place * passes + number
        return Part(place=place, draw=own)

    def _batch(self, parts: Sequence[Part]) -> Batch:
        """Slots take the parts in turn; or, where content is shared, every slot takes each part."""
        if self._recipe.shared_content:
            groups = [[part] * self._recipe.batch for part in parts]
        else:
            groups = [[parts[slot % len(parts)] for slot in range(self._recipe.batch)]]
        pieces = [self._piece([group[slot] for slot in self._slots]) for group in groups]
        places = [self._order[part.place] for group in groups for part in group]
        mine = [self._order[group[slot].place] for group in groups for slot in self._slots]
        counts = torch.tensor(places).bincount(minlength=len(self._order))
        return Batch(
            degraded=torch.cat([degraded for degraded, _ in pieces]),
            clean=torch.cat([clean for _, clean in pieces]),
            total=len(places),
            confounders=torch.tensor(mine).to(self._device, non_blocking=True),
            counts=counts.to(self._device, non_blocking=True),
        )

    def _piece(self, parts: Sequence[Part]) -> tuple[Tensor, Tensor]:
        """Degraded and clean patches of this process's slots, one part for each."""
        clean = self._clean([self._step * self._recipe.draws + part.draw for part in parts])
        return self._masked(self._degraded(clean, parts), parts), clean

    def images(self, draws: Sequence[int]) -> Tensor:
        """The images of this process's slots, each of its own draw: int64, shape (n,)."""
        places = zip(draws, self._slots, strict=True)
        batch = self._recipe.batch
        return torch.tensor([self._image(draw * batch + slot) for draw, slot in places])

    def _clean(self, draws: Sequence[int]) -> Tensor:
        """Patches of this process's slots, each of its own draw: shape (n, 3, patch, patch)."""
        seed, patch = self._recipe.seed, self._recipe.patch
        images = self.images(draws)
        tops, lefts = self._store.limits(images, patch)
        slots = zip(draws, self._slots, strict=True)
        keys = chance.keys([(seed, "patch", draw, slot) for draw, slot in slots])
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

    def _degraded(self, clean: Tensor, parts: Sequence[Part]) -> Tensor:
        """Spoil each image by the confounder of its part."""
        keys, degraded = self._keys("degrade", parts), torch.empty_like(clean)
        for place in sorted({part.place for part in parts}):
            chosen = [index for index, part in enumerate(parts) if part.place == place]
            degradation = self._recipe.confounders[self._order[place]]
            degraded[chosen] = degrade(clean[chosen], degradation, keys[chosen])
        return degraded

    def _masked(self, degraded: Tensor, parts: Sequence[Part]) -> Tensor:
        """Blank whole pixels at random (Chen et al., Masked Image Training, CVPR 2023)."""
        if not self._recipe.mask:
            return degraded
        drawn = chance.uniform(self._keys("mask", parts), (1, *degraded.shape[2:]))
        return degraded * (drawn >= self._recipe.mask)

    def _keys(self, purpose: str, parts: Sequence[Part]) -> Tensor:
        """A key for each image: no two of a step are spoilt by the same chance."""
        shared = self._recipe.shared_content
        count = len(self._order)
        numbers = [part.draw * count + part.place if shared else part.draw for part in parts]
        each = zip(numbers, self._slots, strict=True)
        seed, step = self._recipe.seed, self._step
        return chance.keys(
            [(seed, purpose, step, number, slot) for number, slot in each], device=self._device
        )


@lru_cache(maxsize=4)
def _epoch(key: int, images: int) -> list[int]:
    return chance.permutation(key, images).tolist()
