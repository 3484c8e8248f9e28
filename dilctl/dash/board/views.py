"""What stands in place of a board's table: pictures, and a table of equal budgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from dilctl.board_views import NOT_LOOKED_AT
from dilctl.dash.board.reading import MOST_DRAWN, few
from dilctl.dash.board.wish import Metric, View, Wish
from dilctl.text import visible
from dilctl.words import short_degradation

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.dash.board.reading import Behind
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget
    from dilctl.leaderboard.curves import LevelCurves
    from dilctl.leaderboard.tradeoff import Trail

_NARROWEST, _LOWEST, _HIGHEST = 40, 9, 24
_WIDEST = 120
_BESIDE = 130
"""From so many cells on, two pictures stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Cells that there are, and a console that measures tables."""

    width: int
    height: int
    console: Console


def drawn(board: "Board", wish: Wish, behind: "Behind", room: Room) -> RenderableType:
    """What a view other than the table shows of a board."""
    shown = few(board)
    match wish.view:
        case View.LEVELS | View.TABLE:
            picture = _levels(shown, wish.metric, room)
        case View.TRADEOFF:
            picture = _tradeoff(cast("tuple[Trail, ...]", behind or ()), room)
        case View.BUDGET:
            picture = _budget(cast("EqualBudget | None", behind), room)
    return Group(picture, _left_out(board)) if shown.rows != board.rows else picture


def _left_out(board: "Board") -> Text:
    return Text(
        f"Only the {MOST_DRAWN} best of {len(board.rows):,} rows are drawn, and what they are "
        "compared with; a filter (/) chooses others.",
        style="dim",
    )


def _levels(board: "Board", metric: Metric, room: Room) -> RenderableType:
    from dilctl.leaderboard.curves import level_curves
    from dilctl.leaderboard.ssim import of_ssim

    found = level_curves(board if metric is Metric.PSNR else of_ssim(board))
    if not found:
        return _without_levels(board)
    return Group(*(_curves(each, metric, room) for each in found))


def _without_levels(board: "Board") -> Text:
    kinds = ", ".join(short_degradation(name) for name, _ in board.degradations)
    return Text.assemble(
        ("No level curve: ", "bold"),
        f"the degradations of {visible(board.suite)} ({visible(kinds)}) have no three levels of "
        "one kind.\n",
        "u turns to another suite; dilctl eval RUN --level 5..50 tests a run on levels.",
    )


def _curves(curves: "LevelCurves", metric: Metric, room: Room) -> RenderableType:
    from dilctl.plots import level_curves as plots

    words, unit = ("PSNR in dB", ", in dB") if metric is Metric.PSNR else ("SSIM", "")
    legend = plots.legend(curves)
    is_beside = room.width >= _BESIDE
    width = min((room.width - 2) // 2 if is_beside else room.width, _WIDEST)
    left = room.height - len(legend) - 1
    height = max(_LOWEST, min(left if is_beside else left // 2, _HIGHEST))
    absolute = plots.absolute(curves, max(width, _NARROWEST), height=height, quality=words)
    difference = plots.difference(curves, max(width, _NARROWEST), height=height, unit=unit)
    pictures = [each for each in (absolute, difference) if each]
    below = Text("\n").join((*legend, Text(plots.marks(curves), style="dim")))
    if not is_beside:
        return Group(*pictures, below)
    side_by_side = Table.grid(padding=(0, 1))
    side_by_side.add_row(*pictures)
    return Group(side_by_side, below)


def _tradeoff(trails: "Sequence[Trail]", room: Room) -> RenderableType:
    from dilctl.plots import tradeoff as plots

    if not trails:
        return _not_looked_at()
    if not plots.can_be_drawn(trails):
        return Text(plots.UNSEEN_ALONE)
    legend = plots.legend(trails)
    width = max(_NARROWEST, min(room.width, _WIDEST))
    height = max(_LOWEST, min(room.height - len(legend) - 2, _HIGHEST))
    picture = plots.picture(trails, width, height=height)
    return Group(picture, *legend, Text(f"{plots.MARKS}: y copies all of it.", style="dim"))


def _budget(comparison: "EqualBudget | None", room: Room) -> RenderableType:
    from dilctl.plots.budget_table import fitting

    if comparison is None:
        return _not_looked_at()
    notes = (Text(f"· {visible(note)}", style="dim") for note in comparison.notes)
    return Group(fitting(comparison, room.console, room.width), Text(), *notes)


def _not_looked_at() -> Text:
    sentence = f"{NOT_LOOKED_AT[0].upper()}{NOT_LOOKED_AT[1:]}."
    return Text.assemble(("Nothing to draw. ", "bold"), sentence)
