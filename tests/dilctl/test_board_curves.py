"""Quality against level, and seen against unseen through training."""

from dataclasses import replace

import pytest

from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.curves import level_curves
from dilctl.leaderboard.looks import Looks
from dilctl.leaderboard.tradeoff import tradeoff, wanted_on
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished, raised

LEVELS = {5: SIX, 20: SIX, 30: [value - 4 for value in SIX], 50: [value - 8 for value in SIX]}


def example() -> Board:
    erm, dil = finished(1, experiment("erm")), finished(2, experiment("dil-sf"))
    better = {level: raised(values, level / 100) for level, values in LEVELS.items()}
    (board,) = boards([erm, dil], [*evaluations(erm, LEVELS), *evaluations(dil, better)])
    return board


def looks(run: int, weights: str = "last") -> Looks:
    return Looks(
        run=run,
        weights=weights,
        steps=(100, 200),
        gradients=(400, 800),
        seconds=(1.0, 2.0),
        seen=(30.0, 31.0),
        unseen=(20.0, 21.0),
    )


def renamed(board: Board, names: dict[str, str]) -> Board:
    rows = [
        replace(
            row,
            cells=tuple(replace(c, degradation=names[c.degradation]) for c in row.cells),
        )
        for row in board.rows
    ]
    columns = tuple((names[name], word) for name, word in board.degradations)
    return replace(board, rows=tuple(rows), degradations=columns, confounders=())


def test_a_level_curve_has_every_level_in_order_with_its_interval_and_its_distance_to_erm():
    (curves,) = level_curves(example())

    assert (curves.kind, curves.parameter, curves.convention) == ("gaussian-noise", "sigma", "")
    assert curves.seen == (5, 20)
    dil, erm = curves.curves
    assert dil.label.startswith("dil-sf")
    assert [point.level for point in dil.points] == [5, 20, 30, 50]
    assert [point.standing for point in dil.points] == ["seen", "seen", "unseen", "unseen"]
    last = dil.points[-1]
    assert last.psnr.low is not None
    assert last.psnr.low < last.psnr.mean
    assert last.to_erm is not None
    assert last.to_erm.mean == pytest.approx(0.5)
    assert last.to_erm.low == pytest.approx(0.5)
    assert all(point.to_erm is None for point in erm.points)


def test_the_distance_to_erm_is_over_the_seeds_that_both_have_as_the_gain_is():
    erm = [finished(seed, experiment("erm"), seed=seed) for seed in (1, 2)]
    dil = finished(3, experiment("dil-sf"), seed=2)
    levels = {
        run.id: {s: raised(SIX, by) for s in (5, 30, 40, 50)}
        for run, by in ((erm[0], 0.0), (erm[1], 4.0), (dil, 3.0))
    }
    (board,) = boards([*erm, dil], [e for r in (*erm, dil) for e in evaluations(r, levels[r.id])])
    (curves,) = level_curves(board)

    of_dil = next(curve for curve in curves.curves if curve.label.startswith("dil-sf"))
    changes = [point.to_erm and point.to_erm.mean for point in of_dil.points]
    assert changes == pytest.approx([-1.0] * 4)
    (gain,) = [row.gain for row in board.rows if row.gain]
    assert gain.mean == pytest.approx(-1.0)


def test_other_conventions_make_a_curve_of_their_own_and_two_levels_make_none():
    names = {
        "gaussian-noise sigma=5": "gaussian-noise sigma=5 clip=false",
        "gaussian-noise sigma=20": "gaussian-noise sigma=20 clip=false",
        "gaussian-noise sigma=30": "gaussian-noise sigma=30 clip=false",
        "gaussian-noise sigma=50": "gaussian-noise sigma=50",
    }
    (curves,) = level_curves(renamed(example(), names))
    assert curves.convention == "clip=false"
    assert curves.seen == ()
    assert [point.level for point in curves.curves[0].points] == [5, 20, 30]


def test_types_without_a_level_have_no_curve():
    names = {
        "gaussian-noise sigma=5": "mixture gaussian-noise sigma=15 + jpeg quality=30",
        "gaussian-noise sigma=20": "mixture poisson-noise alpha=2 + jpeg quality=30",
        "gaussian-noise sigma=30": "poisson-noise alpha=2",
        "gaussian-noise sigma=50": "hybrid severity=5..8",
    }
    assert level_curves(renamed(example(), names)) == ()


def test_each_seed_that_was_looked_at_has_its_trail():
    erm = [finished(number, experiment("erm"), seed=number) for number in (1, 2, 3)]
    found = [evaluation for run in erm for evaluation in evaluations(run, LEVELS)]
    (board,) = boards(erm, found)

    trails = tradeoff(board, [looks(1), looks(3)])

    assert [(trail.seed, trail.looks.run) for trail in trails] == [(1, 1), (3, 3)]
    names = ["gaussian-noise sigma=5", "gaussian-noise sigma=20"]
    names += ["gaussian-noise sigma=30", "gaussian-noise sigma=50"]
    assert wanted_on(board) == {(run, "last"): names for run in (1, 2, 3)}


def test_averaged_weights_have_a_trail_of_their_own_and_those_of_the_best_look_have_none():
    board = example()
    dil, erm = board.rows
    rows = (
        replace(erm, label="best", weights="best-seen"),
        erm,
        replace(erm, label="average", weights="average"),
        dil,
    )
    trails = tradeoff(replace(board, rows=rows), [looks(1), looks(1, "average"), looks(2)])

    assert [(t.label, t.looks.run, t.looks.weights) for t in trails] == [
        (erm.label, 1, "last"),
        ("average", 1, "average"),
        (dil.label, 2, "last"),
    ]


def test_weights_of_the_best_look_have_no_trail_even_where_they_are_alone():
    board = example()
    rows = tuple(replace(row, weights="best-seen") for row in board.rows)
    alone = replace(board, rows=rows)
    assert tradeoff(alone, [looks(1), looks(2)]) == ()
    assert wanted_on(alone) == {}


def test_an_oracle_has_no_trail_since_seen_means_something_else_to_it():
    board = example()
    rows = tuple(replace(row, verdict="oracle") for row in board.rows)
    assert tradeoff(replace(board, rows=rows), [looks(1), looks(2)]) == ()
