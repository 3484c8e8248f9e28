"""The reporter that writes to the registry from a thread of its own and loses nothing."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dilctl.spool import Entry, Rewind, Spool, send
from storage.errors import FencedError, RegistryUnavailableError, UnknownRunError
from storage.records import Evaluation, ImageValue, Points, Progress
from storage.registry import Registry
from trainers.reporter import Position, Scores

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often the thread works, in seconds.

    Attributes:
        write: between two batches of measurements.
        beat: between two heartbeats.
        farewell: how long the last batch may take.
    """

    write: float = 0.5
    beat: float = 2.0
    farewell: float = 60.0


class Recorder:
    """Tells the registry how a run fares.

    Calls append to a list and return. While the registry cannot be reached, what is measured
    waits in memory, and from the next checkpoint on in the spool file, where a later attempt or
    the agent finds it. So does how far the run has come, if its last word on that did not arrive.
    Once another attempt has taken the run over, all that waits is dropped.
    """

    def __init__(
        self,
        connect: Callable[[], Registry],
        *,
        run: int,
        attempt: int,
        spool: Path,
        rhythm: Rhythm | None = None,
        is_overtaken: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin to work.

        Args:
            connect: opens the registry; called in the thread, again until it succeeds.
            run: the run's number.
            attempt: which start of the run.
            spool: the file that earlier attempts may have left; it need not exist.
            rhythm: how often the thread works.
            is_overtaken: whether a later attempt works in the run's folder, which may come to light
                while the registry, which would say so, cannot be reached.
        """
        self._connect = connect
        self._run, self._attempt = run, attempt
        self._rhythm = rhythm or Rhythm()
        self._is_overtaken = is_overtaken
        self._spool = Spool(spool)
        self._lock = threading.Lock()
        # All that has not arrived, oldest first; the first ``_spooled`` of it lie in the file too.
        self._waiting: list[Entry] = list(self._spool.read())
        self._spooled = len(self._waiting)
        self._estimate = _Estimate()
        self._told: Progress | None = None
        self._registry: Registry | None = None
        self._is_reachable = True
        self._fenced = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    @property
    def fenced(self) -> bool:
        """Whether another attempt has taken the run over, so that this one should end."""
        return self._fenced

    def resumed(self, position: Position) -> None:
        """The run goes on from here: whatever was measured after this step is void."""
        self._estimate.begin(position)
        self._append(Rewind(step=position.step))

    def measured(self, position: Position, values: Mapping[str, float]) -> None:
        """Named numbers at this position."""
        self._estimate.advance(position, "training")
        self._append(
            Points(
                step=position.step,
                gradients=position.gradients,
                seconds=position.seconds,
                values=dict(values),
            )
        )

    def evaluated(self, position: Position, scores: Scores) -> None:
        """A whole test set was evaluated at this position."""
        self._estimate.advance(position)
        self._append(
            Evaluation(
                run=self._run,
                step=position.step,
                suite=scores.suite,
                weights=scores.weights,
                test_set=scores.test_set,
                degradation=scores.degradation,
                standing=scores.standing,
                images=tuple(
                    ImageValue(image=image.image, psnr=image.psnr, ssim=image.ssim)
                    for image in scores.images
                ),
            )
        )

    def working(self, position: Position, activity: str) -> None:
        """What is being done now, in a few words."""
        self._estimate.advance(position, activity)

    def secure(self) -> None:
        """Write what has not arrived to the spool file.

        Raises:
            FencedError: another attempt has taken the run over, and now writes the checkpoints.
            OSError: it cannot be written there.
        """
        if not self._fenced and self._is_overtaken():
            self._give_up("a later one works in its folder")
        if self._fenced:
            raise FencedError(f"another attempt has taken run {self._run} over")
        self._write_to_spool()

    def _write_to_spool(self) -> None:
        with self._lock:
            fresh = self._waiting[self._spooled :]
            if fresh:
                self._spool.append(fresh, attempt=self._attempt)
                self._spooled = len(self._waiting)

    def close(self) -> int:
        """Deliver everything, or leave it in the spool file; returns how many did not arrive.

        Raises:
            OSError: what did not arrive cannot be written to the spool file either.
        """
        self._closing.set()
        self._thread.join(self._rhythm.farewell)
        undelivered = len(self._waiting)
        progress = self._estimate.progress()
        if progress is not None and progress != self._told:
            self._append(progress)
        self._write_to_spool()
        if undelivered:
            _log.warning("%d measurements wait in %s", undelivered, self._spool.path)
        return undelivered

    def _append(self, entry: Entry) -> None:
        with self._lock:
            if not self._fenced:
                self._waiting.append(entry)

    def _work(self) -> None:
        beaten = -self._rhythm.beat
        while not self._fenced:
            is_last = self._closing.wait(self._rhythm.write)
            now = time.monotonic()
            is_due = is_last or now - beaten >= self._rhythm.beat
            self._try(beat=is_due)
            if is_due:
                beaten = now
            if is_last:
                break
        if self._registry is not None:
            self._registry.close()

    def _try(self, *, beat: bool) -> None:
        """Deliver what waits, as far as the registry lets us."""
        try:
            registry = self._connected()
            self._deliver(registry)
            progress = self._estimate.progress()
            if beat and progress is not None:
                registry.heartbeat(self._run, self._attempt, progress)
                self._told = progress
        except RegistryUnavailableError as error:
            if self._is_reachable:
                _log.warning("the registry cannot be reached, training goes on: %s", error)
            self._is_reachable = False
        except (FencedError, UnknownRunError) as error:
            self._give_up(str(error))
        else:
            if not self._is_reachable:
                _log.warning("the registry is back")
            self._is_reachable = True

    def _connected(self) -> Registry:
        if self._registry is None:
            registry = self._connect()
            try:
                registry.running(self._run, self._attempt)
            except BaseException:
                registry.close()
                raise
            self._registry = registry
        return self._registry

    def _deliver(self, registry: Registry) -> None:
        with self._lock:
            batch = tuple(self._waiting)
        if not batch:
            return
        send(registry, batch, run=self._run, attempt=self._attempt)
        with self._lock:
            had_spooled = self._spooled > 0
            del self._waiting[: len(batch)]
            self._spooled = max(0, self._spooled - len(batch))
            if had_spooled and self._spooled == 0:
                self._spool.clear()

    def _give_up(self, why: str) -> None:
        with self._lock:
            self._fenced = True
            dropped = len(self._waiting)
            self._waiting.clear()
            self._spooled = 0
        _log.warning(
            "attempt %d of run %d must end; %d measurements dropped: %s",
            *(self._attempt, self._run, dropped, why),
        )


class _Estimate:
    """The newest position and activity, and how long the rest may take."""

    def __init__(self) -> None:
        self._first: Position | None = None
        self._newest: Position | None = None
        self._activity = ""

    def begin(self, position: Position) -> None:
        self._first = self._newest = position

    def advance(self, position: Position, activity: str | None = None) -> None:
        self._activity = self._activity if activity is None else activity
        if self._first is not None:  # before that, the position is not yet that of the checkpoint
            self._newest = position

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
