"""What the pickers of the board offer, and what a choice makes of a wish."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dilctl.dash.board.choices import UNGROUPED, trained_on
from dilctl.dash.board.entries import groupings
from dilctl.dash.board.picker import Offer
from dilctl.dash.board.reading import BoardPage
from dilctl.dash.board.wish import Wish, variants

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board


def tasks(page: BoardPage) -> tuple[Offer, ...]:
    """Those that have finished runs."""
    return tuple(Offer(value=t, title=t, detail=f"{n:,} done") for t, n in page.tasks.items())


def test_sets(boards: "Sequence[Board]") -> tuple[Offer, ...]:
    """Each with the suites that were tested on it."""
    suites: dict[str, dict[str, None]] = {}
    for board in boards:
        suites.setdefault(board.test_set, {})[board.suite] = None
    return tuple(Offer(value=s, title=s, detail=", ".join(own)) for s, own in suites.items())


def suites(boards: "Sequence[Board]") -> tuple[Offer, ...]:
    """Each with its test sets."""
    sets: dict[str, dict[str, None]] = {}
    for board in boards:
        sets.setdefault(board.suite, {})[board.test_set] = None
    return tuple(Offer(value=s, title=s, detail=", ".join(own)) for s, own in sets.items())


def confounders(boards: "Sequence[Board]", board: "Board") -> tuple[Offer, ...]:
    """What the boards of one suite and test set were trained on."""
    return tuple(
        Offer(value=str(place), title=trained_on(each), detail=_rows(each))
        for place, each in enumerate(variants(boards, board))
    )


def _rows(board: "Board") -> str:
    return "1 row" if len(board.rows) == 1 else f"{len(board.rows):,} rows"


def groups(board: "Board") -> tuple[Offer, ...]:
    """What the rows can be grouped by."""
    return (
        Offer(value="", title=UNGROUPED, detail="in the order of their unseen PSNR"),
        *(Offer(value=name, title=name) for name in groupings(board)),
    )


def on_set(wish: Wish, boards: "Sequence[Board]", name: str) -> Wish:
    """Another test set, under the same suite where it was tested with it."""
    own = [board.suite for board in boards if board.test_set == name]
    suite = wish.suite if wish.suite in own or not own else own[0]
    return replace(wish, test_set=name, suite=suite, variant=0)


def on_suite(wish: Wish, boards: "Sequence[Board]", name: str) -> Wish:
    """Another suite, on the same test set where that was tested with it."""
    own = [board.test_set for board in boards if board.suite == name]
    test_set = wish.test_set if wish.test_set in own or not own else own[0]
    return replace(wish, suite=name, test_set=test_set, variant=0)
