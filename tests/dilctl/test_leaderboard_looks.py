"""The looks at runs, as the board of each suite counts them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dilctl.leaderboard import CropCurves, boards
from dilctl.leaderboard.looks import Looks, crop_curves, last_looks, looks_of, wanted_by
from storage.records import Curve
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished, looked_at, row_of

ERM, DIL = experiment("erm"), experiment("dil-sf")
BOARD = (("gaussian-noise sigma=5", "seen"), ("gaussian-noise sigma=30", "unseen"))


def counted(*looked: CropCurves) -> list[Looks]:
    return [looks for each in looked if (looks := looks_of(each, BOARD))]


def curve(name: str, values: Sequence[float], *, every: int = 10) -> Curve:
    steps = tuple(every * number for number in range(1, len(values) + 1))
    return Curve(
        run=7,
        metric=name,
        steps=steps,
        gradients=tuple(4 * step for step in steps),
        seconds=tuple(step / 10 for step in steps),
        values=tuple(values),
    )


def test_the_means_are_over_the_degradations_of_the_board_alone() -> None:
    levels = {"σ5": [30, 34], "σ10": [28, 30], "σ15": [1, 1], "σ30": [20, 21], "jpeg": [2, 4]}
    of_run = CropCurves(run=7, psnr={name: curve(name, v) for name, v in levels.items()})
    standings = (("σ5", "seen"), ("σ10", "seen"), ("σ15", "interpolated"), ("σ30", "unseen"))

    found = looks_of(of_run, standings)
    assert found is not None
    assert (found.steps, found.gradients, found.seconds) == ((10, 20), (40, 80), (1.0, 2.0))
    assert (found.seen, found.unseen) == ((29.0, 32.0), (20.0, 21.0))
    other = looks_of(of_run, (("jpeg", "unseen"),))
    assert other is not None
    assert (other.seen, other.unseen) == (None, (2.0, 4.0))


def test_steps_at_which_a_degradation_is_missing_are_left_out() -> None:
    five, thirty = (name for name, _ in BOARD)
    curves = {five: curve(five, [1, 2, 3]), thirty: curve(thirty, [4, 5], every=20)}
    (found,) = counted(CropCurves(run=7, psnr=curves))
    assert (found.steps, found.seen, found.unseen) == ((20,), (2.0,), (4.0,))
    never = CropCurves(run=7, psnr=curves | {thirty: curve(thirty, [4], every=15)})
    assert counted(never) == []


def test_a_run_that_was_not_looked_at_under_each_degradation_has_no_looks() -> None:
    (name, _), _ = BOARD
    assert counted(CropCurves(run=7, psnr={name: curve(name, [30])})) == []
    assert looks_of(looked_at(7, 20.0), BOARD[:1]) is None


def test_only_curves_of_tested_degradations_and_known_weights_are_read() -> None:
    run = finished(7, ERM)
    asked: list[tuple[int, Sequence[str]]] = []

    def read(run: int, names: Sequence[str]) -> list[Curve]:
        asked.append((run, names))
        return [curve(name, [20.0] if "crops:" in name else []) for name in names]

    tested = [e for w in ("last", "average", "best-seen") for e in _tested(run.id, w)]
    (found,) = crop_curves(wanted_by(tested), read)
    assert (found.run, found.weights, list(found.psnr)) == (7, "last", [BOARD[1][0]])
    assert asked == [
        (7, ["psnr@crops-average:gaussian-noise sigma=30"]),
        (7, ["psnr@crops:gaussian-noise sigma=30"]),
    ]


def _tested(run: int, weights: str):
    return evaluations(finished(run, ERM), {30: SIX}, weights=weights)


def test_the_last_five_looks_of_each_run_count_and_no_step_leads_from_run_to_run() -> None:
    found = last_looks(
        counted(looked_at(1, 0.0, 21.0, 22.0, 21.5, 21.0, 22.5), looked_at(2, 25.0, 25.25))
    )
    assert found is not None
    assert found.looks == 5
    assert (found.unseen.lowest, found.unseen.highest, found.swing) == (21.0, 25.25, 1.5)
    assert found.unseen.mean == pytest.approx((21 + 22 + 21.5 + 21 + 22.5 + 25 + 25.25) / 7)
    assert found.seen is not None
    assert found.seen.lowest == 26.0
    assert last_looks([]) is None
    single = last_looks(counted(looked_at(1, 24.0)))
    assert single is not None
    assert single.swing is None


def test_a_row_has_the_looks_of_its_own_weights_and_an_oracle_none() -> None:
    average = experiment("dil-sf", average="ema")
    runs = [finished(1, ERM), finished(2, average), finished(3, experiment(is_oracle=True))]
    found = [e for run in runs for e in evaluations(run, {5: SIX, 30: SIX})]
    found += evaluations(runs[1], {5: SIX, 30: SIX}, weights="average")
    found += evaluations(runs[1], {5: SIX, 30: SIX}, weights="best-seen")
    looks = [
        looked_at(2, 24.0, 25.0),
        looked_at(2, 24.0, 24.5, weights="average"),
        looked_at(3, 29.0, 30.0),
    ]
    (board,) = boards(runs, found, looks)
    swings = {
        (row.rule, row.verdict == "oracle", row.weights): row.last_looks and row.last_looks.swing
        for row in board.rows
    }
    assert swings == {
        ("dil-sf", False, "last"): 1.0,
        ("dil-sf", False, "average"): 0.5,
        ("dil-sf", False, "best-seen"): None,
        ("erm", False, "last"): None,
        ("erm", True, "last"): None,
    }
    said = "unseen 24.50 (24.00 to 25.00), step 1.00, seen 29.50 (29.00 to 30.00)."
    assert f"dil-sf rrdb 24×2×12: {said}" in board.notes


def test_a_board_without_seen_degradations_says_nothing_of_seen_looks() -> None:
    runs = [finished(1, ERM), finished(2, DIL)]
    found = [each for run in runs for each in evaluations(run, {5: SIX, 30: SIX})]
    other = [replace(e, suite="noise-types") for e in found if e.standing == "unseen"]
    levels, types = boards(runs, [*found, *other], [looked_at(2, 24.0, 25.0)])

    assert row_of(levels, "dil-sf").last_looks != row_of(types, "dil-sf").last_looks
    assert "dil-sf rrdb 24×2×12: unseen 24.50 (24.00 to 25.00), step 1.00." in types.notes
