"""What somebody wants to see of the leaderboards, and how that outlives a sitting."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from dilctl.text import visible

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board

_LONGEST = 4000

_Word = TypeVar("_Word", bound=StrEnum)


class View(StrEnum):
    """What is shown of a board."""

    TABLE = "table"
    LEVELS = "level curve"
    TRADEOFF = "trade-off"
    BUDGET = "equal budget"


class Metric(StrEnum):
    """What quality is measured by."""

    PSNR = "PSNR"
    SSIM = "SSIM"


class BudgetUnit(StrEnum):
    """What equal budgets are equal in."""

    GRADIENTS = "gradients"
    STEPS = "steps"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which board, and how it is shown.

    Attributes:
        task: empty for that of ``run``, or of the newest finished run.
        query: only these runs count; empty for all.
        run: the one that somebody came to look at; 0 for none.
        suite, test_set: empty for any.
        variant: which of several boards of one suite and test set, by place.
        by: what rows are grouped by; empty for nothing.
        has_paper: whether the paper's rows stand below.
    """

    task: str = ""
    query: str = ""
    run: int = 0
    suite: str = ""
    test_set: str = ""
    variant: int = 0
    view: View = View.TABLE
    metric: Metric = Metric.PSNR
    unit: BudgetUnit = BudgetUnit.GRADIENTS
    by: str = ""
    has_paper: bool = False

    @property
    def question(self) -> tuple[str, str, int]:
        """What decides which boards are computed."""
        return self.task, self.query, self.run


def as_json(wish: Wish) -> Mapping[str, Any]:
    """As plain JSON; nobody is sent back to a run that they once came from."""
    return {name: value for name, value in asdict(wish).items() if name != "run"}


def from_json(state: Mapping[str, Any]) -> Wish:
    """The wish again; what is ill-formed is as if it were not there."""
    variant = state.get("variant")
    return Wish(
        task=_word(state.get("task")),
        query=_word(state.get("query")),
        suite=_word(state.get("suite")),
        test_set=_word(state.get("test_set")),
        by=_word(state.get("by")),
        variant=variant if isinstance(variant, int) and 0 <= variant < _LONGEST else 0,
        view=_one_of(View, state.get("view")),
        metric=_one_of(Metric, state.get("metric")),
        unit=_one_of(BudgetUnit, state.get("unit")),
        has_paper=state.get("has_paper") is True,
    )


def _word(said: object) -> str:
    return said if isinstance(said, str) and len(said) < _LONGEST and visible(said) == said else ""


def _one_of(kind: type[_Word], said: object) -> _Word:
    return kind(said) if said in tuple(kind) else next(iter(kind))


def place_of(boards: "Sequence[Board]", wish: Wish) -> int | None:
    """The place of the board that is meant, or that comes nearest; None where there is none.

    A run that somebody came from goes before suite and test set, and suite before test set; of
    those that are left, one with unseen rows, and as many of them as there are.
    """
    near = [board for board in boards if any(wish.run in row.runs for row in board.rows)] or boards
    near = [board for board in near if board.suite == wish.suite] or near
    near = [board for board in near if board.test_set == wish.test_set] or near
    if not near:
        return None
    chosen = max(near, key=_told_of_unseen)
    if wish.suite:
        kin = variants(near, chosen)
        chosen = kin[min(wish.variant, len(kin) - 1)]
    return next(place for place, board in enumerate(boards) if board is chosen)


def _told_of_unseen(board: "Board") -> tuple[int, int]:
    """How much a board tells of what no rule has seen."""
    rows = sum(row.unseen is not None for row in board.rows)
    return rows, sum(standing == "unseen" for _, standing in board.degradations)


def following(word: _Word, by: int) -> _Word:
    """The word so many places on; after the last comes the first."""
    words = tuple(type(word))
    return words[(words.index(word) + by) % len(words)]


def settled(wish: Wish, task: str, boards: "Sequence[Board]") -> Wish:
    """The wish with what was left open filled in, as it was found."""
    wish, run = replace(wish, task=task, run=0), wish.run
    place = place_of(boards, replace(wish, run=run))
    if place is None or not (run or not wish.suite):
        return wish
    return on_board(wish, boards, place)


def on_board(wish: Wish, boards: "Sequence[Board]", place: int) -> Wish:
    """The board at a place."""
    board = boards[place]
    kin = [each is board for each in variants(boards, board)]
    return replace(wish, suite=board.suite, test_set=board.test_set, variant=kin.index(True))


def variants(boards: "Sequence[Board]", board: "Board") -> "tuple[Board, ...]":
    """The boards of the same suite and test set, which differ in what was trained on."""
    name = (board.suite, board.test_set)
    return tuple(each for each in boards if (each.suite, each.test_set) == name)
