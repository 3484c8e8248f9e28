"""Watch runs until they end, with an agent in this process where no other one works."""

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from dilctl.jobs import Jobs
from storage.records import ENDED, Run, Status

SETTLED = ENDED | {Status.PAUSED}


class Serving(Protocol):
    """The part of ``dilctl.agent.Agent`` that following needs."""

    def serve(self, until: Callable[[], bool]) -> None:
        """Start what waits and watch what runs, until told otherwise."""
        ...

    def stop_workers(self) -> None:
        """Ask the workers to checkpoint, wait for them, and put their runs back in the queue."""
        ...


class AgentHere:
    """An agent in a thread of this process, for as long as the block lasts.

    A thread, because an interrupt reaches only the main one: the agent finishes what it does,
    asks its workers to checkpoint, and queues their runs again.
    """

    def __init__(self, agent: Serving) -> None:
        self._agent = agent
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._serve, name="agent", daemon=True)

    def _serve(self) -> None:
        try:
            self._agent.serve(self._stop.is_set)
        except Exception as error:  # noqa: BLE001 (raised again in the main thread, by check)
            self._failure = error

    def check(self) -> None:
        """Raise what the agent died of, if it did."""
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._agent.stop_workers()


def follow(
    jobs: Jobs,
    runs: Sequence[int],
    *,
    show: Callable[[tuple[Run, ...]], None],
    check: Callable[[], None],
    pause: Callable[[float], None] = time.sleep,
    interval: float = 0.5,
) -> tuple[Run, ...]:
    """Show runs until each has ended or is paused.

    Args:
        jobs: the use cases.
        runs: numbers of the runs.
        show: told of the runs, in order of their numbers, again and again.
        check: called between looks; raises to end the watch.
        pause: waits for a number of seconds.
        interval: seconds between looks.

    Returns:
        The runs as they ended.
    """
    while True:
        now = tuple(sorted(jobs.runs(ids=runs), key=lambda run: run.id))
        show(now)
        if all(run.status in SETTLED for run in now):
            return now
        check()
        pause(interval)
