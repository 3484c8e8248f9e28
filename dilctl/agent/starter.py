"""Starts the waiting runs that fit, in their order, and says of the others why they wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dilctl.agent.keeper import Keeper
from dilctl.agent.workplace import Workplace
from dilctl.gpus import Gpu
from dilctl.launch import Launch, LaunchError
from dilctl.order import Order
from dilctl.placement import Wait, could_start, is_for_gpus, keep_for, place
from dilctl.room import Placement, Room, room
from dilctl.settlement import Settlement, adjusted, given_up
from storage.records import Attempt, Run, Status

# Memory that comes and goes in smaller portions is not worth another look at the queue.
_PORTION = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What decides which runs start: while it is as it was, so is the answer."""

    last_event: int
    free_slots: int
    gpus: tuple[tuple[int, bool, int], ...]
    is_patience_over: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Runs that wait for the same things; the first of each line lets others pass for a while."""

    is_for_gpus: bool
    pinned: tuple[int, ...]

    @classmethod
    def of(cls, run: Run, space: Room) -> "_Line":
        return cls(
            is_for_gpus=is_for_gpus(run.needs, space), pinned=tuple(run.needs.get("gpu") or ())
        )


class Starter:
    """Starts runs; remembers which ones have let others pass, and since when."""

    def __init__(self, workplace: Workplace, keeper: Keeper) -> None:
        self._work, self._keeper = workplace, keeper
        self._looked_at: _State | None = None
        self._passed_since: dict[int, float] = {}
        self._waits: dict[int, Wait] = {}

    @property
    def hopeless(self) -> Mapping[int, str] | None:
        """Runs that wait, all for what this machine will never have, and why; else None."""
        if any(not wait.is_for_good for wait in self._waits.values()):
            return None
        return {run: wait.reason for run, wait in self._waits.items()}

    def start_waiting(self, live: Sequence[Attempt]) -> int:
        """Start the waiting runs that fit; returns how many were started.

        Args:
            live: the live attempts of this machine.
        """
        last_event = self._work.registry.last_event()
        is_quiet = self._looked_at is not None and self._looked_at.last_event == last_event
        if is_quiet and not self._waits:
            return 0
        gpus = {gpu.index: gpu for gpu in self._work.machine.gpus()}
        space = room(self._work.machine.slots, gpus.values(), live)
        state = self._state(last_event, space)
        if state == self._looked_at:
            return 0
        started = self._work_off(space, gpus)
        self._looked_at = state
        return started

    def _state(self, last_event: int, space: Room) -> _State:
        return _State(
            last_event=last_event,
            free_slots=space.free_slots,
            gpus=tuple((s.gpu.index, s.is_whole, s.free // _PORTION) for s in space.gpus),
            is_patience_over=tuple(run for run in self._passed_since if self._is_impatient(run)),
        )

    def _work_off(self, space: Room, gpus: Mapping[int, Gpu]) -> int:
        started = 0
        waiting = self._work.registry.waiting()
        self._waits, heads = {}, dict[_Line, int]()
        for run in waiting:
            if run.attempts_lost > run.retries:
                self._give_up(run)
                continue
            answer = place(run.needs, space)
            if isinstance(answer, Placement):
                if self._start(run, answer, gpus):
                    space = space.without(answer)
                    started += 1
                continue
            self._waits[run.id] = answer
            line = _Line.of(run, space)
            is_head = line not in heads or run.id in self._passed_since
            if is_head and not answer.is_for_good and could_start(run.needs, space):
                heads.setdefault(line, run.id)
                space = self._kept_for(run, answer, space)
        self._remember(heads.values())
        self._explain(waiting)
        return started

    def _kept_for(self, run: Run, wait: Wait, space: Room) -> Room:
        """What later runs may have, once this one has let others pass for long enough."""
        if not self._is_impatient(run.id):
            return space
        waited = self._work.pace.clock() - self._passed_since[run.id]
        why = f"kept back for run {run.id}, which has waited {_over(waited)} for {wait.what}"
        return keep_for(run.needs, space, why=why)

    def _is_impatient(self, run: int) -> bool:
        since = self._passed_since.get(run)
        return since is not None and self._work.pace.clock() - since >= self._work.pace.patience

    def _remember(self, heads: Iterable[int]) -> None:
        """Who stands first in a line and cannot start lets others pass from now on."""
        self._passed_since = {
            run: since for run, since in self._passed_since.items() if run in self._waits
        }
        for run in heads:
            self._passed_since.setdefault(run, self._work.pace.clock())

    def _explain(self, waiting: Sequence[Run]) -> None:
        reasons = {
            run.id: self._waits[run.id].reason
            for run in waiting
            if run.id in self._waits and self._waits[run.id].reason != run.reason
        }
        if reasons:
            self._work.registry.explain_waits(reasons)

    def _give_up(self, run: Run) -> None:
        attempt = self._work.registry.claim(run.id, self._work.machine.host)
        if attempt is not None:  # from now on nobody can remove it
            *_, last, _ = self._work.registry.attempts(run.id)
            self._fail(run, attempt, given_up(run, last.reason))

    def _start(self, run: Run, placement: Placement, gpus: Mapping[int, Gpu]) -> bool:
        """Start a run that fits; false if someone else was faster, or it cannot be started."""
        attempt = self._work.registry.claim(run.id, self._work.machine.host)
        if attempt is None:
            return False
        devices = placement.as_json()
        # Known before there are processes: an agent that dies in between finds them by the order.
        self._work.registry.record_processes(run.id, attempt.number, (), devices)
        names = tuple(gpus[index].visible_as for index in placement.gpus)
        try:
            if attempt.number == 1:
                self._work.settings.run(run.id).set_aside()
            first = self._work.launcher.start(self._launch_of(run, attempt, names))
        except (LaunchError, OSError) as error:
            self._fail(run, attempt, f"could not be started: {error}")
            return False
        self._work.registry.record_processes(run.id, attempt.number, (first,), devices)
        self._work.say(
            f"run {run.id} ({run.rule}, seed {run.seed}) started, attempt {attempt.number}"
        )
        return True

    def _fail(self, run: Run, attempt: Attempt, reason: str) -> None:
        failed = Settlement(status=Status.FAILED, outcome="failed", reason=reason)
        self._keeper.record(run, attempt, failed)

    def _launch_of(self, run: Run, attempt: Attempt, gpus: tuple[str, ...]) -> Launch:
        return Launch(
            order=Order(
                run=run.id,
                attempt=attempt.number,
                home=self._work.settings.home,
                seed=run.seed,
                experiment=adjusted(run.experiment, run.adjustments),
            ),
            code=self._work.settings.code / str(run.provenance["code"]),
            processes=int(run.needs.get("processes", 1)),
            threads=int(run.needs.get("threads", 1)),
            gpus=gpus,
        )


def _over(seconds: float) -> str:
    """A stretch of time in words that stay true while it goes on."""
    minutes = int(seconds // 60)
    if minutes >= 120:
        return f"over {minutes // 60} hours"
    return f"over {minutes // 10 * 10 or minutes} minutes"
