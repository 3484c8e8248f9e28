"""The part of the registry through which people submit runs and say what is to become of them."""

from collections.abc import Callable, Iterable, Sequence

from storage import companions, listing, queue, submission
from storage.records import NewRun, Past, Run, Status, Wanted
from storage.transactions import Transactions


class Steering(Transactions):
    """What people do to runs."""

    def submit(
        self, runs: Sequence[NewRun], *, who: str, repeat: bool = True
    ) -> tuple[Run, ...]:  # fmt: skip
        """Queue runs, all or none.

        Args:
            runs: what is to be queued.
            who: the person.
            repeat: whether also those are queued whose signature and seed are there already. What
                another process queued a moment ago counts.

        Raises:
            UnknownRunError: a run that is to be followed is not there.
            RefusedError: it has failed or was cancelled.
        """
        with self._database.changing() as connection:
            fresh = runs if repeat else submission.without_twins(connection, runs)
            ids = submission.submit(connection, fresh, self._act(who, "submitted"))
            return listing.runs_of(connection, ids)

    def adopt(
        self, run: NewRun, past: Past, *, who: str, bring: Callable[[int], None]
    ) -> Run:  # fmt: skip
        """Enter a run that was trained elsewhere; it is done.

        Args:
            run: what is known of it.
            past: how far its training came.
            who: the person.
            bring: puts the run's files in their place, given its number; if that fails, nothing
                is entered.
        """
        with self._database.changing() as connection:
            number = submission.adopt(connection, run, past, self._act(who, "imported"))
            bring(number)
            return listing.find(connection, number)

    def want(self, run: int, wanted: Wanted, *, who: str) -> Run:
        """Cancel a queued or paused run now; ask that a live one be cancelled or paused.

        Raises:
            RefusedError: the run's status does not allow it.
        """
        with self._database.changing() as connection:
            queue.want(connection, run, wanted, self._act(who, f"asked to {wanted}"))
            return listing.find(connection, run)

    def resume(self, run: int, *, who: str) -> Run:
        """Queue a paused run; of a live one, withdraw the wish to pause it.

        Raises:
            RefusedError: it is neither.
        """
        with self._database.changing() as connection:
            act = self._act(who, "resumed")
            if not queue.withdraw(connection, run, Wanted.PAUSE, act):
                queue.queue_again(connection, run, Status.PAUSED, act)
            return listing.find(connection, run)

    def retry(self, run: int, *, who: str) -> Run:
        """Queue a failed run.

        Raises:
            RefusedError: it has not failed.
        """
        with self._database.changing() as connection:
            queue.queue_again(connection, run, Status.FAILED, self._act(who, "retried"))
            return listing.find(connection, run)

    def set_priority(self, run: int, priority: int, *, who: str) -> Run:
        """Move a run in the queue; one that has started takes it along to its next attempt.

        Raises:
            RefusedError: the run has ended.
        """
        with self._database.changing() as connection:
            act = self._act(who, f"priority {priority}")
            companions.set_priority(connection, run, priority, act)
            return listing.find(connection, run)

    def tag(
        self, runs: Sequence[int], *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:  # fmt: skip
        """Put tags on runs and take others off."""
        with self._database.changing() as connection:
            companions.tag(connection, runs, add=add, remove=remove)

    def note(self, run: int, text: str, *, who: str) -> None:
        """Add a note to a run."""
        with self._database.changing() as connection:
            companions.note(connection, run, text, self._act(who, "noted"))

    def remove(self, runs: Sequence[int]) -> None:
        """Forget runs and all that they measured; all or none.

        Raises:
            RefusedError: one of them lives, or a run that stays waits for one of them.
        """
        with self._database.changing() as connection:
            companions.remove(connection, runs)
