"""The agents of a registry, as a table and as plain values."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dilctl.cli import output, words
from dilctl.cli.sheet import Column

if TYPE_CHECKING:
    from dilctl.jobs import AgentSeen, AgentState, Jobs


def agents_of(jobs: "Jobs", here: "AgentState") -> list[dict[str, Any]]:
    """All agents that have given a sign of life and no farewell, by host."""
    if not jobs.settings.has_registry:
        return []
    now = datetime.now(UTC)
    return [_agent(seen, now) for seen in jobs.agents_seen(now, here)]


def _agent(seen: "AgentSeen", now: datetime) -> dict[str, Any]:
    return {
        **output.plain(seen.beat),
        "state": seen.state,
        "runs": len(seen.held),
        "slots_used": seen.slots_used,
        "gpus_used": seen.gpus_used,
        "age": (now - seen.beat.started_at).total_seconds(),
        "silence": max(0.0, (now - seen.beat.heartbeat_at).total_seconds()),
    }


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
