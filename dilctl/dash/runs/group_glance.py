"""What the pane tells of the group under the cursor, and how that is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dilctl.dash.runs.glance import SEEN, UNSEEN, Room
from dilctl.dash.runs.order import Group
from dilctl.jobs import Jobs
from storage.records import ENDED, LIVE, ReducedCurve, Run, Status

MOST = 100
"""So many runs of a group are read at most: the live ones, then the newest."""
_MOST_CURVES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGlance:
    """A look at a group.

    Attributes:
        group: the group.
        runs: of it, ``MOST`` at most, the live ones first, then the newest.
        metric: the one that is drawn; empty where no run has one.
        curves: of the first runs that have one, by number.
    """

    group: Group
    runs: tuple[Run, ...]
    metric: str
    curves: Mapping[int, ReducedCurve]


@dataclass(slots=True)
class GroupReader:
    """Reads the runs of one group again only while they have not ended."""

    jobs: Jobs
    _runs: Mapping[int, Run] = field(default_factory=dict[int, Run])
    _curves: Mapping[tuple[int, str, int], ReducedCurve] = field(
        default_factory=dict[tuple[int, str, int], ReducedCurve]
    )

    def read(
        self, group: Group, statuses: Mapping[int, Status], room: Room, *, anew: bool
    ) -> GroupGlance:  # fmt: skip
        """Look at a group. Raises the errors of ``Jobs``."""
        ids = sorted(group.ids, key=lambda id: (statuses[id] not in LIVE, -id))[:MOST]
        runs = self._read_runs(ids, anew=anew)
        metric = next((m for m in (UNSEEN, SEEN) if any(m in run.latest for run in runs)), "")
        drawn = [run for run in runs if metric in run.latest][:_MOST_CURVES]
        curves = self._read_curves(drawn, metric, room)
        return GroupGlance(group=group, runs=runs, metric=metric, curves=curves)

    def _read_runs(self, ids: Iterable[int], *, anew: bool) -> tuple[Run, ...]:
        known = {} if anew else self._runs
        stale = [id for id in ids if id not in known or known[id].status not in ENDED]
        fresh = {run.id: run for run in self.jobs.runs(ids=stale)} if stale else {}
        found = {id: fresh.get(id) or known.get(id) for id in ids}
        self._runs = {id: run for id, run in found.items() if run is not None}
        return tuple(self._runs.values())

    def _read_curves(
        self, runs: Iterable[Run], metric: str, room: Room
    ) -> dict[int, ReducedCurve]:  # fmt: skip
        keys = {run.id: (run.id, metric, room.columns) for run in runs}
        ended = {run.id for run in runs if run.status in ENDED}
        self._curves = {
            key: self._curves[key]
            if key in self._curves and run in ended
            else self.jobs.stretch(run, metric, room.columns)
            for run, key in keys.items()
        }
        return {run: self._curves[key] for run, key in keys.items()}
