"""The part of the registry through which agents carry runs out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from storage import listing, presence, queue
from storage.change import Hold
from storage.records import AgentBeat, Attempt, Json, Process, Run, Status
from storage.transactions import Transactions


class Serving(Transactions):
    """What agents do; they name the attempt that they hold."""

    def waiting(self) -> tuple[Run, ...]:
        """Queued runs that wait for no other: highest priority first, then lowest number."""
        with self._database.reading() as connection:
            return listing.waiting(connection)

    def waiting_ids(self) -> tuple[int, ...]:
        """The numbers of the same, for those who only count."""
        with self._database.reading() as connection:
            return listing.waiting_ids(connection)

    def explain_waits(self, reasons: Mapping[int, str]) -> None:
        """Say why queued runs wait, at least one, by number; no event tells of it."""
        with self._database.writing() as connection:
            queue.explain_waits(connection, reasons)

    def claim(self, run: int, host: str) -> Attempt | None:
        """Begin an attempt; None if the run is not queued any more, or waits for another one."""
        with self._database.changing() as connection:
            return queue.claim(connection, run, host, self._act(f"agent on {host}", "claimed"))

    def record_processes(
        self, run: int, attempt: int, processes: Sequence[Process], devices: Json
    ) -> None:
        """Note by which processes and on which devices an attempt runs."""
        with self._database.writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.record_processes(connection, hold, processes, devices)

    def held_by(self, host: str) -> tuple[tuple[Run, Attempt], ...]:
        """The live runs of a host, each with its newest attempt, lowest number first."""
        with self._database.reading() as connection:
            return listing.held_by(connection, host)

    def orphans(self, silent_since: datetime) -> tuple[tuple[Run, Attempt], ...]:
        """The live runs whose worker and whose agent have both said nothing since a moment."""
        with self._database.reading() as connection:
            return presence.orphans(connection, silent_since)

    def finish(
        self, run: int, attempt: int, status: Status, *, reason: str, outcome: str, who: str
    ) -> None:
        """End a live run as done, failed, cancelled or paused."""
        with self._database.changing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.finish(connection, hold, status, outcome, self._act(who, reason))

    def requeue(  # noqa: PLR0913 (what an end is made of)
        self,
        run: int,
        attempt: int,
        *,
        reason: str,
        outcome: str,
        lost: bool,
        adjustments: Json | None = None,
        who: str,
    ) -> None:
        """Queue a live run for another attempt; if its cancelling is wanted, cancel it instead.

        Args:
            run: the run's number.
            attempt: the attempt that ended.
            reason: why, in a sentence.
            outcome: why, in one word.
            lost: the attempt ended as a retry can cure: counted, and counted from 1 again if the
                run had got further than before.
            adjustments: what the next attempts do otherwise; None leaves it as it is.
            who: who found out.
        """
        with self._database.changing() as connection:
            queue.requeue(
                connection,
                Hold(run=run, attempt=attempt),
                outcome,
                self._act(who, reason),
                lost=lost,
                adjustments=adjustments,
            )

    def beat(self, agent: AgentBeat) -> None:
        """Note that an agent lives, and what it gives away."""
        with self._database.writing() as connection:
            presence.beat(connection, agent)

    def farewell(self, host: str) -> None:
        """Forget an agent that leaves."""
        with self._database.writing() as connection:
            presence.farewell(connection, host)

    def agents(self) -> tuple[AgentBeat, ...]:
        """The agents that have not said farewell, by host."""
        with self._database.reading() as connection:
            return presence.agents_known(connection)
