"""Says that an agent lives, and finds out which other agents no longer do."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from dilctl.agent.keeper import Keeper
from dilctl.agent.workplace import Workplace
from dilctl.errors import BusyError
from storage.records import AgentBeat, Attempt, Run

_BEATS_IN_DOUBT = 3  # without one of them, an agent of the same name has gone

# A run, its attempt, and what was last heard of its worker and of its agent.
_Sign = tuple[int, int, datetime | None, datetime | None]


class Presence:
    """An agent's signs of life, and what follows from those of others.

    Clocks of two machines may differ by more than the silence after which one counts as gone.
    So whoever looks gone is watched for a while: what changes meanwhile lives.
    """

    def __init__(self, workplace: Workplace, keeper: Keeper) -> None:
        self._work, self._keeper = workplace, keeper
        self._started_at = workplace.pace.now()
        self._is_alone = False
        self._doubted: tuple[AgentBeat, float] | None = None
        self._last: tuple[float, datetime] | None = None
        self._suspects: dict[_Sign, float] = {}

    @property
    def is_alone(self) -> bool:
        """Whether no other agent of this machine's name works on the registry."""
        return self._is_alone

    def make_sure(self) -> bool:
        """Find out whether another agent of the same name works; true once none does.

        Raises:
            BusyError: one does.
        """
        if not self._is_alone:
            other = self._namesake()
            self._is_alone = other is None or self._has_gone(other) or self._was_silent(other)
        return self._is_alone

    def keep_up(self, *, is_draining: bool) -> None:
        """Give a sign of life when it is time, and take over what others have left behind.

        Raises:
            BusyError: an older agent of the same name gives signs of life as well.
        """
        now = self._work.pace.clock()
        if self._last is not None and now - self._last[0] < self._work.pace.beat:
            return
        self._look_for_double()
        beat = self._beat(is_draining=is_draining)
        self._work.registry.beat(beat)
        self._last = (now, beat.heartbeat_at)
        self._take_over_orphans()

    def leave(self) -> None:
        """Say farewell."""
        if self._is_alone and self._last is not None:
            self._work.registry.farewell(self._work.machine.host)

    def beat_soon(self) -> None:
        """Have the next sign of life come with the next pass."""
        if self._last is not None:
            self._last = (float("-inf"), self._last[1])

    def _beat(self, *, is_draining: bool) -> AgentBeat:
        machine = self._work.machine
        gpus = machine.gpus()
        return AgentBeat(
            host=machine.host,
            pid=os.getpid(),
            boot=machine.boot,
            slots=machine.slots,
            gpus=tuple(
                {
                    "index": gpu.index,
                    "name": gpu.name,
                    "memory_total": gpu.memory_total,
                    "memory_free": gpu.memory_free,
                }
                for gpu in gpus
            ),
            draining=is_draining,
            started_at=self._started_at,
            heartbeat_at=self._work.pace.now(),
            vitals=machine.vitals(self._work.settings.home, gpus).as_json(),
        )

    # Another agent of the same name

    def _namesake(self) -> AgentBeat | None:
        agents = self._work.registry.agents()
        return next((agent for agent in agents if agent.host == self._work.machine.host), None)

    def _has_gone(self, other: AgentBeat) -> bool:
        """Whether that agent is known to be dead: it had the lock that this one has now."""
        if isinstance(self._work.settings.registry, Path):  # and so lies beside its lock
            return True
        silence = timedelta(seconds=self._work.pace.silence)
        return other.heartbeat_at < self._work.pace.now() - silence

    def _was_silent(self, other: AgentBeat) -> bool:
        """Whether an agent in doubt has given no sign for long enough."""
        now = self._work.pace.clock()
        if self._doubted is None:
            self._doubted = (other, now)
            self._work.say(
                f"an agent called {other.host} was there a moment ago (process {other.pid}); "
                f"watching for {self._doubt:.0f} seconds whether it still works"
            )
        first, since = self._doubted
        if other.heartbeat_at != first.heartbeat_at:
            raise self._refusal(other)
        return now - since >= self._doubt

    @property
    def _doubt(self) -> float:
        return self._work.pace.beat * _BEATS_IN_DOUBT

    def _look_for_double(self) -> None:
        other = self._namesake()
        if other is None or self._last is None or other.heartbeat_at <= self._last[1]:
            return
        if other.started_at < self._started_at:
            self._is_alone = False
            raise self._refusal(other)

    def _refusal(self, other: AgentBeat) -> BusyError:
        same = other.boot == self._work.machine.boot
        where = "on this machine, with another home folder or in a container" if same else (
            "on another machine"
        )  # fmt: skip
        return BusyError(
            f"an agent called {other.host} already works {where} (process {other.pid}); two of one "
            "name would take each other's runs for dead: give one of the machines another host name"
        )

    # Runs that nobody looks after

    def _take_over_orphans(self) -> None:
        pace, registry = self._work.pace, self._work.registry
        silence = timedelta(seconds=pace.silence)
        heard = {agent.host: agent.heartbeat_at for agent in registry.agents()}
        orphans: dict[_Sign, tuple[Run, Attempt]] = {
            (run.id, attempt.number, run.heartbeat_at, heard.get(run.host or "")): (run, attempt)
            for run, attempt in registry.orphans(pace.now() - silence)
            if run.host != self._work.machine.host
        }
        now = pace.clock()
        self._suspects = {key: self._suspects.get(key, now) for key in orphans}
        for key, (run, attempt) in orphans.items():
            if now - self._suspects[key] >= self._doubt:
                self._keeper.take_over(run, attempt, vanished=silent(run, attempt, silence))


def silent(run: Run, attempt: Attempt, silence: timedelta) -> str:
    """What is known of the worker of a run that nobody looks after."""
    return (
        f"nothing was heard of attempt {attempt.number} and of the agent on {run.host} for "
        f"{silence.total_seconds():.0f} seconds: the machine or container is gone"
    )
