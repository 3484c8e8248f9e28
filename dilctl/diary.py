"""What a run writes into its own log as it works: a line a look, a line a test."""

import logging
import time
from collections.abc import Callable, Mapping
from statistics import fmean

from trainers.reporter import Position, Reporter, Scores

_LOG = logging.getLogger("dilctl.run")
_LOOK = "psnr@crops:"
_STANDINGS = ("seen", "interpolated", "unseen")
_QUIET = 30.0  # seconds at most without a word while there is a loss to be told


class Diary:
    """A reporter that says in the log what it passes on.

    Args:
        reporter: is told all of it.
        clock: seconds, for how long nothing was said.
    """

    def __init__(self, reporter: Reporter, *, clock: Callable[[], float] = time.monotonic) -> None:
        _LOG.setLevel(logging.INFO)
        self._reporter = reporter
        self._clock = clock
        self._activity = ""
        self._told_at = clock()

    def resumed(self, position: Position) -> None:
        """The run begins, or goes on from here."""
        self._say(f"goes on from step {position.step:,}" if position.step else "begins")
        self._reporter.resumed(position)

    def measured(self, position: Position, values: Mapping[str, float]) -> None:
        """A look at crops is told at once, a loss now and then."""
        looks = {
            name: values[f"{_LOOK}{name}"] for name in _STANDINGS if f"{_LOOK}{name}" in values
        }
        if looks:
            seen = ", ".join(f"{name} {value:.2f} dB" for name, value in looks.items())
            self._say(f"{_where(position)}: crops {seen}")
        elif "loss" in values and self._clock() - self._told_at >= _QUIET:
            self._say(f"{_where(position)}: loss {values['loss']:.4g}")
        self._reporter.measured(position, values)

    def evaluated(self, position: Position, scores: Scores) -> None:
        """What a test set was restored to."""
        mean = fmean(image.psnr for image in scores.images)
        self._say(
            f"tested the {scores.weights} weights on {scores.test_set}, {scores.degradation} "
            f"({scores.standing}): {mean:.2f} dB over {len(scores.images)} images"
        )
        self._reporter.evaluated(position, scores)

    def working(self, position: Position, activity: str) -> None:
        """What is done now, where that is something else than before."""
        if activity != self._activity:
            self._activity = activity
            self._say(activity)
        self._reporter.working(position, activity)

    def secure(self) -> None:
        """Passed on."""
        self._reporter.secure()

    def _say(self, words: str) -> None:
        self._told_at = self._clock()
        _LOG.info(words)


def _where(position: Position) -> str:
    return f"step {position.step:,}, {position.gradients:,} gradients, {position.fraction:.0%}"
