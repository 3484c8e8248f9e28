"""Looks after the live runs of a machine: knows their processes, ends them, settles them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dilctl.agent.workplace import Workplace
from dilctl.order import read_outcome
from dilctl.settlement import Circumstances, Settlement, describe, settlement
from dilctl.spool import deliver
from storage.errors import FencedError, UnknownRunError
from storage.records import ENDED, Attempt, Process, Run, Status

_STOPPED = "the agent was stopped"
_WITHDRAWN = "it was to be paused, and the wish was withdrawn too late"
_RESTARTED = "its machine was started again"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """When an attempt was asked to end, and which of its processes were."""

    at: float
    processes: tuple[Process, ...]


class Keeper:
    """Keeps what the registry says of live runs true."""

    def __init__(self, workplace: Workplace) -> None:
        self._work = workplace
        self._asked: dict[tuple[int, int], _Asked] = {}
        self._troubles: dict[int, str] = {}

    def look_after(
        self, held: Iterable[tuple[Run, Attempt]], *, is_stopping: bool
    ) -> tuple[Attempt, ...]:
        """One look at runs that count as live; returns the attempts that are.

        Args:
            held: the runs, each with its newest attempt.
            is_stopping: whether they are to checkpoint and go back to the queue.
        """
        live: list[Attempt] = []
        for run, attempt in held:
            try:
                known = self._known(run, attempt)
                if self._lives(known):
                    live.append(known)
                    if is_stopping or run.wanted is not None or self._was_asked(attempt):
                        self._end(known)
                else:
                    self._settle(run, known, stopped=_STOPPED if is_stopping else "")
            except (FencedError, UnknownRunError) as error:
                self._work.say(f"run {run.id}: {error}")
            except OSError as error:  # of its folder; other runs are none the worse
                self._say_once(run.id, f"run {run.id} cannot be settled yet: {error}")
        return tuple(live)

    def _say_once(self, run: int, trouble: str) -> None:
        if self._troubles.get(run) != trouble:
            self._work.say(trouble)
        self._troubles[run] = trouble

    def take_over(self, run: Run, attempt: Attempt, *, vanished: str = "") -> bool:
        """Settle a run that nobody looks after, unless it lives here; whether it was settled.

        Args:
            run: the run.
            attempt: its newest attempt.
            vanished: what is known of its worker; empty for nothing.
        """
        try:
            known = self._known(run, attempt)
            if self._lives(known):
                return False
            self._settle(run, known, vanished=vanished)
        except (FencedError, UnknownRunError) as error:
            self._work.say(f"run {run.id}: {error}")
            return False
        return True

    def record(self, run: Run, attempt: Attempt, settled: Settlement) -> None:
        """Write down what becomes of a run whose attempt has ended, and say so.

        Raises:
            FencedError: the attempt no longer holds the run.
        """
        registry, who = self._work.registry, self._work.who
        if settled.status is Status.QUEUED:
            registry.requeue(
                run.id,
                attempt.number,
                reason=settled.reason,
                outcome=settled.outcome,
                lost=settled.lost,
                adjustments=settled.adjustments,
                who=who,
            )
        else:
            registry.finish(
                run.id,
                attempt.number,
                settled.status,
                reason=settled.reason,
                outcome=settled.outcome,
                who=who,
            )
        self._asked.pop((run.id, attempt.number), None)
        self._work.say(describe(run, settled))
        if settled.status in ENDED:
            self._tell(run.id)

    def _tell(self, run: int) -> None:
        try:
            ended = self._work.registry.run(run)
        except UnknownRunError:  # somebody has removed it meanwhile
            return
        self._work.ended(ended)

    def _lives(self, attempt: Attempt) -> bool:
        return any(self._work.launcher.is_alive(process) for process in attempt.processes)

    def _known(self, run: Run, attempt: Attempt) -> Attempt:
        """The attempt with its recorded processes and those that turned up since."""
        known = attempt.processes
        if len(known) > int(run.needs.get("processes", 1)):  # torchrun and all its ranks
            return attempt
        found = self._work.launcher.processes(self._work.settings.run(run.id).order)
        fresh = tuple(process for process in found if process not in known)
        if not fresh:
            return attempt
        whole = replace(attempt, processes=known + fresh)
        self._work.registry.record_processes(
            run.id, attempt.number, whole.processes, attempt.devices
        )
        return whole

    def _end(self, attempt: Attempt) -> None:
        """Ask an attempt to end, and kill it once its grace is over."""
        key, now = (attempt.run, attempt.number), self._work.pace.clock()
        processes = attempt.processes
        asked = self._asked.get(key)
        if asked is None or asked.processes != processes:
            self._work.launcher.stop(processes)
            self._asked[key] = _Asked(at=asked.at if asked else now, processes=processes)
        if asked is not None and now - asked.at > self._work.pace.grace:
            self._work.launcher.kill(processes)

    def _settle(self, run: Run, attempt: Attempt, *, stopped: str = "", vanished: str = "") -> None:
        """Give a run whose processes have ended its next status."""
        folder = self._work.settings.run(run.id)
        deliver(self._work.registry, folder.spool, run=run.id, attempt=attempt.number)
        withdrawn = self._was_asked(attempt) and run.wanted is None
        found = Circumstances(
            has_checkpoint=folder.checkpoint.exists(),
            stopped=stopped or (_WITHDRAWN if withdrawn else ""),
        )
        vanished = vanished or (_RESTARTED if self._was_restarted(attempt) else "")
        found = replace(found, vanished=vanished) if vanished else found
        self.record(run, attempt, settlement(run, read_outcome(folder, attempt.number), found))

    def _was_asked(self, attempt: Attempt) -> bool:
        return (attempt.run, attempt.number) in self._asked

    def _was_restarted(self, attempt: Attempt) -> bool:
        boot = self._work.machine.boot
        return bool(boot) and any(process.boot != boot for process in attempt.processes)
