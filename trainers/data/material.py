"""The images of one experiment: those it trains on, those held out, and its test sets."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainers.data.needed import Needed, NeededPairs, paired, pairs_of, photographs
from trainers.data.packed import Packed, pack
from trainers.data.sources import split
from trainers.data.testing import TestSet, find_test_set
from trainers.distributed import Processes
from trainers.experiment import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Photographs:
    """Clean images to be degraded.

    Attributes:
        packed: all of them, decoded.
        training, validation: numbers of those that are trained on and held out.
    """

    packed: Packed
    training: tuple[int, ...]
    validation: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Pairs of degraded and clean images.

    Attributes:
        degraded, clean: all of them, decoded; several pairs may share a clean image.
        scale: how many times larger the clean images are, each way.
        training, validation: the pairs that are trained on and held out, as numbers of the
            degraded and the clean image; no clean image is on both sides.
    """

    degraded: Packed
    clean: Packed
    scale: int
    training: tuple[tuple[int, int], ...]
    validation: tuple[tuple[int, int], ...]

    @property
    def clean_held_out(self) -> tuple[int, ...]:
        """Numbers of the clean images that are held out, each once."""
        return tuple(dict.fromkeys(clean for _, clean in self.validation))


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The images of one experiment.

    Attributes:
        photographs: clean images; None where every confounder brings its own pairs.
        pairs: of each confounder that brings its own, by its place in the list.
        test_sets: none of their images is decoded yet.
    """

    photographs: Photographs | None
    pairs: Mapping[int, Paired]
    test_sets: tuple[TestSet, ...]

    @property
    def clean_held_out(self) -> tuple[Packed, tuple[int, ...]]:
        """Clean images, and which of them are held out: photographs, else those of pairs."""
        if self.photographs is not None:
            return self.photographs.packed, self.photographs.validation
        first = next(iter(self.pairs.values()))
        return first.clean, first.clean_held_out

    @classmethod
    def read(cls, experiment: Experiment, root: Path, processes: Processes) -> "Material":
        """Open the decoded images under ``root``; the first process decodes them if need be.

        Raises:
            DataError: a folder or an image cannot be used.
        """
        clean = photographs(experiment)
        own = {place: paired(experiment, pairs) for place, pairs in pairs_of(experiment).items()}
        scale, share = experiment.network.scale, experiment.data.validation
        reader = _Reader(root=root, processes=processes, share=share)
        return cls(
            photographs=clean and reader.photographs(clean),
            pairs={place: reader.paired(each, scale) for place, each in own.items()},
            test_sets=tuple(find_test_set(each, scale=scale) for each in experiment.data.test),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Opens decoded images; the share is what is held out."""

    root: Path
    processes: Processes
    share: float

    def photographs(self, clean: Needed) -> Photographs:
        packed = self._packed(clean)
        training, validation = split(packed.names, self.share)
        return Photographs(packed=packed, training=training, validation=validation)

    def paired(self, pairs: NeededPairs, scale: int) -> Paired:
        degraded, clean = self._packed(pairs.degraded), self._packed(pairs.clean)
        training, validation = split(clean.names, self.share)
        return Paired(
            degraded=degraded,
            clean=clean,
            scale=scale,
            training=_with(training, pairs.truths),
            validation=_with(validation, pairs.truths),
        )

    def _packed(self, images: Needed) -> Packed:
        workers = os.cpu_count() or 1
        if self.processes.is_first:
            pack(images.files, self.root, workers=workers)
        self.processes.wait()
        return pack(images.files, self.root, workers=workers)


def _with(images: Sequence[int], truths: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The pairs, as (pair, clean image), whose clean image is one of these."""
    wanted = frozenset(images)
    return tuple((pair, clean) for pair, clean in enumerate(truths) if clean in wanted)
