"""Boards as tables of GitHub's Markdown."""

import re
from collections.abc import Mapping, Sequence

from dilctl.export.caption import caption, remarks, title
from dilctl.export.ranking import Place
from dilctl.export.sheet import Choice, Entry, Figure, Line, Sheet
from dilctl.export.tabulation import sheet_of
from dilctl.leaderboard import Board
from dilctl.leaderboard.paper import PaperRow
from dilctl.text import one_line

# What Markdown would obey, wherever it stands.
_SPECIAL = re.compile(r"[\\`*_\[\]|~$#]")
# What would make a list or a heading of a line that begins with it.
_AT_START = re.compile(r"(?P<number>^\d+)(?=[.)](?:\s|$))|^(?=[-+=])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}


def markdown(
    boards: Sequence[Board],
    *,
    papers: Mapping[int, Sequence[PaperRow]] | None = None,
    choice: Choice | None = None,
) -> str:
    """A heading, a caption, a table and notes for each board; empty without boards.

    Args:
        boards: in the order in which they stand.
        papers: rows of the paper, by the place of the board that they stand under.
        choice: what the tables show besides PSNR.
    """
    parts = (
        _board(board, (papers or {}).get(place), choice or Choice())
        for place, board in enumerate(boards)
    )
    return "\n".join(line for part in parts for line in part)


def escaped(text: str) -> str:
    """The text on one line, as Markdown that shows it and obeys nothing in it."""
    plain = _AT_START.sub(r"\g<number>\\", _SPECIAL.sub(r"\\\g<0>", one_line(text)))
    return "".join(_ENTITIES.get(character, character) for character in plain)


def _board(board: Board, papers: Sequence[PaperRow] | None, choice: Choice) -> list[str]:
    sheet = sheet_of(board, papers or (), choice)
    return [
        f"### {escaped(title(board))}",
        "",
        " ".join(escaped(said) for said in caption(board, papers or (), choice)),
        "",
        *_table(sheet),
        "",
        *(f"* {escaped(said)}" for said in remarks(board, papers)),
        "",
    ]


def _table(sheet: Sheet) -> list[str]:
    """GitHub's tables have one line of heads, so the heads over the heads stand in it."""
    heads = [f"{_group(c.group)}{escaped(' '.join(c.head))}" for c in sheet.columns]
    seeds = ["seeds"] if sheet.has_seeds else []
    sides = [":--", *["--:"] * (len(heads) + len(seeds))]
    rows = [_row(line, has_seeds=sheet.has_seeds) for line in sheet.lines]
    return [f"| {' | '.join(cells)} |" for cells in (["rule", *seeds, *heads], sides, *rows)]


def _group(name: str) -> str:
    return "" if name == "against ERM" else f"{name}<br>"


def _row(line: Line, *, has_seeds: bool) -> list[str]:
    seeds = [line.seeds] if has_seeds else []
    return [escaped(line.label), *seeds, *map(_field, line.entries)]


def _field(entry: Entry) -> str:
    mark = r"\*" if entry.is_decided else ""
    interval = f"<br><sub>{entry.interval}</sub>" if entry.interval else ""
    return "/".join(map(_figure, entry.figures)) + mark + interval


def _figure(figure: Figure) -> str:
    match figure.place:
        case Place.BEST:
            return f"**{figure.text}**"
        case Place.SECOND:
            return f"<ins>{figure.text}</ins>"
        case Place.OTHER:
            return figure.text
