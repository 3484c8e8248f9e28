"""Which agents live, and which runs belong to agents that no longer do."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select

from storage.database import upsert
from storage.listing import with_attempts
from storage.records import LIVE, AgentBeat, Attempt, Run
from storage.tables import agents, attempts, runs


def beat(connection: Connection, agent: AgentBeat) -> None:
    """Note that an agent lives, and what it gives away."""
    values = {column.name: getattr(agent, column.name) for column in agents.c}
    values |= {"gpus": [dict(gpu) for gpu in agent.gpus], "vitals": dict(agent.vitals)}
    statement = upsert(connection.dialect.name, agents).values(values)
    others = {name: statement.excluded[name] for name in values if name != "host"}
    connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=others))


def farewell(connection: Connection, host: str) -> None:
    """Forget an agent that leaves."""
    connection.execute(delete(agents).where(agents.c.host == host))


def agents_known(connection: Connection) -> tuple[AgentBeat, ...]:
    """The agents that have not said farewell, by host."""
    rows = connection.execute(select(agents).order_by(agents.c.host)).mappings()
    return tuple(_agent(dict(row)) for row in rows)


def _agent(values: dict[str, Any]) -> AgentBeat:
    values["gpus"] = tuple(values["gpus"])
    return AgentBeat(**values)


def orphans(connection: Connection, silent_since: datetime) -> tuple[tuple[Run, Attempt], ...]:
    """The live runs whose worker and whose host's agent have both said nothing since a moment."""
    speaking = select(1).where(
        agents.c.host == runs.c.host, agents.c.heartbeat_at >= silent_since
    )  # fmt: skip
    newest = and_(attempts.c.run == runs.c.id, attempts.c.number == runs.c.attempt)
    begun = select(attempts.c.started_at).where(newest).correlate(runs).scalar_subquery()
    silent = and_(
        runs.c.status.in_(LIVE),
        func.coalesce(runs.c.heartbeat_at, begun) < silent_since,
        or_(runs.c.host.is_(None), ~speaking.correlate(runs).exists()),
    )
    return with_attempts(connection, silent)
