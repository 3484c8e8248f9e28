"""Which images an experiment trains on, as files not yet opened; no PyTorch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainers.data.pairs import find_pairs
from trainers.data.sources import ImageFile, split, test_set_name, training_images
from trainers.degradations.kinds import Pairs
from trainers.errors import DataError
from trainers.experiment import Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Images that are decoded together.

    Attributes:
        what: the folders' names, for people.
        files: at least two.
        least: side that a patch needs of each, pixels.
    """

    what: str
    files: tuple[ImageFile, ...]
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededPairs:
    """Pairs that are trained on.

    Attributes:
        degraded: the degraded image of each pair.
        clean: the clean images, each once.
        truths: of each pair, the place of its clean image.
    """

    degraded: Needed
    clean: Needed
    truths: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFiles:
    """The images of a folder of pairs, where pairs may share a clean image.

    Attributes:
        degraded: of each pair.
        clean: each once, under the name of its first pair.
        truths: of each pair, the place of its clean image.
    """

    degraded: tuple[ImageFile, ...]
    clean: tuple[ImageFile, ...]
    truths: tuple[int, ...]


def pairs_of(experiment: Experiment) -> dict[int, Pairs]:
    """The confounders that bring their own pairs, by their places in the list."""
    return {n: each for n, each in enumerate(experiment.confounders) if isinstance(each, Pairs)}


def photographs(experiment: Experiment) -> Needed | None:
    """The clean images that are degraded; None where every confounder brings its own pairs.

    Raises:
        DataError: a folder cannot be read, or holds too little to hold a part out.
    """
    if len(pairs_of(experiment)) == len(experiment.confounders):
        return None
    train = experiment.data.train
    files = tuple(file for source in train for file in training_images(source))
    split([file.name for file in files], experiment.data.validation)
    return Needed(what=_named(train), files=files, least=experiment.train.patch)


def paired(experiment: Experiment, pairs: Pairs) -> NeededPairs:
    """The pairs of a confounder.

    Raises:
        DataError: the folder cannot be used, or holds pairs without truth, or too few.
    """
    found = pairs_in(pairs.folder, scale=pairs.scale)
    if len(found.clean) < 2:
        raise DataError(
            f"{pairs.folder}: holds pairs of one clean image only; "
            "add pairs of a second one for validation"
        )
    what, patch = _named([pairs.folder]), experiment.train.patch
    return NeededPairs(
        degraded=Needed(what=f"{what}, degraded", files=found.degraded, least=patch // pairs.scale),
        clean=Needed(what=f"{what}, clean", files=found.clean, least=patch),
        truths=found.truths,
    )


def pairs_in(folder: str, *, scale: int) -> PairFiles:
    """The images of a folder of pairs to train on.

    Raises:
        DataError: the folder cannot be used, or holds pairs without truth.
    """
    found = find_pairs(folder, scale=scale, split="train")
    clean = tuple(pair.clean for pair in found if pair.clean is not None)
    if len(clean) < len(found):
        raise DataError(f"{folder}: holds pairs without their truth; train on others")
    first: dict[tuple[Path, str], ImageFile] = {}
    for file in clean:
        first.setdefault((file.path, file.part), file)
    places = {image: place for place, image in enumerate(first)}
    return PairFiles(
        degraded=tuple(pair.degraded for pair in found),
        clean=tuple(first.values()),
        truths=tuple(places[file.path, file.part] for file in clean),
    )


def needed(experiment: Experiment) -> tuple[Needed, ...]:
    """All images that are trained on.

    Raises:
        DataError: a folder cannot be used.
    """
    return tuple(_all(experiment))


def _all(experiment: Experiment) -> Iterator[Needed]:
    if (clean := photographs(experiment)) is not None:
        yield clean
    for pairs in pairs_of(experiment).values():
        both = paired(experiment, pairs)
        yield from (both.degraded, both.clean)


def _named(sources: Sequence[str]) -> str:
    return ", ".join(test_set_name(source) for source in sources)
