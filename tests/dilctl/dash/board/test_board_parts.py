"""What the board screen is made of, without a screen."""

from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.dash.board.columns import columns_for
from dilctl.dash.board.entries import entries, groupings
from dilctl.dash.board.reading import MOST_DRAWN, BoardReader, few
from dilctl.dash.board.saving import save
from dilctl.dash.board.table import Heading
from dilctl.dash.board.wish import Metric, View, Wish, as_json, from_json, place_of, settled
from dilctl.dash.news import Pulse
from dilctl.errors import DilctlError, NotFoundError, UsageError
from dilctl.jobs import Jobs
from dilctl.leaderboard import Board, boards
from dilctl.leaderboard.ssim import of_ssim
from dilctl.leaderboard.values import Estimate
from dilctl.plots.interval import Extent, ends, interval
from dilctl.settings import Settings
from tests.dilctl.evaluated import SIX, evaluations, experiment, finished, raised
from tests.dilctl.seeded import fill

LEVELS = {5: SIX, 20: SIX, 30: [value - 4 for value in SIX], 50: [value - 8 for value in SIX]}


def example() -> Board:
    erm, dil = finished(1, experiment("erm")), finished(2, experiment("dil-sf"))
    better = {level: raised(values, level / 100) for level, values in LEVELS.items()}
    (board,) = boards([erm, dil], [*evaluations(erm, LEVELS), *evaluations(dil, better)])
    return board


def test_bars_share_one_scale_and_zero_is_marked_on_it():
    ours, erm = Estimate(mean=2.0, low=1.0, high=4.0), Estimate(mean=-1.0, low=None, high=None)
    extent = Extent.of([ours, erm, None], with_zero=True)

    assert extent is not None
    assert interval(ours, extent, 11).plain == "  │ ├─●───┤"
    assert interval(erm, extent, 11).plain == "● │        "
    assert ends(extent, 11, signed=True).plain == "−1.00 +4.00"
    assert Extent.of([None]) is None


@pytest.mark.parametrize("mean", [0.0, -3.0, float("nan"), float("inf"), 1e300])
def test_a_bar_of_a_single_or_strange_number_is_as_wide_as_any(mean: float):
    extent = Extent.of([Estimate(mean=mean, low=None, high=None)]) or Extent(low=0.0, high=1.0)

    bar = interval(Estimate(mean=mean, low=mean, high=mean), extent, 9)
    assert len(bar.plain) == 9
    assert len(ends(extent, 9).plain) == 9


def test_columns_fill_a_wide_table_and_never_cut_a_number():
    board = example()
    for width in (60, 79, 160, 250):
        columns = columns_for(board, width, Metric.PSNR)
        for column in columns[1:]:
            for row in board.rows:
                assert all(line.cell_len <= column.width for line in column.lines(row))
    assert sum(column.width + 1 for column in columns_for(board, 250, Metric.PSNR)) < 250


def test_ssim_takes_the_place_of_psnr_with_differences_of_common_seeds_only():
    board = example()
    dil = next(row for row in of_ssim(board).rows if row.rule == "dil-sf")

    assert dil.unseen is not None
    unseen = [cell.ssim for cell in dil.cells if cell.standing == "unseen"]
    assert dil.unseen.mean == pytest.approx(sum(unseen) / len(unseen))
    assert (dil.unseen.low, dil.gap_closed) == (None, None)
    assert dil.gain is not None
    longer = tuple(
        replace(row, seeds=(*row.seeds, 9)) if row.rule == "erm" else row for row in board.rows
    )
    dil = next(row for row in of_ssim(replace(board, rows=longer)).rows if row.rule == "dil-sf")
    assert dil.gain is None


def test_rows_are_grouped_by_whatever_tells_them_apart():
    board = example()
    told = tuple(replace(row, label=f"{row.label} lr=0.00{n}") for n, row in enumerate(board.rows))
    board = replace(board, rows=told)

    assert set(groupings(board)) == {"rule", "verdict", "lr"}
    titles = [e.title for e in entries(board, "lr", ()) if isinstance(e, Heading)]
    assert titles == ["lr: 0.000", "lr: 0.001"]
    assert len(entries(board, "gone", ())) == 2


def test_of_very_many_rows_the_best_are_drawn_with_those_that_they_are_compared_with():
    board = example()
    erm = next(row for row in board.rows if row.rule == "erm")
    dil = next(row for row in board.rows if row.rule != "erm")
    crowd = replace(board, rows=(*([dil] * 1000), erm))

    assert few(crowd).rows == (*([dil] * MOST_DRAWN), erm)


def test_a_wish_outlives_a_sitting_and_what_is_ill_formed_does_not():
    wish = Wish(task="denoise", view=View.BUDGET, variant=2, has_paper=True)
    assert from_json(as_json(replace(wish, run=7))) == wish
    nasty = {"task": 3, "view": "?", "variant": -1, "by": "\x1b[0m", "has_paper": 1, "unit": []}
    assert from_json(nasty) == Wish()


def test_the_board_of_a_run_goes_before_the_suite_and_the_set_that_were_looked_at():
    kodak, types = replace(example(), test_set="Kodak24"), replace(example(), suite="noise-types")
    other = replace(types, rows=tuple(replace(row, runs=(9,)) for row in types.rows))
    shown = (kodak, types, other)

    assert place_of(shown, Wish()) == 0
    assert place_of(shown, Wish(suite="noise-types")) == 1
    assert place_of(shown, Wish(suite="noise-types", variant=5)) == 2
    assert place_of(shown, Wish(test_set="Kodak24", suite="gone")) == 0
    assert place_of((), Wish()) is None
    found = settled(Wish(test_set="Kodak24", run=9), "denoise", shown)
    assert (found.suite, found.variant, found.run) == ("noise-types", 1, 0)


def test_a_first_look_is_at_a_board_with_unseen_rows_and_what_was_chosen_goes_before_it():
    told = example()
    seen = tuple((name, "seen") for name, _ in told.degradations)
    rows = tuple(replace(row, unseen=None) for row in told.rows)
    untold = replace(told, suite="confounders", degradations=seen, rows=rows)
    few_rows = replace(told, test_set="Kodak24", rows=told.rows[:1])
    boards = (untold, few_rows, told)

    assert place_of(boards, Wish()) == 2
    assert place_of(boards[:2], Wish()) == 1
    assert place_of(boards, Wish(test_set="Kodak24")) == 1
    assert place_of(boards, Wish(suite="confounders")) == 0


def test_a_file_is_written_whole_and_none_is_lost(tmp_path: Path):
    path = tmp_path / "a table.tex"
    assert save("one", str(path), replaces=False) == path
    with pytest.raises(UsageError, match="is there already"):
        save("two", str(path), replaces=False)
    save("two", str(path), replaces=True)

    assert path.read_text() == "two"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "error"),
    [("", UsageError), (".", UsageError), ("no/where", NotFoundError), ("a\0b", DilctlError)],
)
def test_a_place_that_cannot_be_written_is_refused_in_a_sentence(
    tmp_path: Path, name: str, error: type[DilctlError]
):
    with pytest.raises(error):
        save("text", str(tmp_path / name) if name else "", replaces=False)


@pytest.mark.slow
def test_boards_are_computed_again_only_where_their_own_runs_changed(tmp_path: Path):
    settings, computed = Settings(home=tmp_path / "home"), list[int]()
    fill(settings)
    with Jobs(settings) as jobs:
        pulse = Pulse(jobs)
        reader = BoardReader(jobs, lambda _task, runs: computed.append(runs))
        wish = Wish(task="denoise", view=View.TRADEOFF)
        page = reader.read(wish, pulse.read()[0])
        jobs.cancel([8], who="ada")
        again = reader.read(wish, pulse.read()[0])
        assert again.boards is page.boards
        assert len(page.behind[0, View.TRADEOFF, ""]) == 4
        assert computed == [4]

        tested = jobs.registry.evaluations([2])[:1]
        jobs.registry.add_evaluations(2, tested, who="ada")
        reader.read(wish, pulse.read()[0])
        jobs.remove([4])
        assert reader.read(wish, pulse.read()[0]).boards[0].rows[0].runs == (2,)
        assert computed == [4, 4, 3]
