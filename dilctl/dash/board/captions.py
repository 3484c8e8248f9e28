"""What the board screen says in words: its head, the row under the cursor, notes, empty states."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dilctl.dash.board.choices import trained_on
from dilctl.dash.board.wish import Metric, Wish
from dilctl.dash.words import decibels, difference
from dilctl.text import visible
from dilctl.words import duration, short_degradation

if TYPE_CHECKING:  # numpy is loaded in the thread that computes a board
    from dilctl.leaderboard import Board, Row

_MOST_NOTES, _LONGEST_NOTE = 40, 600
_MOST_NUMBERS = 8


def head(board: "Board", wish: Wish) -> Text:
    """What the board is of."""
    said = Text(f"dilctl › board › {visible(board.task)}  ", style="bold")
    measure = board.measure if wish.metric is Metric.PSNR else "SSIM"
    images = "1 image" if board.images == 1 else f"{board.images:,} images"
    said.append(f"{visible(board.test_set)}, {images}, {measure}  ", style="not bold")
    return said.append(f"trained on {visible(trained_on(board))}", style="not bold dim")


def computing(task: str, runs: int) -> Text:
    """That a board is on its way."""
    many = "1 finished run" if runs == 1 else f"{runs:,} finished runs"
    return Text(f"dilctl › board › {visible(task)}  ", style="bold").append(
        f"computing the boards of {many} …", style="not bold dim"
    )


def on_its_way() -> Text:
    """What stands in the place of a board until it is there."""
    return Text("computing …", style="dim")


def detail(row: "Row | None", wish: Wish) -> Text:
    """What else there is to know of the row under the cursor."""
    if row is None:
        return Text()
    spent = f"{row.gradients:,} gradients, {duration(row.seconds)}"
    parts = [
        f"{_word('run', row.runs)} {_numbers(row.runs)}",
        f"{_word('seed', row.seeds)} {_numbers(row.seeds)}{_range(row)}",
        *_worst(row, wish),
        spent,
        *([f"{row.parameters:,} parameters"] if row.parameters else []),
    ]
    return Text(visible(" · ".join(parts)), style="dim")


def _word(noun: str, numbers: Sequence[int]) -> str:
    return noun if len(numbers) == 1 else f"{noun}s"


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NUMBERS]))
    return shown if len(numbers) <= _MOST_NUMBERS else f"{shown} …"


def _range(row: "Row") -> str:
    """Their interval where there are enough of them, else their range; the notes say which."""
    low, high = row.seed_range or (None, None)
    if row.seed_interval is not None:
        low, high = row.seed_interval.low, row.seed_interval.high
    return "" if low is None else f" from {decibels(low)} to {decibels(high)}"


def _worst(row: "Row", wish: Wish) -> list[str]:
    if row.worst is None:
        return []
    value = row.worst.psnr.mean
    said = f"{value:.2f}" if wish.metric is Metric.PSNR else f"{value:.3f}"
    return [f"worst {short_degradation(row.worst.degradation)}: {said}"]


def notes(sentence: str, said: Sequence[str]) -> Text:
    """The honest sentence, then what else a reader must know."""
    text = Text(visible(sentence))
    for note in said[:_MOST_NOTES]:
        short = note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}…"
        text.append(f"\n· {visible(short)}", style="dim")
    if len(said) > _MOST_NOTES:
        text.append(f"\n… and {len(said) - _MOST_NOTES:,} more; an export (e) holds them all.")
    return text


def row_as_text(row: "Row", board: "Board", wish: Wish) -> str:
    """The numbers of a row, for a message or a lab book."""
    is_psnr = wish.metric is Metric.PSNR
    unit = " dB" if is_psnr else ""

    def number(value: float | None) -> str:
        return f"{value:.2f}" if is_psnr and value is not None else f"{value or 0:.3f}"

    parts = [f"{row.label} ({_word('seed', row.seeds)} {_numbers(row.seeds)})"]
    parts += [f"seen {number(row.seen.mean)}{unit}"] if row.seen else []
    if row.unseen:
        ends = _ends(row.unseen.low, row.unseen.high)
        parts.append(f"unseen {number(row.unseen.mean)}{unit}{ends}")
    if row.gain:
        change = difference(row.gain.mean) if is_psnr else f"{row.gain.mean:+.3f}"
        parts.append(f"to ERM {change}{unit}{_ends(row.gain.low, row.gain.high)}, {row.verdict}")
    return f"{board.task}, {board.test_set}, {board.suite}: {'; '.join(parts)}"


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" (95 % {low:.2f} to {high:.2f})"


def nothing_done() -> Text:
    """Teaches how a first board comes to be."""
    return Text.assemble(
        ("No run has finished yet.\n\n", "bold"),
        "A run enters the leaderboard when it is done and its test sets are evaluated.\n",
        "Until then the list of runs (1) shows PSNR on a few crops as training goes on.\n\n",
        "A board of ERM and DIL after a few minutes on this machine:\n\n",
        ("    dilctl demo\n\n", "bold"),
        "Runs of your own, two rules with two seeds each:\n\n",
        ("    dilctl submit denoise-small --sweep rule=erm,dil-sf --seeds 1..2\n", "bold"),
    )


def absent(why: str, wish: Wish) -> Text:
    """Why there is no board of what was asked for."""
    keys = ["t another task", *(["/ another filter"] if wish.query else [])]
    return Text.assemble((f"{visible(why[:1].upper() + why[1:])}.\n\n", "bold"), "   ".join(keys))
