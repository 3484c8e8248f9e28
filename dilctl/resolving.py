"""The folders that an experiment names, made absolute: found, kept apart, told from each other."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from trainers.data import sources
from trainers.data.needed import pairs_of
from trainers.data.pairs import test_set_name
from trainers.degradations.kinds import Confounder, Pairs, RainFolder
from trainers.errors import AbsentError, DataError, ExperimentError
from trainers.experiment import BUNDLED, Data, Experiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Folders that relative paths start from.

    Attributes:
        train: those of training images and of confounders.
        test: those of test sets.
    """

    train: Path
    test: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An experiment whose folders are there, by absolute paths.

    Attributes:
        absent: test sets that are not there and were left out.
    """

    experiment: Experiment
    absent: tuple[str, ...] = ()


def resolve(experiment: Experiment, bases: Bases, *, may_lack_tests: bool = False) -> Resolved:
    """Find every folder.

    Args:
        experiment: with the folders as they were written.
        bases: where relative paths start.
        may_lack_tests: leave out test sets that are not there, as long as one is.

    Raises:
        AbsentError: folders that are not there; all are named.
        ExperimentError: folders that share images, or test sets of one name.
    """
    missing: list[str] = []
    brings_all = len(pairs_of(experiment)) == len(experiment.confounders)
    named = () if brings_all else experiment.data.train
    train = _found("data.train", named, bases.train, missing)
    confounders = _confounders(experiment.confounders, bases.train, missing)
    lacking: list[str] = []
    test = _found("data.test", experiment.data.test, bases.test, lacking)
    absent = tuple(lacking) if may_lack_tests and test else ()
    if missing or (lacking and not absent):
        raise AbsentError("\n".join([*missing, *(() if absent else lacking)]))
    if faults := [*_namesakes(test), *_repeated(confounders), *_overlaps(train, confounders)]:
        raise ExperimentError(faults)
    # What nothing is trained on makes no other result.
    data = experiment.data.model_copy(
        update={"train": tuple(train) or Data().train, "test": tuple(test)}
    )
    found = experiment.model_copy(update={"data": data, "confounders": confounders})
    return Resolved(experiment=found, absent=absent)


def refuse(faults: Sequence[str], *, most: int = 10) -> None:
    """Raise faults of images or folders; a wrong folder has one in every image, so not all.

    Raises:
        DataError: if there are any.
    """
    if faults:
        more = len(faults) - most
        tail = [f"... and {more} more"] if more > 0 else []
        raise DataError("\n".join([*faults[:most], *tail]))


def _found(place: str, named: Sequence[str], base: Path, missing: list[str]) -> list[str]:
    """The folders that are there; of the others, a sentence each is added to ``missing``."""
    found = (_one(f"{place}.{n}", source, base, missing) for n, source in enumerate(named))
    return [each for each in found if each is not None]


def _one(place: str, source: str, base: Path, missing: list[str]) -> str | None:
    try:
        return sources.resolve(source, base=base, environment=os.environ)
    except DataError as error:
        missing.append(f"{place}: {error}")
        return None


def _confounders(
    written: Sequence[Confounder], base: Path, missing: list[str]
) -> tuple[Confounder, ...]:
    return tuple(_confounder(n, each, base, missing) for n, each in enumerate(written))


def _confounder(number: int, written: Confounder, base: Path, missing: list[str]) -> Confounder:
    if not isinstance(written, Pairs | RainFolder):
        return written
    folder = _one(f"confounders.{number}.folder", written.folder, base, missing)
    return written.model_copy(update={"folder": folder or written.folder})


def _namesakes(test: Sequence[str]) -> list[str]:
    names = [test_set_name(source) for source in test]
    return [
        f"data.test: two test sets are called {name}; rename one of the folders"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _repeated(confounders: Sequence[Confounder]) -> Iterator[str]:
    """Streaks listed twice, which was not to be seen before the folders were found."""
    seen: dict[Confounder, int] = {}
    for number, each in enumerate(confounders):
        if not isinstance(each, RainFolder):
            continue
        real = each.model_copy(update={"folder": str(Path(each.folder).resolve())})
        first = seen.setdefault(real, number)
        if first != number:
            yield (
                f"confounders.{number}.folder: {each.folder} is that of confounders.{first}; "
                "leave one of them out"
            )


def _overlaps(train: Sequence[str], confounders: Sequence[Confounder]) -> Iterator[str]:
    """Folders that would put an image on two sides: trained on and held out."""
    places = [("data.train", folder) for folder in train]
    places += [
        (f"confounders.{number}.folder", each.folder)
        for number, each in enumerate(confounders)
        if isinstance(each, Pairs)
    ]
    for (_, one), (place, other) in combinations(places, 2):
        if _is_within(one, other) or _is_within(other, one):
            yield f"{place}: {one} and {other} share images; leave one of them out"


def _is_within(inner: str, outer: str) -> bool:
    if BUNDLED in (inner, outer):
        return inner == outer
    return Path(inner).resolve().is_relative_to(Path(outer).resolve())
