"""Whether anyone works on a registry: only one at rest is replaced or left for another."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, inspect, select

from storage.errors import RefusedError
from storage.records import LIVE
from storage.tables import agents, runs

_SILENCE = timedelta(minutes=2)  # after which an agent that was killed no longer counts


def require_rest(connection: Connection, name: str, now: datetime) -> None:
    """Check that no run of a registry lives and no agent works on it.

    Raises:
        RefusedError: names what is to be ended first.
    """
    if hosts := _working(connection, now):
        raise RefusedError(
            f"an agent on {', '.join(hosts)} works on {name}; there, first: dilctl agent stop"
        )
    live = select(runs.c.id).where(runs.c.status.in_(LIVE)).order_by(runs.c.id)
    if numbers := list(connection.scalars(live.limit(6))):
        named = ", ".join(map(str, numbers[:5])) + (" and others" if len(numbers) > 5 else "")
        raise RefusedError(
            f"run {named} of {name} is not at rest; pause or cancel it first, or have an agent "
            "settle what it left"
        )


def _working(connection: Connection, now: datetime) -> list[str]:
    if not inspect(connection).has_table("agents"):  # which older versions lack
        return []
    spoke = select(agents.c.host).where(agents.c.heartbeat_at >= now - _SILENCE)
    return sorted(connection.scalars(spoke))
