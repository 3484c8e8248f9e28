"""What runs, what waits and who works, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dilctl.cli import output, words
from dilctl.cli.agent_table import agents_of
from dilctl.cli.sheet import Column, fitted
from dilctl.text import one_line
from storage.records import LIVE, Run, Status

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from dilctl.jobs import Jobs

_AGENTS = 4
_HEAD = 2  # lines of a table above its rows
_GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is to see at one moment.

    Attributes:
        counts: runs of each status.
        live: those that run, the lowest number first.
        waiting: those that are next, in the order of the queue.
        agents: as plain values, see ``agents_of``.
    """

    at: datetime
    counts: Mapping[Status, int]
    live: tuple[Run, ...]
    waiting: tuple[Run, ...]
    agents: Sequence[Mapping[str, Any]]


def look(jobs: "Jobs", *, waiting: int | None) -> Overview:
    """Ask the registry.

    Args:
        jobs: the use cases.
        waiting: of the queue, at most so many; None for all.
    """
    queued = [Status.QUEUED]
    return Overview(
        at=datetime.now(UTC),
        counts=jobs.counts(),
        live=tuple(jobs.runs(statuses=tuple(LIVE), sort="id")),
        waiting=tuple(jobs.runs(statuses=queued, sort="-priority,id", limit=waiting)),
        agents=agents_of(jobs, jobs.agent_state()),
    )


def plain(seen: Overview) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "at": seen.at,
        "counts": {str(status): number for status, number in seen.counts.items()},
        "running": seen.live,
        "waiting": seen.waiting,
        "agents": seen.agents,
    }


def panel(seen: Overview, width: int, *, height: int | None = None) -> "Group":
    """The overview as it is drawn.

    Args:
        seen: what to draw.
        width: cells.
        height: lines that it may take; None for as many as it needs.
    """
    from rich.console import Group
    from rich.text import Text

    lines = [_summary(seen) + (" · q ends" if height else ""), *_agents(seen)]
    parts: list[RenderableType] = [
        Text(output.cell(line), no_wrap=True, overflow="ellipsis") for line in lines
    ]
    room = None if height is None else height - len(lines)
    for title, runs, build in (
        ("nothing runs", seen.live, _live),
        ("nothing waits", seen.waiting, _waiting),
    ):
        if not runs:
            parts.append(Text(title, style="dim"))
            room = None if room is None else room - 1
            continue
        # Two lines are kept for what follows: the queue, or the sentence on what is left out.
        shown = runs if room is None else runs[: max(1, room - _HEAD - 2)]
        parts.append(Text("\n".join(fitted(build(shown, seen), width)[0])))
        room = None if room is None else room - len(shown) - _HEAD
        total = len(runs) if runs is seen.live else seen.counts[Status.QUEUED]
        if total > len(shown):
            parts.append(Text(f"{len(shown):,} of {total:,} shown", style="dim"))
            room = None if room is None else room - 1
        if room is not None and room < _HEAD + 1:
            break
    return Group(*parts)


def _summary(seen: Overview) -> str:
    ended = ", ".join(
        f"{seen.counts[status]:,} {status}"
        for status in (Status.PAUSED, Status.DONE, Status.FAILED, Status.CANCELLED)
        if seen.counts[status]
    )
    time = f"{seen.at.astimezone():%H:%M:%S}"
    said = f"{time} · {len(seen.live):,} running, {seen.counts[Status.QUEUED]:,} waiting"
    return f"{said} · {ended}" if ended else said


def _agents(seen: Overview) -> list[str]:
    lines = [_agent(agent) for agent in seen.agents[:_AGENTS]]
    more = len(seen.agents) - _AGENTS
    if more > 0:
        lines.append(f"and {words.many(more, 'more agent')}; see dilctl agent status")
    return lines or ["no agent works; start one with: dilctl agent start"]


def _agent(agent: Mapping[str, Any]) -> str:
    parts = [
        f"agent on {agent['host']}: {agent['state']}",
        f"CPU slots {agent['slots_used']}/{agent['slots']}",
        *(_gpu(gpu, agent["gpus_used"]) for gpu in agent["gpus"]),
    ]
    return " · ".join(parts)


def _gpu(gpu: Mapping[str, Any], used: Sequence[int]) -> str:
    sign = "▶" if gpu["index"] in used else "·"
    total, free = gpu.get("memory_total"), gpu.get("memory_free")
    if not total or free is None:
        return f"GPU {gpu['index']} {sign}"
    return f"GPU {gpu['index']} {sign} {(total - free) / _GIB:.0f}/{total / _GIB:.0f} GiB"


def _live(runs: Sequence[Run], seen: Overview) -> list[Column]:
    return [
        _numbers(runs),
        Column(head="status", cells=[words.status_of(run, now=seen.at) for run in runs]),
        _names(runs),
        Column(head="rule", cells=[output.cell(run.rule) for run in runs]),
        Column(head="seed", cells=[str(run.seed) for run in runs], right=True),
        Column(head="done", cells=[words.percent(run.fraction) for run in runs], right=True),
        Column(head="left", cells=[words.duration(run.seconds_left) for run in runs], right=True),
        _quality("unseen", words.UNSEEN, runs),
        _quality("seen", words.SEEN, runs),
        Column(
            head="doing",
            cells=[output.cell(one_line(run.activity)) or "–" for run in runs],
            soft=True,
        ),
        Column(head="host", cells=[output.cell(run.host or "–") for run in runs], soft=True),
    ]


def _waiting(runs: Sequence[Run], seen: Overview) -> list[Column]:
    return [
        _numbers(runs),
        _names(runs),
        Column(
            head="waits because",
            cells=[output.cell(one_line(run.reason)) or "–" for run in runs],
            soft=True,
            shortest=40,
        ),
        Column(head="priority", cells=[str(run.priority) for run in runs], right=True),
        Column(head="since", cells=[words.ago(run.created_at, seen.at) for run in runs]),
        Column(head="rule", cells=[output.cell(run.rule) for run in runs]),
        Column(head="seed", cells=[str(run.seed) for run in runs], right=True),
    ]


def _numbers(runs: Sequence[Run]) -> Column:
    return Column(head="run", cells=[str(run.id) for run in runs], right=True, kept=True)


def _names(runs: Sequence[Run]) -> Column:
    return Column(head="name", cells=[output.cell(run.name) for run in runs], soft=True)


def _quality(head: str, metric: str, runs: Sequence[Run]) -> Column:
    cells = [words.decibels(run.latest.get(metric)) for run in runs]
    return Column(head=head, cells=cells, right=True)
