"""The agent of one machine: claims runs that fit, launches them, watches and settles them."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from dilctl.gpus import Gpu, gpus
from dilctl.launch import Launch, Launcher, LaunchError
from dilctl.order import Order, read_outcome
from dilctl.placement import Placement, place, room
from dilctl.settings import Settings
from dilctl.settlement import LOST_AT_MOST, Settlement, describe, given_up, settlement
from dilctl.spool import deliver
from storage.errors import FencedError, RegistryUnavailableError
from storage.records import Attempt, Json, Process, Run, Status
from storage.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What an agent may give away.

    Attributes:
        host: the machine's name.
        slots: CPU threads that runs may use together.
        gpus: reads the GPUs as they are now.
    """

    host: str
    slots: int
    gpus: Callable[[], tuple[Gpu, ...]]

    @classmethod
    def here(cls, *, slots: int | None = None) -> "Machine":
        """This machine: its cores unless told otherwise, and the GPUs it may use."""
        return cls(
            host=socket.gethostname(),
            slots=slots or os.cpu_count() or 1,
            gpus=partial(gpus, os.environ.get("CUDA_VISIBLE_DEVICES")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the agent spends time, in seconds.

    Attributes:
        clock: what time it is; only differences count.
        sleep: waits that long.
        poll: between two passes.
        grace: what a run is given to checkpoint before it is killed.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    poll: float = 0.5
    grace: float = 30.0


def _say_nothing(_line: str) -> None:
    """For those who do not listen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """When an attempt was asked to end, and which of its processes were."""

    at: float
    processes: tuple[Process, ...]


class Agent:
    """Carries out the registry's runs on one machine.

    Everything that must outlive the agent is in the registry: an agent that was killed and
    started again finds its workers, which have gone on meanwhile. Only one agent may work on a
    host and registry: hold an ``AgentLock``.
    """

    def __init__(
        self,
        registry: Registry,
        launcher: Launcher,
        settings: Settings,
        *,
        machine: Machine,
        pace: Pace | None = None,
        say: Callable[[str], None] = _say_nothing,
    ) -> None:
        """Prepare.

        Args:
            registry: the queue.
            launcher: starts and stops processes.
            settings: where runs lie.
            machine: what may be given away.
            pace: how the agent spends time.
            say: told in one line of each start, end and trouble.
        """
        self._registry, self._launcher, self._settings = registry, launcher, settings
        self._machine, self._pace, self._say = machine, pace or Pace(), say
        self._who = f"agent on {machine.host}"
        self._is_stopping = False
        self._is_reachable = True
        self._asked: dict[tuple[int, int], _Asked] = {}
        self._looked_at: object = None

    def serve(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told otherwise; workers that still run are left alone.

        Args:
            until: asked before each pass.
        """
        while not until():
            self._pass()
            self._pace.sleep(self._pace.poll)

    def stop_workers(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Have all runs of this machine checkpoint and go back to the queue.

        Those that do not end within the grace period are killed.

        Args:
            progress: told after each pass how many still run.
        """
        self._is_stopping = True
        while left := self._pass():
            progress(left)
            self._pace.sleep(self._pace.poll)
        progress(0)

    def tick(self) -> int:
        """One pass over all that there is to do; returns how many runs live on this machine.

        Raises:
            RegistryUnavailableError: just now the registry cannot be reached.
        """
        live: list[Attempt] = []
        for run, attempt in self._registry.held_by(self._machine.host):
            try:
                if self._watch(run, attempt):
                    live.append(attempt)
            except FencedError as error:
                self._say(f"run {run.id}: {error}")
        if not self._is_stopping:
            return len(live) + self._start_waiting([attempt.devices for attempt in live])
        return len(live)

    def _pass(self) -> int:
        """A pass that outlives the registry's absence; while it is away, runs count as one."""
        try:
            live = self.tick()
        except RegistryUnavailableError as error:
            if self._is_reachable:
                self._say(f"the registry cannot be reached, trying again: {error}")
            self._is_reachable = False
            return 1
        if not self._is_reachable:
            self._say("the registry is back")
        self._is_reachable = True
        return live

    def _watch(self, run: Run, attempt: Attempt) -> bool:
        """Look after a run that counts as live; returns whether it is."""
        processes = self._known_processes(run, attempt)
        if any(self._launcher.is_alive(process) for process in processes):
            if self._is_stopping or run.wanted is not None:
                self._end(attempt, processes)
            return True
        self._settle(run, attempt)
        return False

    def _known_processes(self, run: Run, attempt: Attempt) -> tuple[Process, ...]:
        """The recorded processes of an attempt, and those that turned up since."""
        known = attempt.processes
        if len(known) > int(run.needs.get("processes", 1)):  # torchrun and all its ranks
            return known
        found = self._launcher.processes(self._settings.run(run.id).order)
        fresh = tuple(process for process in found if process not in known)
        if fresh:
            known += fresh
            self._registry.record_processes(run.id, attempt.number, known, attempt.devices)
        return known

    def _end(self, attempt: Attempt, processes: tuple[Process, ...]) -> None:
        """Ask an attempt to end, and kill it once its grace is over."""
        key, now = (attempt.run, attempt.number), self._pace.clock()
        asked = self._asked.get(key)
        if asked is None or asked.processes != processes:
            self._launcher.stop(processes)
            self._asked[key] = _Asked(at=asked.at if asked else now, processes=processes)
        if asked is not None and now - asked.at > self._pace.grace:
            self._launcher.kill(processes)

    def _settle(self, run: Run, attempt: Attempt) -> None:
        """Give a run whose processes have ended its next status."""
        folder = self._settings.run(run.id)
        deliver(self._registry, folder.spool, run=run.id, attempt=attempt.number)
        asked = self._asked.get((run.id, attempt.number))
        settled = settlement(
            run,
            read_outcome(folder, attempt.number),
            was_stopped=self._is_stopping or (asked is not None and run.wanted is None),
            has_checkpoint=folder.checkpoint.exists(),
        )
        self._record(run, attempt, settled)
        self._asked.pop((run.id, attempt.number), None)
        self._say(describe(run, settled))

    def _record(self, run: Run, attempt: Attempt, settled: Settlement) -> None:
        if settled.status is Status.QUEUED:
            self._registry.requeue(
                run.id,
                attempt.number,
                reason=settled.reason,
                outcome=settled.outcome,
                lost=settled.lost,
                who=self._who,
            )
            return
        self._registry.finish(
            run.id,
            attempt.number,
            settled.status,
            reason=settled.reason,
            outcome=settled.outcome,
            who=self._who,
        )

    def _start_waiting(self, taken: Sequence[Json]) -> int:
        """Start the waiting runs that fit; returns how many were started."""
        space = room(self._machine.slots, self._machine.gpus(), taken)
        free = tuple(gpu.index for gpu in space.free_gpus)
        state = (self._registry.last_event(), space.free_slots, free)
        if state == self._looked_at:  # the queue and what is free are as they were: so are we
            return 0
        started, reasons = 0, dict[int, str]()
        for run in self._registry.waiting():
            placement = place(run.needs, space)
            if isinstance(placement, str):
                reasons |= {} if placement == run.reason else {run.id: placement}
            elif self._start(run, placement):
                space = space.without(placement)
                started += 1
        if reasons:
            self._registry.explain_waits(reasons)
        self._looked_at = state
        return started

    def _start(self, run: Run, placement: Placement) -> bool:
        """Start a run that fits; false if someone else was faster, or it cannot be started."""
        attempt = self._registry.claim(run.id, self._machine.host)
        if attempt is None:
            return False
        if run.attempts_lost >= LOST_AT_MOST:
            self._fail(run, attempt, given_up(run))
            return False
        return self._launch(run, attempt, placement)

    def _launch(self, run: Run, attempt: Attempt, placement: Placement) -> bool:
        """Start a claimed run's processes; a run that cannot be started has failed."""
        devices = placement.as_json()
        # Known before there are processes: an agent that dies in between finds them by the order.
        self._registry.record_processes(run.id, attempt.number, (), devices)
        try:
            if attempt.number == 1:
                self._settings.run(run.id).set_aside()
            first = self._launcher.start(self._launch_of(run, attempt, placement))
        except (LaunchError, OSError) as error:
            self._fail(run, attempt, f"could not be started: {error}")
            return False
        self._registry.record_processes(run.id, attempt.number, (first,), devices)
        self._say(f"run {run.id} ({run.rule}, seed {run.seed}) started, attempt {attempt.number}")
        return True

    def _fail(self, run: Run, attempt: Attempt, reason: str) -> None:
        failed = Settlement(status=Status.FAILED, outcome="failed", reason=reason)
        self._record(run, attempt, failed)
        self._say(describe(run, failed))

    def _launch_of(self, run: Run, attempt: Attempt, placement: Placement) -> Launch:
        return Launch(
            order=Order(
                run=run.id,
                attempt=attempt.number,
                home=self._settings.home,
                seed=run.seed,
                experiment=run.experiment,
            ),
            code=self._settings.code / str(run.provenance["code"]),
            processes=int(run.needs.get("processes", 1)),
            threads=int(run.needs.get("threads", 1)),
            gpus=placement.gpus,
        )
