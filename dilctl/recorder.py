"""The reporter that writes to the registry from a thread of its own and loses nothing."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dilctl.estimate import Estimate
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
        sample: between two samples of what the run takes of its machine.
        farewell: how long the last batch may take.
    """

    write: float = 0.5
    beat: float = 2.0
    sample: float = 10.0
    farewell: float = 60.0


Sample = Callable[[Position], Mapping[str, float]]
"""Reads, at a position of a run, what it takes of its machine, as named numbers."""


def _nothing(_position: Position) -> Mapping[str, float]:
    """The sample where nobody reads the machine."""
    return {}


class Recorder:
    """Tells the registry how a run fares.

    Calls append to a list and return. While the registry cannot be reached, what is measured
    waits in memory, and from the next checkpoint on in the spool file, where a later attempt or
    the agent finds it. So does how far the run has come, if its last word on that did not arrive.
    Once another attempt has taken the run over, all that waits is dropped.
    """

    def __init__(  # noqa: PLR0913 (what is told of whom, whence and whither)
        self,
        connect: Callable[[], Registry],
        *,
        run: int,
        attempt: int,
        spool: Path,
        rhythm: Rhythm | None = None,
        is_overtaken: Callable[[], bool] = lambda: False,
        sample: Sample = _nothing,
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
            sample: called in the thread, now and then.
        """
        self._connect = connect
        self._run, self._attempt = run, attempt
        self._rhythm = rhythm or Rhythm()
        self._is_overtaken = is_overtaken
        self._sample = sample
        self._spool = Spool(spool)
        self._lock = threading.Lock()
        # All that has not arrived, oldest first; the first ``_spooled`` of it lie in the file too.
        self._waiting: list[Entry] = list(self._spool.read())
        self._spooled = len(self._waiting)
        self._estimate = Estimate()
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
        self._append(_points(position, values))

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
        beat, sample = _Due(self._rhythm.beat), _Due(self._rhythm.sample)
        sample.is_now()  # not while the run is still coming up
        while not self._fenced:
            is_last = self._closing.wait(self._rhythm.write)
            if not is_last and sample.is_now():
                self._take_sample()
            self._try(beat=beat.is_now() or is_last)
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

    def _take_sample(self) -> None:
        position = self._estimate.position
        if position is None:
            return
        try:
            values = self._sample(position)
        except Exception:  # noqa: BLE001 (whatever a driver does, what was measured must arrive)
            _log.warning("what the run takes of its machine is noted no more", exc_info=True)
            self._sample = _nothing
            return
        if values:
            self._append(_points(position, values))

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


def _points(position: Position, values: Mapping[str, float]) -> Points:
    return Points(
        step=position.step,
        gradients=position.gradients,
        seconds=position.seconds,
        values=dict(values),
    )


class _Due:
    """What comes round each so many seconds, at first at once."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._last = float("-inf")

    def is_now(self) -> bool:
        """Whether it is time; if so, the next time is counted from now."""
        now = time.monotonic()
        if now - self._last < self._every:
            return False
        self._last = now
        return True
