"""The rows of a board's table under the headings of their groups."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dilctl.dash.board.table import Entry, Heading, Ours, Published

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board, Row
    from dilctl.leaderboard.paper import PaperRow

_SETTING = re.compile(r"(?P<name>[\w.-]+)=(?P<value>\S+)")


def entries(board: "Board", by: str, papers: "Sequence[PaperRow]") -> tuple[Entry, ...]:
    """Rows as they come, or group by group, then those of the paper.

    Groups stand in the order of their best rows; rows are put together, not averaged.
    """
    paper = tuple(Published(row=row) for row in papers)
    if by not in groupings(board):
        return (*(Ours(row=row) for row in board.rows), *paper)
    groups: dict[str, list[Row]] = {}
    for row in board.rows:
        groups.setdefault(group_of(row, by), []).append(row)
    found: list[Entry] = []
    for value, rows in groups.items():
        found += [Heading(title=f"{by}: {value}"), *(Ours(row=row) for row in rows)]
    return (*found, *([Heading(title="the paper")] if paper else []), *paper)


def groupings(board: "Board") -> tuple[str, ...]:
    """What rows can be grouped by: all in which they differ."""
    names = dict.fromkeys(("rule", "network", "budget", "weights", "seeds", "verdict"))
    names |= dict.fromkeys(name for row in board.rows for name in _settings(row))
    return tuple(n for n in names if len({group_of(row, n) for row in board.rows}) > 1)


def group_of(row: "Row", by: str) -> str:
    """The group of a row; a dash where it has no such setting."""
    match by:
        case "rule" | "network" | "budget" | "weights" | "verdict":
            return str(getattr(row, by))
        case "seeds":
            return str(len(row.seeds))
        case _:
            return _settings(row).get(by, "–")


def _settings(row: "Row") -> dict[str, str]:
    """The settings that a label tells rows apart by."""
    return {said["name"]: said["value"] for said in _SETTING.finditer(row.label)}
