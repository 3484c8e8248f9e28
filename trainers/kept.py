"""The weights that a run keeps beside its last ones: their average, and those of its best look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from torch import Tensor

from trainers.experiment import Average, Ema, Swa
from trainers.reporter import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Averaged:
    """An average of the weights.

    Attributes:
        updates: how many outer steps have come into it.
        theta: the average, shape (P,).
    """

    updates: int
    theta: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class BestSeen:
    """The weights of the look that was best on seen degradations.

    Attributes:
        step: outer steps taken before that look.
        psnr: decibels, its ``psnr@crops:seen``.
        theta: the weights, shape (P,).
    """

    step: int
    psnr: float
    theta: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept; None where nothing is, or nothing yet.

    Attributes:
        average: of the weights after the outer steps, where ``train.average`` asks for it.
        best_seen: where ``evaluate.weights`` asks for it.
    """

    average: Averaged | None = None
    best_seen: BestSeen | None = None

    def after_step(self, how: Average | None, theta: Tensor, fraction: float) -> "Kept":
        """With the weights after one more outer step, at a share of the budget, 0 to 1."""
        match how:
            case None:
                return self
            case Ema(decay=decay):
                return replace(self, average=ema(self.average, theta, decay))
            case Swa(start=start):
                return (
                    replace(self, average=swa(self.average, theta)) if fraction >= start else self
                )
            case _:
                assert_never(how)

    def after_look(self, theta: Tensor, psnr: float, step: int) -> "Kept":
        """With these weights, if their look is better on seen degradations than all before it."""
        if self.best_seen is not None and not psnr > self.best_seen.psnr:
            return self
        return replace(self, best_seen=BestSeen(step=step, psnr=psnr, theta=theta.clone()))

    def chosen(self, names: Sequence[Weights], last: Tensor) -> dict[Weights, Tensor]:
        """The weights of these names, each of shape (P,), given the last ones."""
        return {name: self._named(name, last) for name in names}

    def _named(self, name: Weights, last: Tensor) -> Tensor:
        match name:
            case "last":
                return last
            case "best-seen":
                assert self.best_seen is not None, "a run that needs it looks at least once"
                return self.best_seen.theta
            case "average":
                assert self.average is not None, "the last outer step counts in every average"
                return self.average.theta
            case _:
                assert_never(name)


def ema(average: Averaged | None, theta: Tensor, decay: float) -> Averaged:
    """An exponential moving average after one more outer step, a ← βa + (1 - β)θ.

    The first 1 / (1 - β) steps make an equal mean, so the weights that training started from have
    no part in it, however few outer steps a rule takes.
    """
    updates = 1 if average is None else average.updates + 1
    return _moved(average, theta, updates, max(1 - decay, 1 / updates))


def swa(average: Averaged | None, theta: Tensor) -> Averaged:
    """The equal mean of all weights so far (Izmailov et al., UAI 2018), a ← a + (θ - a) / n."""
    updates = 1 if average is None else average.updates + 1
    return _moved(average, theta, updates, 1 / updates)


def _moved(average: Averaged | None, theta: Tensor, updates: int, share: float) -> Averaged:
    moved = theta.clone() if average is None else average.theta.lerp(theta, share)
    return Averaged(updates=updates, theta=moved)
