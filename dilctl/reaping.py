"""Settles what dead workers left behind on a machine where no agent works; starts nothing."""

import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.settings import Settings
from storage.errors import ReadOnlyRegistryError
from storage.records import Attempt, Run
from storage.registry import Registry

if TYPE_CHECKING:
    from dilctl.agent.workplace import Workplace
    from dilctl.launch import Launcher

SILENCE = timedelta(minutes=2)
"""After which a worker and its agent, of whom nothing is heard, count as gone."""

FAR_SILENCE = timedelta(minutes=15)
"""The same where the word comes from other machines, whose clocks may differ from this one's."""


def reap(
    registry: Registry,
    settings: Settings,
    launcher: "Launcher | None" = None,
    *,
    host: str | None = None,
    now: datetime | None = None,
) -> int:
    """Settle the runs that count as live and are not, where no agent does it; returns how many.

    Runs of this machine are known by their processes; those of others by two minutes without any
    sign of life from worker and agent. Costs two small queries while nothing is live. A registry
    that may only be read stays as it is.

    Args:
        registry: the registry.
        settings: where runs lie.
        launcher: knows processes; None: those of this machine.
        host: this machine's name; None: as the system has it.
        now: the time; None: now.
    """
    host, now = host or socket.gethostname(), now or datetime.now(UTC)
    if not _suspects(registry, settings, host, now):
        return 0
    from dilctl.lock import kept_free

    with kept_free(settings.agent_lock(host)) as is_free:
        if not is_free:  # the agent does it
            return 0
        try:  # asked again: an agent may have settled and started runs before it left
            suspects = _suspects(registry, settings, host, now)
            return _settle(_workplace(registry, settings, launcher, host), suspects)
        except ReadOnlyRegistryError:
            return 0


def _suspects(
    registry: Registry, settings: Settings, host: str, now: datetime
) -> Sequence[tuple[Run, Attempt]]:
    """Live runs that may be dead: this machine's, and those of which nothing is heard."""
    orphans = registry.orphans(now - SILENCE)
    if not isinstance(settings.registry, Path):
        # Another machine may bear this name, and another container's processes are not seen here.
        long_silent = {run.id for run, _ in registry.orphans(now - FAR_SILENCE)} if orphans else ()
        return [held for held in orphans if held[0].id in long_silent or _is_of_this_boot(held[1])]
    held = registry.held_by(host)
    known = {run.id for run, _ in held}
    return (*held, *(orphan for orphan in orphans if orphan[0].id not in known))


def _is_of_this_boot(attempt: Attempt) -> bool:
    """Whether it ran on this very machine, whose clock is this one's."""
    from dilctl.launch.processes import boot

    return any(process.boot == boot() for process in attempt.processes)


def _workplace(
    registry: Registry, settings: Settings, launcher: "Launcher | None", host: str
) -> "Workplace":
    # Imported here: most often there is nothing to do, and a listing must be quick.
    from dilctl.agent.workplace import Machine, Pace, Workplace
    from dilctl.launch.local import LocalLauncher
    from dilctl.launch.processes import boot

    return Workplace(
        registry=registry,
        launcher=launcher or LocalLauncher(),
        settings=settings,
        machine=Machine(host=host, slots=0, gpus=tuple, boot=boot()),
        pace=Pace(),
    )


def _settle(work: "Workplace", suspects: Sequence[tuple[Run, Attempt]]) -> int:
    from dilctl.agent.keeper import Keeper
    from dilctl.agent.presence import silent

    keeper = Keeper(work)
    return sum(
        keeper.take_over(
            run,
            attempt,
            vanished="" if run.host == work.machine.host else silent(run, attempt, SILENCE),
        )
        for run, attempt in suspects
    )
