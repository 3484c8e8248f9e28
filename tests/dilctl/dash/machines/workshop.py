"""Jobs on a machine that stands still, and agents of other machines."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dilctl.gpus import Gpu
from dilctl.jobs import AgentState, Jobs, MachineSeen, Stranger
from dilctl.settings import Settings
from dilctl.vitals import Vitals, of_gpu
from storage.records import AgentBeat, Process
from storage.registry import Registry
from tests.dilctl import seeded
from tests.dilctl.seeded import NOW

GIB = 1 << 30
OURS = Process(pid=100, started=1.0, boot="b")


def gpu(index: int, **changes: object) -> Gpu:
    whole = Gpu(
        index=index,
        name="NVIDIA H200",
        uuid=f"GPU-{index}",
        memory_total=140 * GIB,
        memory_free=100 * GIB,
        utilisation=0.83,
        temperature=61.0,
        power=350.0,
        power_limit=700.0,
        held={},
    )
    return replace(whole, **changes)


VITALS = Vitals(
    cores=16,
    busy=4.0,
    load=5.25,
    memory_total=64e9,
    memory_free=32e9,
    disk_total=100e9,
    disk_free=5e9,
)


class Workshop(Jobs):
    """The use cases on a machine called ``workshop`` that never changes."""

    def __init__(self, home: Path, *gpus: Gpu, trouble: str = "", has_agent: bool = True) -> None:
        super().__init__(Settings(home))
        self.host = "workshop"
        self.has_agent = has_agent
        self.seen = MachineSeen(
            vitals=replace(VITALS, gpus=tuple(map(of_gpu, gpus))),
            gpus=gpus,
            holders={7: Stranger(pid=7, name="[bold]jupyter\x1b", user="ada"), 8: Stranger(pid=8)},
            trouble=(trouble,) if trouble else (),
        )

    def machine(self) -> MachineSeen:
        return self.seen

    def agent_state(self) -> AgentState:
        return AgentState(running=self.has_agent, pid=1 if self.has_agent else None, host=self.host)


def beat(host: str, *, ago: float = 3, **changes: object) -> AgentBeat:
    whole = AgentBeat(
        host=host,
        pid=1,
        boot="b",
        slots=16,
        gpus=(),
        started_at=NOW - timedelta(hours=2),
        heartbeat_at=NOW - timedelta(seconds=ago),
    )
    return replace(whole, **changes)


def fill(home: Path, *beats: AgentBeat) -> None:
    """The seeded runs, agents, and run 8, which has GPU 1 of the machine for itself."""
    seeded.fill(Settings(home))
    with Registry.open(Settings(home).registry) as registry:
        for each in beats:
            registry.beat(each)


def start_here(home: Path, *, gpus: list[int]) -> None:
    """Run 8, whose name is nasty, runs on the machine."""
    with Registry.open(Settings(home).registry) as registry:
        attempt = registry.claim(8, "workshop")
        assert attempt is not None
        registry.record_processes(8, attempt.number, (OURS,), {"slots": 1, "gpus": gpus})
        registry.running(8, attempt.number)
