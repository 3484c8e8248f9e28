"""The crops of held-out images that every look restores, the same for all seeds and rules."""

from collections.abc import Iterator

import torch
from torch import Tensor

from trainers import chance
from trainers.data.material import Material
from trainers.data.packed import Packed
from trainers.data.store import PairStore, PatchStore
from trainers.degradations.kinds import Confounder, Pairs
from trainers.degradations.standing import standing
from trainers.experiment import Experiment
from trainers.look import Crops, degraded_crops

_CPU = torch.device("cpu")


def crops_of(experiment: Experiment, material: Material) -> Crops:
    """Crops under each degradation that is looked at, drawn once, on the CPU."""
    side = _side(experiment, material)
    crops = [_crops(each, experiment, material, side) for each in experiment.looked_at]
    return Crops(
        clean=torch.stack([clean for _, clean in crops]),
        degraded=torch.stack([degraded for degraded, _ in crops]),
        degradations=tuple(each.name for each in experiment.looked_at),
        standings=tuple(standing(each, experiment.confounders) for each in experiment.looked_at),
    )


def _side(experiment: Experiment, material: Material) -> int:
    """The side of a clean crop: as asked, or that of the smallest image held out."""
    scale = experiment.network.scale
    return min(experiment.evaluate.crop, *_sides(material)) // scale * scale


def _sides(material: Material) -> Iterator[int]:
    """Height and width of every clean image held out, pixels."""
    sources: list[tuple[Packed, tuple[int, ...]]] = []
    if material.photographs is not None:
        sources.append((material.photographs.packed, material.photographs.validation))
    sources += [(each.clean, each.clean_held_out) for each in material.pairs.values()]
    for packed, validation in sources:
        yield from packed.heights[list(validation)].tolist()
        yield from packed.widths[list(validation)].tolist()


def _crops(
    degradation: Confounder, experiment: Experiment, material: Material, side: int
) -> tuple[Tensor, Tensor]:
    """Degraded crops, float32 (M, 3, c/s, c/s), and clean ones, uint8 (M, 3, c, c)."""
    wanted = experiment.evaluate.crops
    if isinstance(degradation, Pairs):
        own = material.pairs[experiment.confounders.index(degradation)]
        pairs = PairStore(own.degraded, own.clean, own.validation, scale=own.scale, device=_CPU)
        degraded, clean = pairs.crops(*_places(pairs, wanted, side), side)
        return degraded.to(torch.float32) / 255, clean
    packed, validation = material.clean_held_out
    photographs = PatchStore(packed, validation, device=_CPU)
    clean = photographs.crops(*_places(photographs, wanted, side), side)
    return degraded_crops(clean, degradation), clean


def _places(
    store: PatchStore | PairStore, wanted: int, side: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images, tops, lefts and no symmetry, int64 (wanted,) each."""
    images = torch.arange(wanted) % store.count
    words = chance.words(chance.keys([("look", index) for index in range(wanted)]), 2)
    tops, lefts = store.limits(images, side)
    return (
        images,
        (words[:, 0] * (tops + 1)) >> 32,
        (words[:, 1] * (lefts + 1)) >> 32,
        torch.zeros_like(images),
    )
