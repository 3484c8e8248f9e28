"""Why a run waits, or ended as it did, in words: pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from dilctl.gpus import Gpu
from dilctl.placement import Wait, place
from dilctl.room import room
from dilctl.words import duration
from storage.records import ENDED, AgentBeat, Attempt, Run, Status, Wanted

SILENCE = timedelta(minutes=2)
"""After which an agent or a worker, of whom nothing is heard, is spoken of."""

_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A run, and what decides what becomes of it.

    Attributes:
        run: the run.
        attempts: its starts, oldest first.
        parents: the runs that it follows.
        ahead: queued runs that may start before it, in their order.
        agents: those that have not said farewell.
        gone: hosts of which it is known that no agent works there.
        now: the time.
    """

    run: Run
    attempts: tuple[Attempt, ...] = ()
    parents: tuple[Run, ...] = ()
    ahead: tuple[int, ...] = ()
    agents: tuple[AgentBeat, ...] = ()
    gone: frozenset[str] = frozenset()
    now: datetime

    @property
    def unfinished(self) -> tuple[Run, ...]:
        """The parents that it waits for."""
        return tuple(parent for parent in self.parents if parent.status not in ENDED)

    @property
    def retries_left(self) -> int:
        """How often it may still be tried again without getting further."""
        return max(0, self.run.retries - self.run.attempts_lost)

    def state_of(self, agent: AgentBeat) -> str:
        """What an agent does, in one word."""
        if agent.host in self.gone:
            return "killed"
        if self.now - agent.heartbeat_at > SILENCE:
            return "silent"
        return "draining" if agent.draining else "working"

    @property
    def working(self) -> tuple[AgentBeat, ...]:
        """The agents that could start it."""
        return tuple(agent for agent in self.agents if self.state_of(agent) == "working")


def lack(run: Run, agent: AgentBeat) -> str | None:
    """What the machine of an agent will never have for a run, in words; None: it has enough."""
    gpus = [
        Gpu(
            index=gpu["index"],
            name=gpu.get("name", ""),
            uuid="",
            memory_total=gpu.get("memory_total", 0),
            memory_free=gpu.get("memory_free", 0),
            utilisation=None,
        )
        for gpu in agent.gpus
    ]
    found = place(run.needs, room(agent.slots, gpus, ()))
    return found.reason if isinstance(found, Wait) and found.is_for_good else None


def explain(situation: Situation) -> tuple[str, ...]:
    """Why the run is as it is, a sentence each, and what can be done."""
    match situation.run.status:
        case Status.QUEUED:
            return tuple(_waiting(situation))
        case Status.STARTING | Status.RUNNING:
            return tuple(_living(situation))
        case Status.PAUSED:
            return tuple(_paused(situation))
        case Status.DONE:
            return tuple(_done(situation))
        case Status.FAILED:
            return tuple(_failed(situation))
        case Status.CANCELLED:
            return tuple(_cancelled(situation))
        case _:
            assert_never(situation.run.status)


def _waiting(situation: Situation) -> Iterator[str]:
    run, unfinished = situation.run, situation.unfinished
    for parent in unfinished:
        yield f"it follows run {parent.id}, which is {_how_far(parent)}"
    if unfinished:
        yield _terms(unfinished, after_any=run.after_any)
    else:
        yield _place_in_queue(situation)
        if run.reason and run.reason not in {each.reason for each in situation.attempts}:
            yield f"what the agent last said of it: {run.reason}"
    yield from _agents(situation)
    yield from _past(situation)
    if run.wanted is Wanted.PAUSE:
        yield f"it is to be paused once it has started; `dilctl resume {run.id}` takes that back"


def _terms(parents: tuple[Run, ...], *, after_any: bool) -> str:
    if len(parents) == 1:
        how = "however it ends" if after_any else "if it ends well; else this one is cancelled"
        return f"it may start once that has ended, {how}"
    how = "however they end" if after_any else "if all end well; else this one is cancelled"
    return f"it may start once those have ended, {how}"


def _how_far(parent: Run) -> str:
    if parent.status is Status.RUNNING:
        left = "" if parent.seconds_left is None else f", {duration(parent.seconds_left)} left"
        return f"running ({int(parent.fraction * 100)} %{left})"
    if parent.status is Status.PAUSED:
        return f"paused; `dilctl resume {parent.id}` goes on with it"
    return str(parent.status)


def _place_in_queue(situation: Situation) -> str:
    ahead = situation.ahead
    if not ahead:
        return "it is the first in the queue"
    named = ", ".join(map(str, ahead[:_NAMED_AT_MOST]))
    more = f" and {len(ahead) - _NAMED_AT_MOST:,} more" if len(ahead) > _NAMED_AT_MOST else ""
    before = f"run {named} goes" if len(ahead) == 1 else f"runs {named}{more} go"
    return f"it is number {len(ahead) + 1:,} in the queue: {before} before it"


def _agents(situation: Situation) -> Iterator[str]:
    """Whether anyone will start it."""
    for agent in situation.agents:
        match situation.state_of(agent):
            case "draining":
                yield f"the agent on {agent.host} starts nothing more: it was asked to drain"
            case "silent":
                silence = duration((situation.now - agent.heartbeat_at).total_seconds())
                yield f"the agent on {agent.host} has given no sign of life for {silence}"
            case _:
                pass
    working = situation.working
    if not working:
        leaves = any(situation.state_of(agent) == "draining" for agent in situation.agents)
        first = "once it has left, " if leaves else ""
        yield (
            f"no agent works on this registry, so nothing starts; {first}start one: "
            "dilctl agent start"
        )
        return
    lacks = [(agent.host, lack(situation.run, agent)) for agent in working]
    for host, missing in lacks:
        if missing is not None:
            yield f"{host} cannot run it, now or later: {missing}"
    if all(missing is not None for _, missing in lacks):
        yield "no machine with an agent has what it needs, so it waits until one joins"


def _past(situation: Situation) -> Iterator[str]:
    """What its attempts have left behind."""
    run = situation.run
    if run.attempt:
        yield f"it was started {_times(run.attempt)} before"
        yield from _attempts(situation)
    if run.attempts_lost:
        yield (
            f"{_times(run.attempts_lost)} in a row an attempt was lost or out of memory; "
            f"{situation.retries_left} of {run.retries} retries are left"
        )
    for name, value in run.adjustments.items():
        yield f"the next attempt has resources.{name}={value}, which a retry has changed"


def _attempts(situation: Situation) -> Iterator[str]:
    """The last few attempts, and how each ended."""
    for attempt in situation.attempts[-_NAMED_AT_MOST:]:
        if attempt.outcome is not None:
            why = attempt.reason or attempt.outcome
            yield f"attempt {attempt.number} on {attempt.host} ended: {why}"


def _living(situation: Situation) -> Iterator[str]:
    run = situation.run
    doing = f": {run.activity}" if run.activity else ""
    how_far = f"attempt {run.attempt}, {int(run.fraction * 100)} %"
    yield f"it is {run.status} on {run.host or 'a machine'}, {how_far}{doing}"
    heard = run.heartbeat_at
    if heard is not None and situation.now - heard > SILENCE:
        silence = duration((situation.now - heard).total_seconds())
        yield f"it has given no sign of life for {silence}: its machine may be down"
    if run.host in situation.gone:
        yield f"no agent watches over it on {run.host}; start one there: dilctl agent start"
    match run.wanted:
        case Wanted.CANCEL:
            yield "it is to be cancelled as soon as its agent sees it"
        case Wanted.PAUSE:
            yield "it is to be paused: it writes a checkpoint first"
        case None:
            pass
        case _:
            assert_never(run.wanted)


def _paused(situation: Situation) -> Iterator[str]:
    run = situation.run
    yield f"it is paused at {int(run.fraction * 100)} %{_because(run)}"
    yield f"`dilctl resume {run.id}` puts it back in the queue"


def _done(situation: Situation) -> Iterator[str]:
    run = situation.run
    if run.attempt == 0:
        yield "it is done; it was trained elsewhere, and its weights were imported"
        return
    yield f"it is done; it was started {_times(run.attempt)} and trained {duration(run.seconds)}"


def _failed(situation: Situation) -> Iterator[str]:
    run = situation.run
    yield f"it failed at {int(run.fraction * 100)} %{_because(run)}"
    if len(situation.attempts) > 1:
        yield from _attempts(situation)
    yield f"`dilctl logs {run.id}` shows what its processes printed"
    yield f"`dilctl retry {run.id}` goes on from its newest checkpoint"


def _cancelled(situation: Situation) -> Iterator[str]:
    run = situation.run
    started = "" if run.attempt else " before it started"
    yield f"it was cancelled{started}{_because(run)}"
    yield "submit it again to have it after all"


def _because(run: Run) -> str:
    return f": {run.reason}" if run.reason else ""


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
