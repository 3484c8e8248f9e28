"""Which agents work on a registry, on this machine and on others."""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dilctl.jobs.door import Door
from dilctl.lock import holder
from storage.records import AgentBeat, Attempt, Run

SILENCE = timedelta(minutes=2)
"""After which an agent of whom nothing is heard is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Whether an agent of this registry works on this host."""

    running: bool
    pid: int | None
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSeen:
    """An agent that has given a sign of life and no farewell.

    Attributes:
        beat: what it last said.
        state: ``working``, ``draining``, ``silent`` or ``killed``.
        held: the live runs of its machine, each with its newest attempt.
    """

    beat: AgentBeat
    state: str
    held: tuple[tuple[Run, Attempt], ...]

    @property
    def slots_used(self) -> int:
        """CPU slots that its runs have."""
        return sum(attempt.devices.get("slots", 0) for _, attempt in self.held)

    @property
    def gpus_used(self) -> tuple[int, ...]:
        """Numbers of the GPUs that its runs have."""
        held = {gpu for _, attempt in self.held for gpu in attempt.devices.get("gpus", ())}
        return tuple(sorted(held))


class Agents(Door):
    """What there is to know of agents."""

    def agent_state(self) -> AgentState:
        """Whether an agent works here."""
        host = socket.gethostname()
        pid = holder(self.settings.agent_lock(host))
        return AgentState(running=pid is not None, pid=pid or None, host=host)

    def agents_seen(self, now: datetime, here: AgentState) -> tuple[AgentSeen, ...]:
        """All agents that have given a sign of life and no farewell, by host."""
        return tuple(
            AgentSeen(
                beat=beat,
                state=self._state(beat, now, here),
                held=self.registry.held_by(beat.host),
            )
            for beat in self.registry.agents()
        )

    def _state(self, beat: AgentBeat, now: datetime, here: AgentState) -> str:
        # Its lock, which would tell, lies beside a registry in a file.
        is_ours = isinstance(self.settings.registry, Path) and beat.host == here.host
        if is_ours and not here.running:
            return "killed"
        if now - beat.heartbeat_at > SILENCE:
            return "silent"
        return "draining" if beat.draining else "working"
