"""What the list of runs reads through ``Jobs``: what is in sight, and only where it may be new."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dilctl.dash.news import News
from dilctl.dash.runs.glance import Glance, Room, glance_at
from dilctl.dash.runs.group_glance import GroupGlance, GroupReader
from dilctl.dash.runs.order import Group, Order, Row, live_first, ordered
from dilctl.dash.runs.wish import Wish
from dilctl.jobs import Jobs
from storage.errors import UnknownRunError
from storage.records import ENDED, LIVE, Line, Run

FIRST = 60
"""So many runs are read with a new list, of which nobody knows yet what is in sight."""

_BEST = "-psnr@crops:unseen"
_SPARING = 20
"""What drifts is read again after so many times as long as reading it takes."""
_ANEW = 10
"""Each so many looks all in sight is read again: tags and priorities change without events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What of the list is looked at.

    Attributes:
        ids: the runs in sight, and some beyond.
        marked: the runs that are marked.
        cursor: the run or the group under the cursor.
        room: for what is told of it; None where nothing is.
        has_devices: whether devices are shown.
    """

    ids: tuple[int, ...] = ()
    marked: frozenset[int] = frozenset()
    cursor: Row | None = None
    room: Room | None = None
    has_devices: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """The list of runs as it is now.

    Attributes:
        wish: what was asked.
        order: all runs that are meant; the same object while nothing changed.
        records: the runs in sight.
        marked: those of the marked runs that there still are.
        devices: what live runs in sight hold, by number.
        glance: at the run or the group under the cursor, where that is wanted.
        news: the news of then.
    """

    wish: Wish
    order: Order
    records: Mapping[int, Run]
    marked: Mapping[int, Run]
    devices: Mapping[int, str]
    glance: Glance | GroupGlance | None
    news: News


@dataclass(slots=True)
class RunsReader:
    """Reads the order again when there is news or where it drifts, records when they may change.

    ``seconds`` is a clock that never goes back.
    """

    jobs: Jobs
    seconds: Callable[[], float] = time.monotonic
    _asked: tuple[News, Wish] | None = None
    _order: Order = field(default_factory=Order)
    _due: float = 0.0
    _looks: int = 0
    _known: Mapping[int, Run] = field(default_factory=dict[int, Run])
    _marked: Mapping[int, Run] = field(default_factory=dict[int, Run])
    _devices: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    _glance: Glance | None = None
    _room: Room | None = None
    _members: GroupReader | None = None

    def read(self, news: News, wish: Wish, sight: Sight) -> RunsPage:
        """The runs now. Raises the errors of ``Jobs``; the next call then starts afresh."""
        before, self._asked = self._asked, None
        has_news = before is None or before[0] != news
        is_other = before is None or before[1] != wish
        if has_news or is_other or (wish.drifts and self.seconds() >= self._due):
            self._order = self._read_order(wish)
        self._looks += 1
        first = self._order.ids[:FIRST] if is_other or not sight.ids else ()
        self._read_records((*sight.ids, *first), anew=has_news or not self._looks % _ANEW)
        self._read_marked(sight.marked)
        self._read_devices(shown=sight.has_devices)
        glance = self._look(sight, anew=has_news)
        self._asked = (news, wish)
        return RunsPage(
            wish=wish,
            order=self._order,
            records=self._known,
            marked=self._marked,
            devices={run: said for (run, _), said in self._devices.items() if said},
            glance=glance,
            news=news,
        )

    def _read_order(self, wish: Wish) -> Order:
        start = self.seconds()
        lines = self.jobs.lines(wish.query, sort=wish.sort, by=wish.by)
        best: tuple[Line, ...] = ()
        if wish.by:
            is_at_hand = wish.sort == _BEST
            best = lines if is_at_hand else self.jobs.lines(wish.query, sort=_BEST)
        order = ordered(
            lines if wish.sort else live_first(lines),
            is_grouped=bool(wish.by),
            best_first=(line.id for line in best),
        )
        end = self.seconds()
        self._due = end + _SPARING * (end - start)
        return order

    def _read_records(self, ids: Iterable[int], *, anew: bool) -> None:
        """Bring the records of these up to date, and forget all others."""
        wanted = [id for id in dict.fromkeys(ids) if id in self._order.statuses]
        known = self._known
        stale = [id for id in wanted if anew or id not in known or known[id].status not in ENDED]
        fresh = self._fetched(stale)
        found = {id: fresh.get(id) or known.get(id) for id in wanted}
        self._known = {id: run for id, run in found.items() if run is not None}

    def _read_marked(self, marked: frozenset[int]) -> None:
        """Read those that are not known yet, or that are in another state than they were."""
        statuses = self._order.statuses
        known = {**self._marked, **self._known}
        stale = [id for id in marked if id not in known or known[id].status != statuses.get(id)]
        held = {id: known[id] for id in marked.difference(stale)}
        self._marked = {**held, **self._fetched(stale)}

    def _fetched(self, ids: list[int]) -> dict[int, Run]:
        """Records by number; one that did not change is the one known before."""
        fresh = self.jobs.runs(ids=ids) if ids else ()
        return {run.id: self._same(run) for run in fresh}

    def _same(self, run: Run) -> Run:
        before = self._known.get(run.id)
        return before if before is not None and before == run else run

    def _read_devices(self, *, shown: bool) -> None:
        """An attempt's devices never change: they are read once."""
        live = [run for run in self._known.values() if run.status in LIVE] if shown else []
        known = self._devices
        self._devices = {
            (run.id, run.attempt): known.get((run.id, run.attempt)) or self._devices_of(run)
            for run in live
        }

    def _devices_of(self, run: Run) -> str:
        attempts = self.jobs.attempts(run.id)
        gpus = attempts[-1].devices.get("gpus") if attempts else None
        if gpus:
            return ",".join(map(str, gpus))
        return "cpu" if attempts and attempts[-1].devices else ""

    def _look(self, sight: Sight, *, anew: bool) -> Glance | GroupGlance | None:
        if not isinstance(sight.cursor, Group):
            self._members = None
            self._read_glance(sight.cursor, sight, anew=anew)
            return self._glance
        label, groups = sight.cursor.label, self._order.groups if self._order.is_grouped else ()
        group = next((group for group in groups if group.label == label), None)
        if group is None or sight.room is None:
            return None
        self._members = self._members or GroupReader(self.jobs)
        return self._members.read(group, self._order.statuses, sight.room, anew=anew)

    def _read_glance(self, cursor: int | None, sight: Sight, *, anew: bool) -> None:
        run = None if cursor is None else self._known.get(cursor)
        before, room_before = self._glance, self._room
        self._glance, self._room = None, sight.room
        if run is None or sight.room is None:
            return
        is_same = before is not None and before.run is run and room_before == sight.room
        if is_same and run.status in ENDED and not anew:
            self._glance = before
            return
        try:
            self._glance = glance_at(self.jobs, run, sight.room)
        except UnknownRunError:  # it was removed a moment ago; the next news says so
            return
