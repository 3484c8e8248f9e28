"""The per-image values of runs, put into arrays that can be averaged and paired."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dilctl.leaderboard.labels import degradations_trained_on
from dilctl.leaderboard.statistics import Values
from storage.records import Evaluation, Json, Run
from trainers.suites import degradations_of

CAP = 100.0
"""Identical 8-bit images have an infinite PSNR; it counts as so many decibels in every mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run on one test set, with some of its weights.

    Attributes:
        weights: which weights were tested, ``last`` or others.
        degradations: (full name, standing), seen first, else in the order of the suite.
        images: file names, sorted.
        psnr: decibels, capped, shape (degradations, images).
        ssim: shape (degradations, images).
        is_capped: whether an image came out infinitely well.
    """

    run: Run
    weights: str
    degradations: tuple[tuple[str, str], ...]
    images: tuple[str, ...]
    psnr: Values
    ssim: Values
    is_capped: bool

    @property
    def coverage(self) -> object:
        """What must be equal if values are to be averaged or paired."""
        return self.degradations, self.images


def measured(run: Run, evaluations: Sequence[Evaluation]) -> Measured | None:
    """A run's newest evaluations on one test set as arrays.

    Args:
        run: the run.
        evaluations: of one suite, test set and kind of weights; at least one.

    Returns:
        None where its degradations were measured on different images, so that no image could be
        followed through them.
    """
    newest = max(evaluation.step for evaluation in evaluations)
    suite = degradations_of(evaluations[0].suite, degradations_trained_on(run.experiment))
    order = {degradation.name: place for place, degradation in enumerate(suite)}
    last = sorted(
        (evaluation for evaluation in evaluations if evaluation.step == newest),
        key=lambda e: (e.standing != "seen", order.get(e.degradation, len(order)), e.degradation),
    )
    scores = [{value.image: value for value in evaluation.images} for evaluation in last]
    images = tuple(sorted(scores[0]))
    if any(tuple(sorted(score)) != images for score in scores):
        return None
    psnr = np.array([[score[image].psnr for image in images] for score in scores])
    return Measured(
        run=run,
        weights=last[0].weights,
        degradations=tuple((e.degradation, e.standing) for e in last),
        images=images,
        psnr=np.minimum(psnr, CAP),
        ssim=np.array([[score[image].ssim for image in images] for score in scores]),
        is_capped=bool(np.isinf(psnr).any()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The seeds of one experiment, one run a seed, all with the same weights and coverage.

    Attributes:
        members: at least one, in the order of their seeds.
        is_oracle: ERM that was trained on every degradation of the suite.
    """

    members: tuple[Measured, ...]
    is_oracle: bool = False

    @property
    def first(self) -> Measured:
        """The member of the lowest seed; what all members share can be read from it."""
        return self.members[0]

    @property
    def weights(self) -> str:
        """Which weights were tested."""
        return self.first.weights

    @property
    def experiment(self) -> Json:
        """The experiment of all members."""
        return self.first.run.experiment

    @property
    def runs(self) -> tuple[int, ...]:
        """Numbers of the runs, in the order of their seeds."""
        return tuple(member.run.id for member in self.members)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, ascending."""
        return tuple(member.run.seed for member in self.members)

    @property
    def psnr(self) -> Values:
        """Decibels, shape (seeds, degradations, images)."""
        return np.stack([member.psnr for member in self.members])

    @property
    def ssim(self) -> Values:
        """Shape (seeds, degradations, images)."""
        return np.stack([member.ssim for member in self.members])

    def of_standing(self, standing: str, seeds: Sequence[int] | None = None) -> Values:
        """Decibels of the degradations of one standing, for all seeds or some.

        Returns:
            Shape (seeds, degradations, images); no degradations where none has that standing.
        """
        chosen = [seed in (seeds or self.seeds) for seed in self.seeds]
        levels = [word == standing for _, word in self.first.degradations]
        return self.psnr[chosen][:, levels]


def pooled(
    members: Sequence[Measured], *, is_oracle: bool = False
) -> tuple[Pool, tuple[Measured, ...]]:
    """Pool the runs of one experiment, tested with the same kind of weights.

    The newest run says which images and degradations count; of two runs of one seed the newest
    stays.

    Returns:
        The pool, and the runs that had to stay outside because they covered something else.
    """
    by_age = sorted(members, key=lambda member: member.run.id)
    coverage = by_age[-1].coverage
    by_seed = {m.run.seed: m for m in by_age if m.coverage == coverage}
    strangers = tuple(m for m in by_age if m.coverage != coverage)
    kept = tuple(by_seed[seed] for seed in sorted(by_seed))
    return Pool(members=kept, is_oracle=is_oracle), strangers
