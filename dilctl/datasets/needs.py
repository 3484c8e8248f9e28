"""The folders of images that experiments name, each once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dilctl.members import Member
from trainers.data.needed import pairs_of
from trainers.data.testing import least_side
from trainers.degradations.kinds import Pairs, RainFolder

Role = Literal["train", "pairs", "streaks", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A folder that experiments name.

    Attributes:
        role: what its images are for; those of ``pairs`` and ``streaks`` are confounders'.
        named: the folder, as it is named.
        base: the folder that a relative path starts from.
        scale: how many times larger the clean image of a pair is, each way.
        least: pixels that each clean image must have, each way.
    """

    role: Role
    named: str
    base: Path
    scale: int = 1
    least: int = 1


def needs_of(member: Member) -> tuple[Need, ...]:
    """What an experiment needs, in the order in which it names it."""
    return tuple(_needs(member))


def joined(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Each folder once, with the most pixels that any of the needs asks of it."""
    most: dict[Need, int] = {}
    for need in needs:
        folder = replace(need, least=0)
        most[folder] = max(most.get(folder, 0), need.least)
    return tuple(replace(folder, least=least) for folder, least in most.items())


def _needs(member: Member) -> Iterator[Need]:
    experiment = member.experiment
    patch, base = experiment.train.patch, member.train_base
    if len(pairs_of(experiment)) < len(experiment.confounders):
        for named in experiment.data.train:
            yield Need(role="train", named=named, base=base, least=patch)
    for each in experiment.confounders:
        match each:
            case Pairs(folder=named, scale=scale):
                yield Need(role="pairs", named=named, base=base, scale=scale, least=patch)
            case RainFolder(folder=named):
                yield Need(role="streaks", named=named, base=base)
            case _:
                pass
    base, scale = member.test_base, experiment.network.scale
    least = least_side(scale=scale, border=experiment.evaluate.border)
    for named in experiment.data.test:
        yield Need(role="test", named=named, base=base, scale=scale, least=least)
