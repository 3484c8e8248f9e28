"""What a trainer tells the world while it works; knows neither PyTorch nor SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Weights = Literal["last", "best-seen", "average"]
"""Which weights of a run: those of its last step, of its best look at seen crops, their average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a run has come.

    Attributes:
        step: outer steps taken.
        gradients: gradient evaluations spent, counted over all processes as one.
        seconds: seconds spent in the loop, over all attempts.
        fraction: share of the budget that is spent, 0 to 1.
    """

    step: int
    gradients: int
    seconds: float
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageScore:
    """The quality of one restored image.

    Attributes:
        image: file name without its folder.
        psnr: decibels, over all samples of the 8-bit image.
        ssim: structural similarity, at most 1.
    """

    image: str
    psnr: float
    ssim: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One evaluation: one test set under one degradation, image by image.

    Attributes:
        suite: name of the suite, as in ``noise-levels``.
        weights: which weights were examined: the ``last``, their ``average``, or the
            ``best-seen`` (see ``trainers.experiment.Evaluate.weights``).
        test_set: name of the test set, as in ``CBSD68``.
        degradation: full name of the degradation, as in ``gaussian-noise sigma=30``.
        standing: ``seen``, ``interpolated`` or ``unseen`` for the run that was evaluated.
        images: one score an image, in the order of the test set.
    """

    suite: str
    weights: str = "last"
    test_set: str
    degradation: str
    standing: str
    images: tuple[ImageScore, ...]


class Reporter(Protocol):
    """Where a trainer reports. Calls return at once and never raise for a slow listener."""

    def resumed(self, position: Position) -> None:
        """The run goes on from here: whatever was reported after this step is void."""
        ...

    def measured(self, position: Position, values: Mapping[str, float]) -> None:
        """Named numbers at this position, as in ``{"loss": 0.031}``."""
        ...

    def evaluated(self, position: Position, scores: Scores) -> None:
        """A whole test set was evaluated at this position."""
        ...

    def secure(self) -> None:
        """Return once all that was reported so far would outlive this process.

        Called before a checkpoint is written, and before a part of the final test counts as
        done: a run goes on after its checkpoint, and what was measured before it is never measured
        again. The only call that may take time, and the only one that may raise: then no
        checkpoint is written.
        """
        ...

    def working(self, position: Position, activity: str) -> None:
        """What is being done now, in a few words, as in ``evaluating CBSD68 3/10``."""
        ...


class Silent:
    """The reporter of all processes but the first: what they know, the first one knows too."""

    def resumed(self, position: Position) -> None:
        """Say nothing."""

    def measured(self, position: Position, values: Mapping[str, float]) -> None:
        """Say nothing."""

    def evaluated(self, position: Position, scores: Scores) -> None:
        """Say nothing."""

    def secure(self) -> None:
        """Keep nothing."""

    def working(self, position: Position, activity: str) -> None:
        """Say nothing."""
