"""The part of the registry through which workers say how they fare and what they measured."""

from collections.abc import Sequence

from sqlalchemy import insert

from storage import evaluations, points, queue
from storage.change import Hold, event_row, require
from storage.errors import RefusedError
from storage.listing import state_of
from storage.records import Evaluation, Points, Progress, Status, Wanted
from storage.tables import events
from storage.transactions import Transactions


class Recording(Transactions):
    """What workers write; they name their attempt."""

    def running(self, run: int, attempt: int) -> None:
        """The attempt's worker is up. Saying so twice changes nothing."""
        with self._database.changing() as connection:
            hold = Hold(run=run, attempt=attempt)
            queue.begin_running(connection, hold, self._act("worker", "started"))

    def heartbeat(self, run: int, attempt: int, progress: Progress) -> Wanted | None:
        """Note how far a live run has come; what a person wants of it."""
        with self._database.writing() as connection:
            hold = Hold(run=run, attempt=attempt)
            return queue.heartbeat(connection, hold, progress, self._now())

    def write(
        self,
        run: int,
        attempt: int,
        measured: Sequence[Points],
        evaluated: Sequence[Evaluation],
    ) -> None:
        """Store measurements; what is there already is replaced, so a batch may be sent again."""
        with self._database.writing() as connection:
            require(connection, Hold(run=run, attempt=attempt))
            points.write_points(connection, run, measured)
            for evaluation in evaluated:
                evaluations.write_evaluation(connection, run, evaluation)
            if evaluated:
                evaluations.refresh_means(connection, run)

    def rewind(self, run: int, attempt: int, step: int) -> None:
        """Forget what a run measured after a step."""
        with self._database.writing() as connection:
            require(connection, Hold(run=run, attempt=attempt))
            points.rewind(connection, run, step)
            evaluations.refresh_means(connection, run)

    def add_evaluations(
        self, run: int, evaluated: Sequence[Evaluation], *, who: str
    ) -> None:  # fmt: skip
        """Store what a finished run scored in tests after its end; what is there is replaced.

        An event tells of it, so that live views look again.

        Raises:
            RefusedError: the run is not done, so that its own test is still to come.
        """
        with self._database.changing() as connection:
            state = state_of(connection, run)
            if state.status is not Status.DONE:
                raise RefusedError(f"run {run} is {state.status}; it can be tested once it is done")
            for evaluation in evaluated:
                evaluations.write_evaluation(connection, run, evaluation)
            evaluations.refresh_means(connection, run)
            sets = ", ".join(dict.fromkeys(evaluation.test_set for evaluation in evaluated))
            act = self._act(who, f"tested on {sets}")
            connection.execute(insert(events), [event_row(run, state.status, act)])
