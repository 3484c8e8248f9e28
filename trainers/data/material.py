"""The images of one experiment: those it trains on, those held out, and its test sets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trainers.data.packed import Packed, pack
from trainers.data.sources import (
    ImageFile,
    split,
    test_images,
    test_set_name,
    training_images,
)
from trainers.distributed import Processes
from trainers.experiment import Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The images of one experiment.

    Attributes:
        packed: all images of the training sources, decoded.
        training, validation: numbers of the packed images that are trained on and held out.
        test_sets: files of each test set by its name; none of them is decoded yet.
    """

    packed: Packed
    training: tuple[int, ...]
    validation: tuple[int, ...]
    test_sets: Mapping[str, tuple[ImageFile, ...]]

    @classmethod
    def read(cls, data: Data, root: Path, processes: Processes) -> "Material":
        """Open the decoded images under ``root``; the first process decodes them if need be.

        Raises:
            DataError: a folder or an image cannot be used.
        """
        files = [file for source in data.train for file in training_images(source)]
        workers = os.cpu_count() or 1
        if processes.is_first:
            pack(files, root, workers=workers)
        processes.wait()
        packed = pack(files, root, workers=workers)
        training, validation = split(packed.names, data.validation)
        return cls(
            packed=packed,
            training=tuple(training),
            validation=tuple(validation),
            test_sets={test_set_name(source): test_images(source) for source in data.test},
        )
