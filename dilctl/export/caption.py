"""What a paper's reader must be told of the table of a board, in sentences."""

from collections.abc import Sequence

from dilctl.export.sheet import Choice
from dilctl.export.tabulation import shared_network
from dilctl.leaderboard import Board, Row, sentence
from dilctl.leaderboard.paper import PaperRow, paper_notes
from dilctl.leaderboard.phrases import counted, listed
from dilctl.words import short_degradation


def caption(board: Board, papers: Sequence[PaperRow], choice: Choice) -> tuple[str, ...]:
    """What is measured, on what, by whom it was trained, and what the marks mean."""
    return (
        _measured(board, choice),
        *_trained(board),
        *_ranked(board, papers),
        *_compared(board),
        *(["Small print: 95 % bootstrap intervals over images."] if choice.intervals else []),
        *_others(board, papers),
    )


def title(board: Board) -> str:
    """What a board is of, as in ``denoise on CBSD68, noise-levels``."""
    return f"{board.task} on {board.test_set}, {board.suite}"


def remarks(board: Board, papers: Sequence[PaperRow] | None) -> tuple[str, ...]:
    """The honest sentence of a board and all of its notes.

    Args:
        board: what they are of.
        papers: rows of the paper; None where they were not asked for.
    """
    said = () if papers is None else paper_notes(board, papers)
    return (sentence(board), *board.notes, *said)


def _measured(board: Board, choice: Choice) -> str:
    quality = "PSNR in dB / SSIM" if choice.ssim else "PSNR in dB"
    where = f"{board.test_set} ({counted(board.images, 'image')}; suite {board.suite})"
    over = "Y" if board.colour_space == "y" else "RGB"
    border = f", {board.border} pixels cut off at each side" if board.border else ""
    means = f"means over images and {_seeds(board)}"
    return f"{board.task} on {where}: {quality} over {over}{border}, {means}."


def _seeds(board: Board) -> str:
    own = {row.seeds for row in board.rows}
    if len(own) == 1:
        (seeds,) = own
        return f"seed{'s'[: len(seeds) - 1]} {listed(map(str, seeds))}"
    numbers = {len(seeds) for seeds in own}
    return f"{counted(numbers.pop(), 'seed')} a row" if len(numbers) == 1 else "seeds"


def _trained(board: Board) -> list[str]:
    """What seen and unseen mean here, and what all rows have in common."""
    seen = listed(short_degradation(name) for name in board.confounders)
    standings = {standing for _, standing in board.degradations}
    between = ", between: between seen levels and in neither mean" * ("interpolated" in standings)
    said = [f"Trained on {seen} (seen); unseen: outside all that was trained on{between}."]
    network, budgets = shared_network(board), {row.budget for row in board.rows}
    budget = f"{budgets.pop()} a run" if len(budgets) == 1 else ""
    if alike := [each for each in (network, budget) if each]:
        said.append(f"All rows: {', '.join(alike)}.")
    return said


def _ranked(board: Board, papers: Sequence[PaperRow]) -> list[str]:
    contenders = [row for row in board.rows if _contends(row, board)]
    if len(contenders) < 2:  # noqa: PLR2004 -- one alone is not the best of any
        return []
    outside = [
        *(["oracles"] if any(row.verdict == "oracle" for row in board.rows) else []),
        *(["the paper's rows"] if papers else []),
        *(["rows of fewer images"] if any(r.images != board.images for r in board.rows) else []),
    ]
    but = f"; {listed(outside)} do not count" if outside else ""
    return [f"Best in bold, second underlined, at the printed precision{but}."]


def _contends(row: Row, board: Board) -> bool:
    return row.verdict != "oracle" and row.images == board.images


def _compared(board: Board) -> list[str]:
    if not any(row.gain for row in board.rows):
        return []
    return [
        "Δ: difference to ERM trained alike, paired over images and common seeds; * marks a gain "
        "or a loss, where its 95 % bootstrap interval over images excludes zero and every common "
        "seed has its sign."
    ]


def _others(board: Board, papers: Sequence[PaperRow]) -> list[str]:
    said: list[str] = []
    if any(row.verdict == "oracle" for row in board.rows):
        said.append("An oracle is ERM trained on every degradation of the suite.")
    if any(row.gap_closed for row in board.rows):
        said.append("Gap closed: share of the way from ERM to its oracle on the unseen mean.")
    return [*said, *(paper_notes(board, papers)[:1] if papers else ())]
