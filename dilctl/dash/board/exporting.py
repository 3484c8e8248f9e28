"""An order for an export carried out, in a thread."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from textual.message import Message

from dilctl.board_text import TextFormat, Wording, written
from dilctl.board_views import Views
from dilctl.dash.board.export_form import Order
from dilctl.dash.board.messages import Copied, Refused, Said
from dilctl.dash.board.saving import save
from dilctl.dash.board.wish import View, Wish
from dilctl.dash.live import EXPECTED
from dilctl.jobs import Jobs

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board

# Terminals take as little as this by OSC 52; what is longer may be cut without a word.
_MOST_COPIED = 70_000


def carry_out(
    order: Order,
    jobs: Jobs,
    boards: "Sequence[Board]",
    wish: Wish,
    clock: Callable[[], datetime],
) -> Message:
    """Write boards, one at least; what came of it as a message to the screen."""
    wording = Wording(
        format=order.format, ssim=order.ssim, intervals=order.intervals, views=_views(order, wish)
    )
    try:
        text = written(jobs, boards, wording, made_at=clock())
        if order.is_copied:
            return Copied(text, f"{order.format}, {len(text.encode()):,} bytes{_warning(text)}")
        path = save(text, order.file, replaces=order.replaces)
    except EXPECTED as error:
        return Refused(order, str(error))
    return Said(f"written to {path}")


def file_name(board: "Board") -> str:
    """What a file of a board may be called, without its ending."""
    said = f"board-{board.task}-{board.test_set}-{board.suite}"
    return re.sub(r"[^\w.-]+", "-", said)[:100]


def _warning(text: str) -> str:
    return "; some terminals take less, a file takes all" if len(text) > _MOST_COPIED else ""


def _views(order: Order, wish: Wish) -> Views:
    """CSV and JSON hold what is looked at; the other formats always hold the table."""
    if order.format not in (TextFormat.CSV, TextFormat.JSON):
        return Views(paper=wish.has_paper)
    match wish.view:
        case View.TABLE:
            return Views(paper=wish.has_paper)
        case View.LEVELS:
            return Views(curve=True)
        case View.TRADEOFF:
            return Views(tradeoff=True)
        case View.BUDGET:
            return Views(budget=wish.unit.value)
        case _:
            assert_never(wish.view)
