"""Registries of three sizes: empty, typical and crowded, each filled once and then copied."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dilctl.jobs import Jobs
from dilctl.jobs.agents import AgentState
from dilctl.jobs.watching import MachineSeen
from dilctl.settings import Settings
from dilctl.vitals import from_json
from tests.dilctl.dash.snapshots import crowded, typical

HOST = "bench"

_FILLERS: Mapping[str, Callable[[Settings], None]] = {
    "empty": lambda settings: None,
    "typical": typical.fill,
    "crowded": crowded.fill,
}
STATES = tuple(_FILLERS)


class OnBench(Jobs):
    """The door of somebody at the machine ``bench``, whichever machine the tests run on."""

    def agent_state(self) -> AgentState:
        """An agent works there, unless the registry is empty."""
        is_there = any(beat.host == HOST for beat in self.registry.agents())
        return AgentState(running=is_there, pid=4100 if is_there else None, host=HOST)

    def machine(self) -> MachineSeen:
        """It fares as its agent said."""
        return MachineSeen(vitals=from_json(typical.vitals(gpus=0)), holders={})


@dataclass(frozen=True, slots=True)
class Seeds:
    """Filled homes in a folder, each made when it is first wanted.

    Attributes:
        folder: where they lie for as long as they are copied.
    """

    folder: Path

    def jobs(self, state: str, home: Path) -> OnBench:
        """The registry of a state, in a home of its own."""
        seed = self.folder / state
        if not seed.exists():
            seed.mkdir()
            _FILLERS[state](Settings(seed))
        shutil.copytree(seed, home)
        return OnBench(Settings(home))
