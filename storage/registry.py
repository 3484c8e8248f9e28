"""The registry: the one door to runs and what they measured; it opens the transactions."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine

from storage import listing, measurements, queue, submission
from storage.change import Act, Hold, require
from storage.connection import engine_for, not_writable, translated
from storage.opening import prepare
from storage.records import (
    Attempt,
    Curve,
    Evaluation,
    Event,
    Json,
    NewRun,
    Points,
    Process,
    Progress,
    Run,
    Status,
    Wanted,
)
from storage.tables import runs

PATIENCE = 30.0
"""Seconds to wait for another writer before saying that the registry is locked."""


def utc_now() -> datetime:
    """The time, in UTC and aware."""
    return datetime.now(UTC)


class Registry:
    """A registry in an SQLite file; may be used from several threads and processes.

    Each method is one transaction: it happens whole or not at all. Besides what their own
    ``Raises`` say, all raise ``RegistryUnavailableError`` (or a kind of it) when the file cannot
    be read or written, and ``UnknownRunError`` for a run that is not there. Those of agents and
    workers name their attempt, and raise ``FencedError`` when it no longer holds the run.
    """

    def __init__(
        self, engine: Engine, path: Path, now: Callable[[], datetime], *, read_only: bool
    ) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        self._path = path
        self._now = now
        self._read_only = read_only

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        now: Callable[[], datetime] = utc_now,
        read_only: bool | None = None,
        patience: float = PATIENCE,
    ) -> "Registry":
        """Open the registry at ``path``; create it, or bring it up to date, where needed.

        Args:
            path: the file. Its folder is made.
            now: the clock.
            read_only: None finds out from the rights on file and folder.
            patience: seconds to wait for another writer.
        """
        uri, read_only = prepare(path, read_only=read_only, patience=patience)
        return cls(engine_for(uri, patience=patience), path, now, read_only=read_only)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> "Registry":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Submitting

    def submit(self, runs: Sequence[NewRun], *, who: str) -> tuple[Run, ...]:
        """Queue runs, all or none."""
        with self._writing() as connection:
            ids = submission.submit(connection, runs, self._act(who, "submitted"))
            return listing.runs_of(connection, ids)

    def twins(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Run]:
        """The newest run of each (signature, seed) that has neither failed nor been cancelled."""
        with self._reading() as connection:
            return listing.twins(connection, keys)

    # Asking

    def run(self, run: int) -> Run:
        """One run."""
        with self._reading() as connection:
            return listing.find(connection, run)

    def runs(
        self,
        *,
        statuses: Iterable[Status] | None = None,
        ids: Iterable[int] | None = None,
        task: str | None = None,
        sweep: str | None = None,
        limit: int | None = None,
    ) -> tuple[Run, ...]:
        """Runs that meet every condition given, newest first."""
        conditions = [
            *([] if statuses is None else [runs.c.status.in_(tuple(statuses))]),
            *([] if ids is None else [runs.c.id.in_(listing.possible(ids))]),
            *([] if task is None else [runs.c.task == task]),
            *([] if sweep is None else [runs.c.sweep == sweep]),
        ]
        with self._reading() as connection:
            return listing.newest_runs(connection, conditions, limit)

    def counts(self) -> Mapping[Status, int]:
        """How many runs there are of each status, none left out."""
        with self._reading() as connection:
            return listing.counts(connection)

    def events(
        self, *, after: int = 0, run: int | None = None, limit: int = 1000
    ) -> tuple[Event, ...]:
        """What happened after an event, oldest first."""
        with self._reading() as connection:
            return listing.events_after(connection, after, run=run, limit=limit)

    def last_event(self) -> int:
        """The newest event's number, 0 before the first."""
        with self._reading() as connection:
            return listing.last_event(connection)

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        """The starts of a run, oldest first."""
        with self._reading() as connection:
            return listing.attempts_of(connection, listing.find(connection, run).id)

    def metric_names(self, run: int) -> tuple[str, ...]:
        """Names of what a run measured, in alphabetical order."""
        with self._reading() as connection:
            return measurements.metric_names_of(connection, listing.find(connection, run).id)

    def curve(self, run: int, metric: str) -> Curve:
        """The history of a metric; empty where the run never measured it."""
        return self.curves(run, [metric])[0]

    def curves(self, run: int, metrics: Sequence[str]) -> tuple[Curve, ...]:
        """The histories of some metrics, in this order, as of one moment."""
        with self._reading() as connection:
            return measurements.curves(connection, listing.find(connection, run).id, metrics)

    def evaluations(
        self, runs: Sequence[int], *, suite: str | None = None
    ) -> tuple[Evaluation, ...]:
        """Of each run, and of each suite and kind of weights apart, those of the newest step."""
        with self._reading() as connection:
            return measurements.newest_evaluations(connection, runs, suite=suite)

    # A person's wish

    def want(self, run: int, wanted: Wanted, *, who: str) -> Run:
        """Cancel a queued or paused run now; ask that a live one be cancelled or paused.

        Raises:
            RefusedError: the run's status does not allow it.
        """
        with self._writing() as connection:
            queue.want(connection, run, wanted, self._act(who, f"asked to {wanted}"))
            return listing.find(connection, run)

    def resume(self, run: int, *, who: str) -> Run:
        """Queue a paused run.

        Raises:
            RefusedError: it is not paused.
        """
        with self._writing() as connection:
            queue.queue_again(connection, run, Status.PAUSED, self._act(who, "resumed"))
            return listing.find(connection, run)

    def retry(self, run: int, *, who: str) -> Run:
        """Queue a failed run.

        Raises:
            RefusedError: it has not failed.
        """
        with self._writing() as connection:
            queue.queue_again(connection, run, Status.FAILED, self._act(who, "retried"))
            return listing.find(connection, run)

    # The agent

    def waiting(self) -> tuple[Run, ...]:
        """Queued runs: highest priority first, then lowest number."""
        with self._reading() as connection:
            return listing.waiting(connection)

    def explain_waits(self, reasons: Mapping[int, str]) -> None:
        """Say why queued runs wait, at least one, by number; no event tells of it."""
        with self._writing() as connection:
            queue.explain_waits(connection, reasons)

    def claim(self, run: int, host: str) -> Attempt | None:
        """Begin an attempt; None if the run is not queued any more."""
        with self._writing() as connection:
            return queue.claim(connection, run, host, self._act(f"agent on {host}", "claimed"))

    def record_processes(
        self, run: int, attempt: int, processes: Sequence[Process], devices: Json
    ) -> None:
        """Note by which processes and on which devices an attempt runs."""
        with self._writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.record_processes(connection, hold, processes, devices)

    def held_by(self, host: str) -> tuple[tuple[Run, Attempt], ...]:
        """The live runs of a host, each with its newest attempt, lowest number first."""
        with self._reading() as connection:
            return listing.held_by(connection, host)

    def finish(
        self, run: int, attempt: int, status: Status, *, reason: str, outcome: str, who: str
    ) -> None:
        """End a live run as done, failed, cancelled or paused."""
        with self._writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.finish(connection, hold, status, outcome, self._act(who, reason))

    def requeue(
        self, run: int, attempt: int, *, reason: str, outcome: str, lost: bool, who: str
    ) -> None:
        """Queue a live run for another attempt; if its cancelling is wanted, cancel it instead.

        Args:
            run: the run's number.
            attempt: the attempt that ended.
            reason: why, in a sentence.
            outcome: why, in one word.
            lost: the attempt vanished: counted, and counted from 1 again if the run had got
                further than before.
            who: who found out.
        """
        with self._writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.requeue(connection, hold, outcome, self._act(who, reason), lost=lost)

    # The worker

    def running(self, run: int, attempt: int) -> None:
        """The attempt's worker is up. Saying so twice changes nothing."""
        with self._writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.begin_running(connection, hold, self._act("worker", "started"))

    def heartbeat(self, run: int, attempt: int, progress: Progress) -> Wanted | None:
        """Note how far a live run has come; what a person wants of it."""
        with self._writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            return queue.heartbeat(connection, hold, progress, self._now())

    def write(
        self,
        run: int,
        attempt: int,
        points: Sequence[Points],
        evaluations: Sequence[Evaluation],
    ) -> None:
        """Store measurements; what is there already is replaced, so a batch may be sent again."""
        with self._writing() as connection:
            require(connection, Hold(run=run, attempt=attempt))
            measurements.write_points(connection, run, points, self._now())
            for evaluation in evaluations:
                measurements.write_evaluation(connection, run, evaluation)

    def rewind(self, run: int, attempt: int, step: int) -> None:
        """Forget what a run measured after a step."""
        with self._writing() as connection:
            require(connection, Hold(run=run, attempt=attempt))
            measurements.rewind(connection, run, step)

    def _act(self, who: str, why: str) -> Act:
        return Act(who=who, why=why, at=self._now())

    @contextmanager
    def _reading(self) -> Generator[Connection]:
        with translated(self._path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        if self._read_only:
            raise not_writable(self._path)
        with translated(self._path), self._writer.begin() as connection:
            yield connection
