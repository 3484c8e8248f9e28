"""A leaderboard as text in the format that somebody chose, for a file, a pipe or a clipboard."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from dilctl.board_views import Views, as_csv, as_json, trails
from dilctl.plain import plain

if TYPE_CHECKING:  # these cost numpy, which starting does without
    from dilctl.export.sheet import Choice
    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.paper import PaperRow


class TextFormat(StrEnum):
    """What a board is written in where no terminal draws it."""

    LATEX = "latex"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    HTML = "html"

    @property
    def ending(self) -> str:
        """That of a file's name, with its dot."""
        return {"latex": ".tex", "markdown": ".md"}.get(self, f".{self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a board is written.

    Attributes:
        format: in what.
        ssim, intervals: what LaTeX, Markdown and HTML show besides PSNR; CSV and JSON hold both.
        views: what CSV and JSON show in place of the table; the paper's rows go with any format.
    """

    format: TextFormat
    ssim: bool = False
    intervals: bool = False
    views: Views = Views()


def written(jobs: "Jobs", boards: "Sequence[Board]", wording: Wording, *, made_at: datetime) -> str:
    """Boards, one at least, as text.

    Args:
        jobs: reads what lies behind them.
        boards: in the order in which they stand.
        wording: how.
        made_at: what a report says of its age, aware.

    Raises:
        NotFoundError, UsageError: the views show nothing of these boards.
    """
    from dilctl.export.latex import latex
    from dilctl.export.markdown import markdown
    from dilctl.export.sheet import Choice

    papers = _papers(boards, wording.views)
    choice = Choice(ssim=wording.ssim, intervals=wording.intervals)
    match wording.format:
        case TextFormat.LATEX:
            return latex(boards, papers=papers, choice=choice)
        case TextFormat.MARKDOWN:
            return markdown(boards, papers=papers, choice=choice)
        case TextFormat.CSV:
            return as_csv(jobs, boards, wording.views)
        case TextFormat.JSON:
            value = plain(as_json(jobs, boards, wording.views))
            return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"
        case TextFormat.HTML:
            return _report(jobs, boards, papers, choice, made_at)
        case _:
            assert_never(wording.format)


def _papers(boards: "Sequence[Board]", views: Views) -> "dict[int, Sequence[PaperRow]]":
    """The paper's rows, by the place of the board that they stand under."""
    from dilctl.leaderboard.paper import paper_rows

    return {place: paper_rows(board) for place, board in enumerate(boards)} if views.paper else {}


def _report(
    jobs: "Jobs",
    boards: "Sequence[Board]",
    papers: "dict[int, Sequence[PaperRow]]",
    choice: "Choice",
    made_at: datetime,
) -> str:
    from dilctl.export.report import Contents, report

    behind = sorted({run for board in boards for row in board.rows for run in row.runs})
    return report(
        Contents(
            boards=boards,
            papers=papers,
            choice=choice,
            trails=trails(jobs, boards),
            runs=jobs.runs(ids=behind),
            made_at=made_at,
        )
    )
