"""The batches of an outer step: which patches, spoilt how, all drawn from keys.

Patches come in *draws*, each a batch of clean patches. A rule takes as many draws a step as it
makes passes over fresh patches (``draws_per_step``), so at equal gradient evaluations the
first-order rules see the very patches that ERM sees.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from trainers import chance
from trainers.data.batch import Batch
from trainers.data.material import Material
from trainers.data.store import SYMMETRIES, PairStore, PatchStore
from trainers.degradations.apply import degrade
from trainers.degradations.kinds import Confounder, Pairs, Synthetic
from trainers.degradations.sharpen import sharpened
from trainers.distributed import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What batches are made of.

    Attributes:
        confounders: the degradations trained on.
        seed: the run's seed.
        batch: images in a batch, over all processes.
        patch: side of a clean patch, pixels.
        draws: batches of clean patches an outer step takes.
        shared_content: whether all confounders of a step spoil the same clean patches.
        mask: share of a degraded patch's pixels that are blanked.
        sharpen: whether the clean patches are sharpened before they are aimed at.
        dtype: floating-point type of the patches.
    """

    confounders: tuple[Confounder, ...]
    seed: int
    batch: int
    patch: int
    draws: int
    shared_content: bool
    mask: float
    sharpen: bool
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where patches are cut from.

    Attributes:
        photographs: clean images; None where every confounder brings its own pairs.
        pairs: of each confounder that brings its own, by its place in the list.
    """

    photographs: PatchStore | None
    pairs: Mapping[int, PairStore]

    @classmethod
    def open(cls, material: Material, device: torch.device) -> "Stores":
        """The stores of an experiment's images, on the device where they fit."""
        own = material.photographs
        return cls(
            photographs=own and PatchStore(own.packed, own.training, device=device),
            pairs={
                place: PairStore(
                    each.degraded, each.clean, each.training, scale=each.scale, device=device
                )
                for place, each in material.pairs.items()
            },
        )

    def of(self, confounder: int) -> PatchStore | PairStore:
        """The store that a confounder's patches come from."""
        store = self.pairs.get(confounder, self.photographs)
        assert store is not None, "without photographs every confounder has pairs"
        return store


class StepDraw:
    """The batches of one outer step (the ``Draw`` of ``trainers.rules``).

    Args:
        stores: the training images.
        recipe: what batches are made of.
        processes: this process takes its share of every batch.
        step: outer steps taken before this one.
    """

    def __init__(self, stores: Stores, recipe: Recipe, processes: Processes, step: int) -> None:
        self._stores = stores
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
        stores = [self._stores.of(self._order[part.place]) for part in parts]
        cut = [
            self._cut(store, [n for n, each in enumerate(stores) if each is store], parts)
            for store in dict.fromkeys(stores)
        ]
        places = torch.tensor([n for chosen, _, _ in cut for n in chosen]).argsort()
        degraded, clean = (
            torch.cat(each)[places] for each in zip(*(c[1:] for c in cut), strict=True)
        )
        return self._masked(degraded, parts), clean

    def _cut(
        self, store: PatchStore | PairStore, chosen: Sequence[int], parts: Sequence[Part]
    ) -> tuple[Sequence[int], Tensor, Tensor]:
        """Of some of this process's slots, all of one store: the slots, degraded, clean."""
        mine = [(self._slots[n], parts[n]) for n in chosen]
        crops = self._crops(store, mine)
        if isinstance(crops, tuple):
            return chosen, self._values(crops[0]), self._aimed_at(crops[1])
        clean = self._aimed_at(crops)
        return chosen, self._degraded(clean, mine), clean

    def _values(self, patches: Tensor) -> Tensor:
        """Bytes as values in [0, 1]."""
        return patches.to(self._recipe.dtype) / 255

    def _aimed_at(self, patches: Tensor) -> Tensor:
        """The clean patches: sharpened, if asked, before anything degrades them."""
        clean = self._values(patches)
        return sharpened(clean) if self._recipe.sharpen else clean

    def _crops(
        self, store: PatchStore | PairStore, mine: Sequence[tuple[int, Part]]
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Patches of slots, each of its own draw, whole bytes."""
        seed, patch = self._recipe.seed, self._recipe.patch
        places = [(self._step * self._recipe.draws + part.draw, slot) for slot, part in mine]
        images = self.images(places, store.count)
        tops, lefts = store.limits(images, patch)
        keys = chance.keys([(seed, "patch", draw, slot) for draw, slot in places])
        words = chance.words(keys, 3)
        return store.crops(
            images,
            (words[:, 0] * (tops + 1)) >> 32,
            (words[:, 1] * (lefts + 1)) >> 32,
            (words[:, 2] * SYMMETRIES) >> 32,
            patch,
        )

    def images(self, places: Sequence[tuple[int, int]], count: int) -> Tensor:
        """Which of so many images are at these places (draw, slot) of the order: int64, (n,)."""
        batch = self._recipe.batch
        return torch.tensor([self._image(draw * batch + slot, count) for draw, slot in places])

    def _image(self, place: int, count: int) -> int:
        """The image at a place of the endless order: every epoch a fresh permutation of all."""
        epoch, position = divmod(place, count)
        return _epoch(chance.key(self._recipe.seed, "epoch", epoch), count)[position]

    def _degraded(self, clean: Tensor, mine: Sequence[tuple[int, Part]]) -> Tensor:
        """Spoil each image by the confounder of its part."""
        keys = self._keys("degrade", mine)
        by_place: dict[int, list[int]] = {}
        for index, (_, part) in enumerate(mine):
            by_place.setdefault(part.place, []).append(index)
        spoilt = [
            degrade(clean[chosen], self._synthetic(place), keys[chosen])
            for place, chosen in sorted(by_place.items())
        ]
        order = [index for _, chosen in sorted(by_place.items()) for index in chosen]
        return torch.cat(spoilt)[torch.tensor(order).argsort()]

    def _masked(self, degraded: Tensor, parts: Sequence[Part]) -> Tensor:
        """Blank whole pixels at random (Chen et al., Masked Image Training, CVPR 2023)."""
        if not self._recipe.mask:
            return degraded
        keys = self._keys("mask", list(zip(self._slots, parts, strict=True)))
        drawn = chance.uniform(keys, (1, *degraded.shape[2:]))
        return degraded * (drawn >= self._recipe.mask)

    def _synthetic(self, place: int) -> Synthetic:
        confounder = self._recipe.confounders[self._order[place]]
        assert not isinstance(confounder, Pairs), "pairs have a store of their own"
        return confounder

    def _keys(self, purpose: str, mine: Sequence[tuple[int, Part]]) -> Tensor:
        """A key for each image: no two of a step are spoilt by the same chance."""
        shared = self._recipe.shared_content
        count = len(self._order)
        seed, step = self._recipe.seed, self._step
        return chance.keys(
            [
                (seed, purpose, step, part.draw * count + part.place if shared else part.draw, slot)
                for slot, part in mine
            ],
            device=self._device,
        )


@lru_cache(maxsize=4)
def _epoch(key: int, images: int) -> list[int]:
    return chance.permutation(key, images).tolist()
