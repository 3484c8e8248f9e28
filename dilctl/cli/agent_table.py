"""The agents of a registry, as a table and as plain values."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dilctl.cli import output, words
from dilctl.cli.sheet import Column
from storage.records import AgentBeat

if TYPE_CHECKING:
    from dilctl.jobs import AgentState, Jobs

_SILENCE = timedelta(minutes=2)


def agents_of(jobs: "Jobs", here: "AgentState") -> list[dict[str, Any]]:
    """All agents that have given a sign of life and no farewell, by host."""
    if not jobs.settings.has_registry:
        return []
    return [_agent(jobs, beat, here, datetime.now(UTC)) for beat in jobs.registry.agents()]


def _agent(jobs: "Jobs", beat: AgentBeat, here: "AgentState", now: datetime) -> dict[str, Any]:
    devices = [attempt.devices for _, attempt in jobs.registry.held_by(beat.host)]
    return {
        **output.plain(beat),
        "state": "killed" if _was_killed(jobs, beat, here) else _state(beat, now),
        "runs": len(devices),
        "slots_used": sum(used.get("slots", 0) for used in devices),
        "gpus_used": sorted({index for used in devices for index in used.get("gpus", ())}),
        "age": (now - beat.started_at).total_seconds(),
        "silence": max(0.0, (now - beat.heartbeat_at).total_seconds()),
    }


def _was_killed(jobs: "Jobs", beat: AgentBeat, here: "AgentState") -> bool:
    """Whether nobody holds that agent's lock, which lies beside a registry in a file."""
    is_ours = isinstance(jobs.settings.registry, Path) and beat.host == here.host
    return is_ours and not here.running


def _state(beat: AgentBeat, now: datetime) -> str:
    if now - beat.heartbeat_at > _SILENCE:
        return "silent"
    return "draining" if beat.draining else "working"


def columns_of(agents: list[dict[str, Any]]) -> list[Column]:
    """The agents, a row each."""
    return [
        Column(
            head="host",
            cells=[output.cell(agent["host"]) for agent in agents],
            soft=True,
            kept=True,
        ),
        Column(head="state", cells=[agent["state"] for agent in agents], kept=True),
        Column(head="process", cells=[str(agent["pid"]) for agent in agents], right=True),
        Column(head="runs", cells=[str(agent["runs"]) for agent in agents], right=True),
        Column(
            head="CPU slots",
            cells=[_share(agent["slots_used"], agent["slots"]) for agent in agents],
        ),
        Column(
            head="GPUs",
            cells=[_share(len(agent["gpus_used"]), len(agent["gpus"])) for agent in agents],
        ),
        Column(head="since", cells=[f"{words.duration(agent['age'])} ago" for agent in agents]),
        Column(
            head="last sign", cells=[f"{words.duration(agent['silence'])} ago" for agent in agents]
        ),
    ]


def _share(used: int, of: int) -> str:
    return f"{used}/{of}"
