"""The line that says what is looked at, and by which keys and clicks something else is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from dilctl.dash.board.wish import View, Wish, variants
from dilctl.text import visible
from dilctl.words import short_degradation

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board

UNGROUPED = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be chosen: its key, what it is, what is chosen, and what a click does."""

    key: str
    name: str
    value: str
    action: str


def choices(wish: Wish, boards: "Sequence[Board]", board: "Board | None") -> tuple[Choice, ...]:
    """What there is to choose for a view of a board."""
    of_view: tuple[Choice, ...] = ()
    metric = Choice(key="m", name="metric", value=wish.metric, action="metric")
    match wish.view:
        case View.TABLE:
            group = Choice(key="w", name="by", value=wish.by or UNGROUPED, action="pick_group")
            of_view = (metric, group) if wish.by else (metric,)
        case View.LEVELS:
            of_view = (metric,)
        case View.BUDGET:
            of_view = (Choice(key="b", name="equal", value=wish.unit, action="unit"),)
        case View.TRADEOFF:
            pass
    query = Choice(key="/", name="filter", value=wish.query, action="query")
    task = Choice(key="t", name="task", value=wish.task or "–", action="pick_task")
    return (
        task,
        *(_of_board(boards, board) if board else ()),
        *of_view,
        *([query] if wish.query else []),
    )


def _of_board(boards: "Sequence[Board]", board: "Board") -> tuple[Choice, ...]:
    kin = variants(boards, board)
    trained = Choice(key="c", name="trained on", value=trained_on(board), action="pick_variant")
    return (
        Choice(key="d", name="set", value=board.test_set, action="pick_set"),
        Choice(key="u", name="suite", value=board.suite, action="pick_suite"),
        *((trained,) if len(kin) > 1 else ()),
    )


def trained_on(board: "Board") -> str:
    """What the rows of a board were trained on, in short."""
    return " ".join(short_degradation(name) for name in board.confounders)


def lines(shown: Sequence[Choice], width: int) -> Text:
    """All of them, none broken at a line's end; a click on one does what its key does."""
    text, used = Text(), 0
    for said in map(_said, shown):
        if used and used + 2 + said.cell_len > width:
            text.append("\n")
            used = 0
        elif used:
            text.append("  ")
            used += 2
        text.append_text(said)
        used += said.cell_len
    return text


def _said(choice: Choice) -> Text:
    click = Style(meta={"@click": f"screen.{choice.action}"})
    said = Text.assemble(
        (choice.key, "bold cyan"), (f" {choice.name}: ", "dim"), (visible(choice.value), "bold")
    )
    said.stylize(click)
    return said
