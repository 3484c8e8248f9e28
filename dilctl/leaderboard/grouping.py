"""Which runs share a board, and which of them share a row."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dilctl.leaderboard.labels import confounders_of, labels
from dilctl.leaderboard.measured import Measured, Pool, measured, pooled
from dilctl.leaderboard.rows import compared, row
from dilctl.leaderboard.values import Board, Row
from dilctl.leaderboard.words import notes
from storage.records import Evaluation, Run, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What runs must have in common to stand on one board.

    Attributes:
        confounders: full names, sorted: the order of a set says nothing.
        training: sources of the training images.
        validation: share of them that is held out.
    """

    task: str
    confounders: tuple[str, ...]
    training: tuple[str, ...]
    validation: float
    suite: str
    test_set: str


def boards(runs: Sequence[Run], evaluations: Sequence[Evaluation]) -> tuple[Board, ...]:
    """The leaderboards of finished runs, one a test set and confounder set.

    Args:
        runs: runs in any status and order; those that are not done are passed over.
        evaluations: their evaluations; of each run the newest step counts.

    Returns:
        The boards, that of the oldest run first; none for runs without evaluations.
    """
    by_run = {run.id: run for run in runs if run.status is Status.DONE}
    groups: dict[Key, dict[int, list[Evaluation]]] = {}
    for evaluation in sorted(evaluations, key=lambda e: e.run):
        if evaluation.run in by_run:
            members = groups.setdefault(_key(by_run[evaluation.run], evaluation), {})
            members.setdefault(evaluation.run, []).append(evaluation)
    made = [
        _board(key, [(by_run[run], own) for run, own in members.items()])
        for key, members in groups.items()
    ]
    return tuple(board for board in made if board is not None)


def _key(run: Run, evaluation: Evaluation) -> Key:
    data = run.experiment["data"]
    return Key(
        task=run.task,
        confounders=tuple(sorted(confounders_of(run.experiment))),
        training=tuple(data["train"]),
        validation=data["validation"],
        suite=evaluation.suite,
        test_set=evaluation.test_set,
    )


def _board(key: Key, members: Sequence[tuple[Run, Sequence[Evaluation]]]) -> Board | None:
    """The board of a group, None where not one of its runs can be used."""
    by_signature: defaultdict[str, list[Measured]] = defaultdict(list)
    outside: list[Run] = []
    for run, evaluations in members:
        one = measured(run, evaluations)
        if one is None:
            outside.append(run)
        else:
            by_signature[run.signature].append(one)
    pools: list[Pool] = []
    for same in by_signature.values():
        pool, strangers = pooled(same)
        pools.append(pool)
        outside.extend(stranger.run for stranger in strangers)
    return _assembled(key, pools, outside) if pools else None


def _assembled(key: Key, pools: Sequence[Pool], outside: Sequence[Run]) -> Board:
    names = labels([pool.first.run.experiment for pool in pools])
    comparisons = [compared(pool, pools) for pool in pools]
    rows = [
        row(pool, name, comparison)
        for pool, name, comparison in zip(pools, names, comparisons, strict=True)
    ]
    refusals = {
        name: comparison.refusal
        for name, comparison in zip(names, comparisons, strict=True)
        if comparison.refusal
    }
    columns = {column: None for pool in pools for column in pool.first.degradations}
    return Board(
        task=key.task,
        suite=key.suite,
        test_set=key.test_set,
        images=max(len(pool.first.images) for pool in pools),
        confounders=confounders_of(pools[0].first.run.experiment),
        degradations=tuple(columns),
        rows=tuple(sorted(rows, key=_unseen, reverse=True)),
        notes=notes(pools, rows, training=key.training, outside=outside, refusals=refusals),
    )


def _unseen(row: Row) -> float:
    return float("-inf") if row.unseen is None else row.unseen.mean
