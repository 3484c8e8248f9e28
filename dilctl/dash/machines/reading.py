"""Reads what the machines screen shows, in a thread; what is past is kept here, bounded."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from dilctl.dash.machines.weighing import Weighing
from dilctl.dash.news import News
from dilctl.jobs import AgentSeen, AgentState, Jobs, MachineSeen
from dilctl.vitals import GpuVitals, Vitals, from_json
from storage.records import LIVE, AgentBeat, Attempt, Event, Run, Status

LOOKS = 60
"""How many earlier looks the little histories hold."""

MOST_WAITING = 200
MOST_EVENTS = 50

_QUEUE_EVERY = 5
"""Looks after which the reasons of waiting runs are read again, which change without an event."""

Past = Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One machine.

    Attributes:
        name: as agents call it.
        vitals: of this machine as it is, of others as their agents last said.
        past: earlier shares, by what they are of.
        agent: what is known of its agent; None where there is none.
        held: its live runs, which an agent that left has left to themselves, with their attempts.
        seen: what else this machine shows of itself; None for other machines.
    """

    name: str
    vitals: Vitals
    past: Past
    agent: AgentSeen | None
    held: tuple[tuple[Run, Attempt], ...]
    seen: MachineSeen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinesPage:
    """What the screen shows.

    Attributes:
        hosts: this machine first, then others by name.
        here: whether an agent works on this machine.
        queue: the first runs of the queue, each with its place; None while it follows others.
        counts: runs of each status.
        events: the newest, newest first.
        has_past: whether anything ever happened; removed runs take their events with them.
        runs_weigh: bytes that the folders of all runs take; None until they were weighed.
    """

    now: datetime
    hosts: tuple[Host, ...]
    here: AgentState
    queue: tuple[tuple[int | None, Run], ...]
    counts: Mapping[Status, int]
    events: tuple[Event, ...]
    has_past: bool
    runs_weigh: int | None

    @property
    def works(self) -> bool:
        """Whether any agent would start a run."""
        return any(host.agent and host.agent.state == "working" for host in self.hosts)


class MachinesReader:
    """Keeps the queue's order until something happens, and histories of so many looks."""

    def __init__(self, jobs: Jobs, clock: Callable[[], datetime]) -> None:
        self._jobs, self._clock = jobs, clock
        self._weighing = Weighing(jobs.settings.runs)
        self._past: dict[str, _History] = {}
        self._news: News | None = None
        self._order: tuple[tuple[int | None, int], ...] = ()
        self._queue: tuple[tuple[int | None, Run], ...] = ()
        self._looks = 0
        self._events: tuple[Event, ...] = ()
        self._has_past = False

    def forget(self) -> None:
        """Read everything anew at the next look; histories stay, as they cannot be read."""
        self._news = None

    def read(self, news: News) -> MachinesPage:
        """One look."""
        now = self._clock()
        self._looks += 1
        is_new = news != self._news
        if is_new:
            self._order = self._read_order(news)
            self._events = self._read_events(news.event)
            self._has_past = bool(self._events) or self._jobs.registry.highest_run() > 0
            self._news = news
        if is_new or self._looks % _QUEUE_EVERY == 0:
            self._queue = self._read_queue()
        return MachinesPage(
            now=now,
            hosts=self._hosts(now, news),
            here=news.agent,
            queue=self._queue,
            counts=news.counts,
            events=self._events,
            has_past=self._has_past,
            runs_weigh=self._weighing.go_on(),
        )

    def _read_order(self, news: News) -> tuple[tuple[int | None, int], ...]:
        if not news.counts.get(Status.QUEUED):
            return ()
        free = self._jobs.registry.waiting_ids()
        placed = list(enumerate(free[:MOST_WAITING], start=1))
        room = MOST_WAITING - len(placed)
        if not room or news.counts[Status.QUEUED] <= len(free):
            return tuple(placed)
        known = set(free)
        queued = self._jobs.runs(
            statuses=[Status.QUEUED], sort="-priority,id", limit=2 * MOST_WAITING
        )
        blocked = (run.id for run in queued if run.id not in known)
        return (*placed, *((None, run) for run in islice(blocked, room)))

    def _read_queue(self) -> tuple[tuple[int | None, Run], ...]:
        """Those of the order that still wait; their reasons change without any event."""
        if not self._order:
            return ()
        runs = {run.id: run for run in self._jobs.runs(ids=[run for _, run in self._order])}
        found = ((place, runs.get(run)) for place, run in self._order)
        return tuple((place, run) for place, run in found if run and run.status is Status.QUEUED)

    def _read_events(self, newest: int) -> tuple[Event, ...]:
        """The newest events, newest first; those of removed runs have gone with them."""
        read = self._jobs.events(after=max(0, newest - MOST_EVENTS), limit=2 * MOST_EVENTS)
        return tuple(reversed(read[-MOST_EVENTS:]))

    def _hosts(self, now: datetime, news: News) -> tuple[Host, ...]:
        here = news.agent.host
        agents = {agent.beat.host: agent for agent in self._jobs.agents_seen(now, news.agent)}
        held = {name: agent.held for name, agent in agents.items()}
        live = sum(news.counts.get(status, 0) for status in LIVE)
        if live > sum(map(len, held.values())):
            held = self._left_alone() | held
        others = sorted((agents.keys() | held.keys()) - {here})
        hosts = tuple(
            self._host(name, now, agents.get(name), held.get(name, ()), is_here=name == here)
            for name in (here, *others)
        )
        self._past = {host.name: self._past[host.name] for host in hosts}
        return hosts

    def _left_alone(self) -> dict[str, tuple[tuple[Run, Attempt], ...]]:
        """The live runs of all machines, also of those that no agent speaks for."""
        hosts = {run.host for run in self._jobs.runs(statuses=tuple(LIVE)) if run.host}
        return {host: self._jobs.registry.held_by(host) for host in hosts}

    def _host(
        self,
        name: str,
        now: datetime,
        agent: AgentSeen | None,
        held: tuple[tuple[Run, Attempt], ...],
        *,
        is_here: bool,
    ) -> Host:
        seen = self._jobs.machine() if is_here else None
        vitals = seen.vitals if seen else _said(agent.beat) if agent else Vitals()
        at = agent.beat.heartbeat_at if agent and not is_here else now
        past = self._past.setdefault(name, _History()).after(at, vitals)
        return Host(name=name, vitals=vitals, past=past, agent=agent, held=held, seen=seen)


class _History:
    """Shares of one machine at the last looks; a look that tells nothing new is none."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._past: dict[str, deque[float | None]] = {}

    def after(self, at: datetime, vitals: Vitals) -> Past:
        """The history with this look as its newest."""
        if at != self._at:
            self._at = at
            for name, share in shares(vitals).items():
                self._past.setdefault(name, deque(maxlen=LOOKS)).append(share)
        return {name: tuple(past) for name, past in self._past.items()}


def _said(beat: AgentBeat) -> Vitals:
    """What an agent said; older ones tell of their GPUs alone, and less of these."""
    return from_json({"gpus": list(beat.gpus), **beat.vitals})


def shares(vitals: Vitals) -> dict[str, float | None]:
    """What of a machine is in use, 0 to 1, by the name that its history has."""
    found = {
        "CPU": _share(vitals.busy, vitals.cores),
        "memory": _used(vitals.memory_free, vitals.memory_total),
        "disk": _used(vitals.disk_free, vitals.disk_total),
    }
    for gpu in vitals.gpus:
        found[f"GPU {gpu.index}"] = gpu.utilisation
        found[f"GPU {gpu.index} memory"] = gpu_memory(gpu)
    return found


def gpu_memory(gpu: GpuVitals) -> float | None:
    """The share of a GPU's memory that is held."""
    return _used(gpu.memory_free, gpu.memory_total)


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _used(free: float | None, total: float | None) -> float | None:
    return None if free is None or not total else 1 - free / total
