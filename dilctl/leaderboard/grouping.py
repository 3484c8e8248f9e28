"""Which runs share a board, and which of them share a row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dilctl.leaderboard.comparison import compared
from dilctl.leaderboard.labels import (
    Named,
    confounders_of,
    degradations_trained_on,
    images_of,
    labels,
    trained_as_but_for_switches,
)
from dilctl.leaderboard.looks import CropCurves, looks_of
from dilctl.leaderboard.measured import Measured, Pool, measured, pooled
from dilctl.leaderboard.notes import Told, notes
from dilctl.leaderboard.rows import row
from dilctl.leaderboard.values import Board
from storage.records import Evaluation, Run, Status
from trainers.degradations.standing import standing
from trainers.suites import degradations_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What runs must have in common to stand on one board.

    Attributes:
        confounders: full names, sorted: the order of a set says nothing.
        training: sources of the training images, pairs included.
        validation: share of them that is held out.
        border: pixels cut off at each side of a test image before it is judged.
    """

    task: str
    confounders: tuple[str, ...]
    training: tuple[str, ...]
    validation: float
    border: int
    suite: str
    test_set: str

    @property
    def is_of_oracles(self) -> bool:
        """Whether every degradation of the suite was trained on."""
        degradations = degradations_of(self.suite)
        return bool(degradations) and {d.name for d in degradations} <= set(self.confounders)

    @property
    def family(self) -> "Key":
        """What an oracle must share with a board to stand on it."""
        return replace(self, confounders=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The runs of one key, with the evaluations that belong to it."""

    key: Key
    members: Mapping[int, tuple[Run, Sequence[Evaluation]]]

    @property
    def first(self) -> Run:
        """The oldest run."""
        return next(iter(self.members.values()))[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The rows of one group, and the runs that had to be left out of them."""

    pools: tuple[Pool, ...]
    outside: tuple[Run, ...]


def boards(
    runs: Sequence[Run], evaluations: Sequence[Evaluation], curves: Iterable[CropCurves] = ()
) -> tuple[Board, ...]:
    """The leaderboards of finished runs, one a test set and confounder set.

    ERM that was trained on every degradation of a suite is an oracle: it stands on the boards of
    all runs of the same training data, and has one of its own only where there are none.

    Args:
        runs: runs in any status and order; those that are not done are passed over.
        evaluations: their evaluations; of each run and kind of weights the newest step counts.
        curves: looks at them, at most one for each run and kind of weights.

    Returns:
        The boards, that of the oldest run first; none for runs without evaluations.
    """
    groups = _groups(runs, evaluations)
    looks = {(each.run, each.weights): each for each in curves}
    made: list[Board] = []
    for group in groups:
        kin = [other for other in groups if other.key.family == group.key.family]
        others = [other for other in kin if not other.key.is_of_oracles]
        if not (group.key.is_of_oracles and others and _is_erm_alone(group)):
            over = () if group.key.is_of_oracles else [o for o in kin if o.key.is_of_oracles]
            made.extend(_board(group, over, looks))
    return tuple(made)


def _groups(runs: Sequence[Run], evaluations: Sequence[Evaluation]) -> list[Group]:
    by_run = {run.id: run for run in runs if run.status is Status.DONE}
    groups: dict[Key, dict[int, tuple[Run, list[Evaluation]]]] = {}
    for evaluation in sorted(evaluations, key=lambda e: e.run):
        run = by_run.get(evaluation.run)
        if run is not None:
            members = groups.setdefault(_key(run, evaluation), {})
            members.setdefault(run.id, (run, []))[1].append(evaluation)
    return [Group(key=key, members=members) for key, members in groups.items()]


def _key(run: Run, evaluation: Evaluation) -> Key:
    data = run.experiment["data"]
    return Key(
        task=run.task,
        confounders=tuple(sorted(confounders_of(run.experiment))),
        training=images_of(run.experiment),
        validation=data["validation"],
        border=run.experiment["evaluate"].get("border", 0),
        suite=evaluation.suite,
        test_set=evaluation.test_set,
    )


def _is_erm_alone(group: Group) -> bool:
    return all(run.rule == "erm" for run, _ in group.members.values())


def _board(
    group: Group, over: Sequence[Group], looks: Mapping[tuple[int, str], CropCurves]
) -> list[Board]:
    """The board of a group and of the oracles over it; none where no run of it can be used."""
    own = _pooled(group)
    if not own.pools:
        return []
    above = [_pooled(_as_oracles(other, group)) for other in over]
    oracles = tuple(pool for each in above for pool in each.pools)
    outside = dict.fromkeys(run.id for each in (own, *above) for run in each.outside)
    return [_assembled(group, own.pools, oracles, tuple(outside), looks)]


def _as_oracles(group: Group, board: Group) -> Group:
    """The runs of ERM among a group of oracles, with the standings of another group's board."""
    trained_on = degradations_trained_on(board.first.experiment)
    standings = {d.name: standing(d, trained_on) for d in degradations_of(group.key.suite)}
    members = {
        run.id: (run, _restood(own, standings))
        for run, own in group.members.values()
        if run.rule == "erm"
    }
    return replace(group, members=members)


def _restood(own: Sequence[Evaluation], standings: Mapping[str, str]) -> list[Evaluation]:
    """Evaluations with other standings; those of unknown degradations are left out."""
    known = [each for each in own if each.degradation in standings]
    return [replace(each, standing=standings[each.degradation]) for each in known]


def _pooled(group: Group) -> Pooled:
    """A row for each experiment and kind of weights."""
    alike: defaultdict[tuple[str, str], list[Measured]] = defaultdict(list)
    outside: list[Run] = []
    for run, evaluations in group.members.values():
        for weights in dict.fromkeys(e.weights for e in evaluations):
            one = measured(run, [e for e in evaluations if e.weights == weights])
            if one is None:
                outside.append(run)
            else:
                alike[run.signature, weights].append(one)
    pools: list[Pool] = []
    for same in alike.values():
        is_oracle = group.key.is_of_oracles and same[0].run.rule == "erm"
        pool, strangers = pooled(same, is_oracle=is_oracle)
        pools.append(pool)
        outside.extend(stranger.run for stranger in strangers)
    return Pooled(pools=tuple(pools), outside=tuple(outside))


def _assembled(
    group: Group,
    own: Sequence[Pool],
    oracles: Sequence[Pool],
    outside: Sequence[int],
    looks: Mapping[tuple[int, str], CropCurves],
) -> Board:
    pools = (*own, *oracles)
    columns = tuple(dict.fromkeys(each for pool in pools for each in pool.first.degradations))
    told: list[Told] = []
    kin = _kin(own)
    for pool, label in zip(pools, _labels(pools), strict=True):
        comparison = compared(pool, kin.get(_kind(pool), ()), oracles)
        # An oracle does not contend: where its training ended says nothing of the others.
        runs = () if pool.is_oracle else pool.runs
        known = [looks[run, pool.weights] for run in runs if (run, pool.weights) in looks]
        counted = [each for curves in known if (each := looks_of(curves, columns))]
        made = row(pool, label, comparison, counted)
        told.append(Told(row=made, pool=pool, comparison=comparison))
    told.sort(key=_rank)
    return Board(
        task=group.key.task,
        suite=group.key.suite,
        test_set=group.key.test_set,
        images=max(len(pool.first.images) for pool in pools),
        confounders=confounders_of(group.first.experiment),
        border=group.key.border,
        degradations=columns,
        rows=tuple(each.row for each in told),
        notes=tuple(notes(told, training=group.key.training, outside=outside)),
    )


def _kin(pools: Sequence[Pool]) -> Mapping[object, Sequence[Pool]]:
    """Those that differ in nothing but what a row and its ERM may differ in.

    Without it, every row would be held against every other.
    """
    found: defaultdict[object, list[Pool]] = defaultdict(list)
    for pool in pools:
        found[_kind(pool)].append(pool)
    return found


def _kind(pool: Pool) -> object:
    return frozenset(trained_as_but_for_switches(pool.experiment).items())


def _labels(pools: Sequence[Pool]) -> tuple[str, ...]:
    return labels(
        [
            Named(experiment=pool.experiment, weights=pool.weights, is_oracle=pool.is_oracle)
            for pool in pools
        ]
    )


def _rank(told: Told) -> tuple[bool, float]:
    """Contenders by their unseen mean, or their seen, then the oracles, which do not contend."""
    row = told.row
    mean = row.unseen or row.seen
    return row.verdict == "oracle", float("inf") if mean is None else -mean.mean
