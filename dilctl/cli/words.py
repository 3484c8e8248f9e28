"""How the command line writes numbers, durations and the state of a run."""

from dilctl import words
from storage.records import Run

SEEN = "psnr@crops:seen"
UNSEEN = "psnr@crops:unseen"


def status_of(run: Run) -> str:
    """Symbol and word, and what is wanted of the run if that has not happened yet."""
    wanted = f" ({run.wanted} asked)" if run.wanted else ""
    return f"{words.SIGNS[run.status]} {run.status}{wanted}"


def decibels(value: float | None) -> str:
    """A quality in decibels, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """A span of time in at most 6 characters, a dash where there is none."""
    return "–" if seconds is None else words.duration(seconds)


def percent(fraction: float) -> str:
    """A share as whole per cent; 100 only when all is done."""
    return f"{int(fraction * 100)} %"


def bar(fraction: float, *, width: int) -> str:
    """A share as a bar of a fixed width."""
    full = int(fraction * width)
    return "━" * full + "╌" * (width - full)


def many(number: int, noun: str) -> str:
    """A count with its noun: ``1 run``, ``4 runs``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
