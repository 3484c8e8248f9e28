r"""Boards as LaTeX tables to be put into a paper by ``\input``."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise

from dilctl.export.caption import caption, remarks, title
from dilctl.export.ranking import Place
from dilctl.export.sheet import Choice, Column, Entry, Figure, Line, Sheet
from dilctl.export.tabulation import sheet_of
from dilctl.export.tex import comment, escaped
from dilctl.leaderboard import Board
from dilctl.leaderboard.paper import PaperRow

_HEAD = (
    r"% In the preamble: \usepackage{booktabs} and \usepackage{graphicx}.",
    "% A table that is wider than its lines is made to fit them.",
)
# So many characters in a row are more than one of two columns holds.
_WIDE = 56
_TO_FIT = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"

Papers = Mapping[int, Sequence[PaperRow]]
"""Rows of the paper, by the place of the board that they stand under."""


def latex(
    boards: Sequence[Board], *, papers: Papers | None = None, choice: Choice | None = None
) -> str:
    """One table a board, with its caption and its notes as comments; empty without boards.

    Best bold, second underlined. All but the comments is ASCII, whatever names the boards have.
    """
    if not boards:
        return ""
    labels = _labels(boards)
    tables = (
        _table(board, label, (papers or {}).get(place), choice or Choice())
        for place, (board, label) in enumerate(zip(boards, labels, strict=True))
    )
    return "\n".join([*_HEAD, *(line for table in tables for line in ("", *table))]) + "\n"


def _labels(boards: Sequence[Board]) -> list[str]:
    r"""Names for ``\ref``, each once."""
    made: list[str] = []
    for board in boards:
        words = f"{board.task} {board.test_set} {board.suite}"
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
        base = name = f"tab:{re.sub('[^a-z0-9]+', '-', plain).strip('-')}"
        number = 1
        while name in made:
            number += 1
            name = f"{base}-{number}"
        made.append(name)
    return made


def _table(
    board: Board, label: str, papers: Sequence[PaperRow] | None, choice: Choice
) -> list[str]:
    sheet = sheet_of(board, papers or (), choice)
    kind = "table*" if _width(sheet) > _WIDE else "table"
    said = " ".join(escaped(each) for each in caption(board, papers or (), choice))
    return [
        comment(title(board)),
        *(comment(remark) for remark in remarks(board, papers)),
        rf"\begin{{{kind}}}[t]",
        r"  \centering",
        rf"  \caption{{{said}}}",
        rf"  \label{{{label}}}",
        r"  \medskip",
        f"  {_TO_FIT}",
        *(f"  {line}" for line in _tabular(sheet)),
        r"  }",
        rf"\end{{{kind}}}",
    ]


def _width(sheet: Sheet) -> int:
    """About how many characters the widest row of a table takes."""
    return max(len(line.label) + sum(map(_length, line.entries)) for line in sheet.lines)


def _length(entry: Entry) -> int:
    between_columns = 2
    return len("/".join(each.text for each in entry.figures)) + between_columns


def _tabular(sheet: Sheet) -> list[str]:
    numbers = len(sheet.columns) + sheet.has_seeds
    return [
        rf"\begin{{tabular}}{{l*{{{numbers}}}{{r}}}}",
        r"  \toprule",
        *(f"  {line}" for line in _heads(sheet)),
        r"  \midrule",
        *(f"  {line}" for line in _body(sheet.lines, has_seeds=sheet.has_seeds)),
        r"  \bottomrule",
        r"\end{tabular}%",
    ]


def _heads(sheet: Sheet) -> list[str]:
    """The heads of groups, the lines under them, and the heads of columns."""
    first = 2 + sheet.has_seeds
    above, rules = [""] * (first - 1), list[str]()
    for name, width in sheet.groups:
        above.append(rf"\multicolumn{{{width}}}{{c}}{{{escaped(name)}}}")
        rules.append(rf"\cmidrule(lr){{{first}-{first + width - 1}}}")
        first += width
    below = ["rule", *(["seeds"] if sheet.has_seeds else []), *map(_head, sheet.columns)]
    return [_joined(above), " ".join(rules), _joined(below)]


def _head(column: Column) -> str:
    lines = [escaped(line) for line in column.head]
    stacked = r"\\".join(lines)
    return stacked if len(lines) == 1 else rf"\shortstack[r]{{{stacked}}}"


def _body(lines: Sequence[Line], *, has_seeds: bool) -> list[str]:
    """Rows, with a rule where another kind of them begins."""
    made: list[str] = []
    for line, after in pairwise((*lines, None)):
        assert line is not None
        made.extend(_rows(line, has_seeds=has_seeds))
        if after is not None and after.kind != line.kind:
            made.append(r"\midrule")
    return made


def _rows(line: Line, *, has_seeds: bool) -> list[str]:
    """A row, and one for its intervals where it has any."""
    seeds = [escaped(line.seeds)] if has_seeds else []
    made = [_joined([escaped(line.label), *seeds, *map(_field, line.entries)])]
    if any(entry.interval for entry in line.entries):
        blank = [""] * (1 + has_seeds)
        made.append(_joined([*blank, *(_interval(entry) for entry in line.entries)]))
    return made


def _joined(fields: Sequence[str]) -> str:
    return " & ".join(fields).strip() + r" \\"


def _field(entry: Entry) -> str:
    mark = r"\rlap{$^{*}$}" if entry.is_decided else ""
    return "/".join(_figure(each) for each in entry.figures) + mark


def _figure(figure: Figure) -> str:
    said = _number(figure.text)
    match figure.place:
        case Place.BEST:
            return rf"\textbf{{{said}}}"
        case Place.SECOND:
            return rf"\underline{{{said}}}"
        case Place.OTHER:
            return said


def _interval(entry: Entry) -> str:
    return rf"{{\scriptsize [{_number(entry.interval)}]}}" if entry.interval else ""


def _number(text: str) -> str:
    """A number with a sign as long as mathematics has it."""
    return re.sub(r"[-+]", r"$\g<0>$", escaped(text)) if text[:1] != "–" else escaped(text)
