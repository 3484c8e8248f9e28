"""How the command line writes numbers, durations and the state of a run."""

from storage.records import Run, Status

SYMBOLS = {
    Status.QUEUED: "·",
    Status.STARTING: "◌",
    Status.RUNNING: "▶",
    Status.PAUSED: "‖",
    Status.DONE: "✓",
    Status.FAILED: "✗",
    Status.CANCELLED: "⊘",
}

SEEN = "psnr@crops:seen"
UNSEEN = "psnr@crops:unseen"


def status_of(run: Run) -> str:
    """Symbol and word, and what is wanted of the run if that has not happened yet."""
    wanted = f" ({run.wanted} asked)" if run.wanted else ""
    return f"{SYMBOLS[run.status]} {run.status}{wanted}"


def decibels(value: float | None) -> str:
    """A quality in decibels, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units, a dash where there is none."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours:02}h"
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}:{rest:02}"


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
