"""In which format a board is written, and what of it that format holds."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from dilctl.board_text import TextFormat, Wording, written
from dilctl.board_views import Views, as_csv, as_json
from dilctl.cli import board_views, output
from dilctl.cli.words import now
from dilctl.errors import UsageError

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.leaderboard import Board


class Format(StrEnum):
    """What ``--format`` can be."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    LATEX = "latex"
    HTML = "html"


_ENDINGS = {
    ".txt": Format.TABLE,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".tex": Format.LATEX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}
_FOR_PAPERS = (Format.MARKDOWN, Format.LATEX, Format.HTML)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options that choose a format.

    Attributes:
        named: by ``--format``; None where it was not said.
        as_json, as_csv: the short forms.
        output: the file to write, whose ending says the format where nothing else does.
        ssim, intervals: what a table for a paper shows besides PSNR.
    """

    named: Format | None
    as_json: bool
    as_csv: bool
    output: Path | None
    ssim: bool
    intervals: bool

    @property
    def format(self) -> Format:
        """The one format that was asked for.

        Raises:
            UsageError: for several, and for a file of an ending that says none.
        """
        said = {f"--format {self.named}": self.named} if self.named else {}
        short = {"--json": self.as_json, "--csv": self.as_csv}
        said |= {option: Format(option[2:]) for option, is_said in short.items() if is_said}
        if len(set(said.values())) > 1:
            raise UsageError(f"board: say {' or '.join(said)}, not both")
        return next(iter(said.values()), None) or self._of_file()

    def _of_file(self) -> Format:
        if self.output is None or self.output.name in {"", "-"}:
            return Format.TABLE
        found = _ENDINGS.get(self.output.suffix.lower())
        if found is None:
            raise UsageError(
                f"{self.output}: its ending says no format; add --format, or end it in "
                f"{', '.join(ending for ending in _ENDINGS)}"
            )
        return found


def refuse_contradictions(asked: Asked, views: Views) -> None:
    """Refuse what cannot be had at once.

    Raises:
        UsageError: with what to say instead.
    """
    board_views.refuse_contradictions(views, as_csv=asked.format is Format.CSV)
    if asked.format in _FOR_PAPERS and views.instead:
        raise UsageError(
            f"board: {views.instead[0]} is drawn on a terminal and written by --csv and --json, "
            f"not as {asked.format}{_instead(asked.format, views.instead[0])}"
        )
    if asked.format not in _FOR_PAPERS and (asked.ssim or asked.intervals):
        option = "--ssim" if asked.ssim else "--intervals"
        raise UsageError(
            f"board: {option} is for --format markdown, latex and html; "
            "CSV and JSON hold both without being asked"
        )


def _instead(named: Format, option: str) -> str:
    if named is Format.HTML and option != "--budget":
        return "; the HTML report shows it without being asked"
    return ""


def write(jobs: "Jobs", boards: "Sequence[Board]", views: Views, asked: Asked) -> None:
    """Print boards, of which there may be none, as they were asked for."""
    match asked.format:
        case Format.JSON:
            output.write_json(as_json(jobs, boards, views))
        case Format.CSV:
            sys.stdout.write(as_csv(jobs, boards, views))
        case Format.TABLE:
            _print(jobs, boards, views)
        case Format.MARKDOWN | Format.LATEX | Format.HTML as for_paper:
            if boards:
                sys.stdout.write(
                    written(jobs, boards, _wording(for_paper, views, asked), made_at=now())
                )
        case _:
            assert_never(asked.format)


def _wording(named: Format, views: Views, asked: Asked) -> Wording:
    return Wording(
        format=TextFormat(named), ssim=asked.ssim, intervals=asked.intervals, views=views
    )


def _print(jobs: "Jobs", boards: "Sequence[Board]", views: Views) -> None:
    if views.instead:
        board_views.show(jobs, boards, views, output.stdout(), drawn=output.can_draw())
        return
    from dilctl.cli.board_table import print_boards

    print_boards(boards, with_paper=views.paper)
