"""How far a run has come, and how long the rest may take."""

from storage.records import Progress
from trainers.reporter import Position


class Estimate:
    """The newest position and activity, and how long the rest may take."""

    def __init__(self) -> None:
        self._first: Position | None = None
        self._newest: Position | None = None
        self._activity = ""

    def begin(self, position: Position) -> None:
        """The run goes on from here."""
        self._first = self._newest = position

    def advance(self, position: Position, activity: str | None = None) -> None:
        """The run has come here, and perhaps does something else now."""
        self._activity = self._activity if activity is None else activity
        if self._first is not None:  # before that, the position is not yet that of the checkpoint
            self._newest = position

    @property
    def position(self) -> Position | None:
        """The newest one; None until the run has found where it goes on."""
        return self._newest

    def progress(self) -> Progress | None:
        """None until the run has found where it goes on."""
        first, newest = self._first, self._newest
        if first is None or newest is None:
            return None
        return Progress(
            step=newest.step,
            gradients=newest.gradients,
            seconds=newest.seconds,
            fraction=newest.fraction,
            seconds_left=seconds_left(first, newest),
            activity=self._activity,
        )


def seconds_left(first: Position, newest: Position) -> float | None:
    """Seconds until the budget is spent, at this attempt's pace; None if there is no telling."""
    gained = newest.fraction - first.fraction
    if gained <= 0 or newest.fraction >= 1:
        return None
    return (newest.seconds - first.seconds) / gained * (1 - newest.fraction)
