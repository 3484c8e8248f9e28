"""All runs that are meant, in order and in groups, as rows of a list; pure functions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import assert_never

from storage.records import Line, Status

_FIRST = (Status.RUNNING, Status.STARTING, Status.QUEUED, Status.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Runs that have a value in common.

    Attributes:
        label: that value; None for those that have none.
        ids: their numbers, in order.
        counts: how many there are of each status.
        best: the one of the best unseen PSNR; None where none has one.
    """

    label: str | None
    ids: tuple[int, ...]
    counts: Mapping[Status, int]
    best: int | None = None


Row = int | Group
"""The number of a run, or the line above a group."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Order:
    """The list of runs without what the runs hold.

    Attributes:
        groups: in the order of their first runs; a single one where nothing is grouped.
        is_grouped: whether the groups are shown.
        statuses: of every run.
        counts: how many runs there are of each status.
    """

    groups: tuple[Group, ...] = ()
    is_grouped: bool = False
    statuses: Mapping[int, Status] = field(default_factory=dict[int, Status])
    counts: Mapping[Status, int] = field(default_factory=dict[Status, int])

    @property
    def ids(self) -> list[int]:
        """The numbers of all runs."""
        return [id for group in self.groups for id in group.ids]

    @property
    def labels(self) -> frozenset[str | None]:
        """The labels of all groups."""
        return frozenset(group.label for group in self.groups)

    def rows(self, folded: Set[str | None] = frozenset()) -> list[Row]:
        """One row for each run and each group, but for the runs of those that are folded."""
        if not self.is_grouped:
            return list(self.ids)
        rows: list[Row] = []
        for group in self.groups:
            rows.append(group)
            rows.extend(() if group.label in folded else group.ids)
        return rows


def live_first(lines: Sequence[Line]) -> list[Line]:
    """Those that run, start, wait or pause before all others, else in the order given."""
    parts: dict[Status | None, list[Line]] = {status: [] for status in (*_FIRST, None)}
    for line in lines:
        parts[line.status if line.status in parts else None].append(line)
    return [line for part in parts.values() for line in part]


def ordered(
    lines: Sequence[Line], *, is_grouped: bool = False, best_first: Iterable[int] = ()
) -> Order:  # fmt: skip
    """The order of these lines.

    Args:
        lines: in the order wanted.
        is_grouped: whether they are grouped as they say.
        best_first: runs with an unseen PSNR, the highest first.
    """
    statuses = {line.id: line.status for line in lines}
    members: dict[str | None, list[int]] = {}
    for line in lines:
        members.setdefault(line.group if is_grouped else None, []).append(line.id)
    label_of = {id: label for label, ids in members.items() for id in ids} if is_grouped else {}
    best: dict[str | None, int] = {}
    for id in best_first:
        if id in label_of:
            best.setdefault(label_of[id], id)
    groups = tuple(
        Group(
            label=label,
            ids=tuple(ids),
            counts=Counter(statuses[id] for id in ids),
            best=best.get(label),
        )
        for label, ids in members.items()
    )
    return Order(
        groups=groups,
        is_grouped=is_grouped,
        statuses=statuses,
        counts=Counter(statuses.values()),
    )


def runs_of(row: Row | None) -> tuple[int, ...]:
    """The runs that a row stands for."""
    match row:
        case None:
            return ()
        case Group():
            return row.ids
        case int():
            return (row,)
        case _:
            assert_never(row)


def place_of(under: Row | None, rows: Sequence[Row], otherwise: int) -> int:
    """Where a row is among others: a group by its label, a run that is folded away by its group."""
    if isinstance(under, Group):
        same = (place for place, row in enumerate(rows) if _label(row) == (under.label,))
        return next(same, otherwise)
    if under in rows:
        return rows.index(under)
    groups = (
        place for place, row in enumerate(rows) if isinstance(row, Group) and under in row.ids
    )
    return next(groups, otherwise)


def _label(row: Row) -> tuple[str | None] | None:
    return (row.label,) if isinstance(row, Group) else None
