"""Whether an agent works on this machine."""

import socket
from dataclasses import dataclass

from dilctl.jobs.door import Door
from dilctl.lock import holder


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Whether an agent of this registry works on this host."""

    running: bool
    pid: int | None
    host: str


class Agents(Door):
    """What there is to know of agents."""

    def agent_state(self) -> AgentState:
        """Whether an agent works here."""
        host = socket.gethostname()
        pid = holder(self.settings.agent_lock(host))
        return AgentState(running=pid is not None, pid=pid or None, host=host)
