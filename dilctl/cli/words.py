"""How the command line writes numbers, durations and the state of a run."""

from datetime import UTC, datetime, timedelta

from dilctl import words
from storage.records import LIVE, Run

SEEN = "psnr@crops:seen"
UNSEEN = "psnr@crops:unseen"


_SILENCE = timedelta(seconds=60)
"""So long a worker of a live run never says nothing."""


def status_of(run: Run, *, now: datetime | None = None) -> str:
    """Symbol and word; what is wanted of the run if that has not happened yet; its silence.

    Args:
        run: the run.
        now: the moment that silence is counted to; None says nothing of silence.
    """
    wanted = f" ({run.wanted} asked)" if run.wanted else ""
    silent = None if now is None else silence(run, now)
    said = "" if silent is None else f", silent {words.duration(silent)}"
    return f"{words.SIGNS[run.status]} {run.status}{wanted}{said}"


def silence(run: Run, now: datetime) -> float | None:
    """For how many seconds a live run has said nothing; None while that is no reason to worry."""
    heard = run.heartbeat_at or run.started_at
    if run.status not in LIVE or heard is None or now - heard <= _SILENCE:
        return None
    return (now - heard).total_seconds()


def now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def local(moment: datetime) -> str:
    """A moment as clocks here show it: ``2026-11-23 14:05``."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago a moment was: ``12 s ago``, ``3 min ago``, ``5 h ago``, ``6 days ago``."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 1:  # clocks of two machines may differ
        return "just now"
    for size, unit in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number:,} {unit}{'s' if unit == 'day' and number > 1 else ''} ago"
    return f"{int(seconds)} s ago"


def when(moment: datetime, now: datetime | None = None) -> str:
    """Both: ``2026-11-23 14:05 (3 min ago)``."""
    return f"{local(moment)} ({ago(moment, now)})"


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


def size(number: int) -> str:
    """Bytes in the largest unit that leaves a number from 1 on: ``330 MB``, ``1.2 GB``."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 99.5 or unit == "B" else f"{value:.1f} {unit}"
