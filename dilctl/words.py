"""The few words and signs that the command line and the dashboard write alike."""

from collections.abc import Mapping
from textwrap import wrap

from storage.records import Status
from trainers.degradations.naming import short_name

_HEAD = 12
"""Characters in a line of a column's head, where words can be parted."""

SIGNS: Mapping[Status, str] = {
    Status.QUEUED: "·",
    Status.STARTING: "◌",
    Status.RUNNING: "▶",
    Status.PAUSED: "‖",
    Status.DONE: "✓",
    Status.FAILED: "✗",
    Status.CANCELLED: "⊘",
}
"""How a status looks; a sign never stands without its word."""

INKS = ("bold green", "bold yellow", "bold cyan", "bold magenta", "bold blue", "bold red")
"""Colours of curves, in turn; a curve is never told by its colour alone."""


def duration(seconds: float) -> str:
    """A span of time in at most 6 characters: ``45s``, ``2m10s``, ``1h05m``, ``3d04h``."""
    whole = max(0, round(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days >= 100:
        return f"{days}d"
    if days:
        return f"{days}d{hour:02d}h"
    if hours:
        return f"{hours}h{minute:02d}m"
    return f"{minutes}m{second:02d}s" if minutes else f"{second}s"


def file_size(size: float) -> str:
    """Bytes in a few characters: ``812 bytes``, ``4.2 kB``, ``330 MB``."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 or unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def figure(value: float, decimals: int = 2, *, signed: bool = False) -> str:
    """A number whose distance from zero matters: ``0.12``, signed ``+0.12`` and ``-0.05``.

    What would round to zero although it is not gets as many more decimals as show it, two at most
    (``+0.004``); zero has no sign.
    """
    places = next((p for p in range(decimals, decimals + 3) if round(value, p)), decimals)
    rounded = round(value, places) or 0.0  # of no sign, even where it was -0.0
    return f"{rounded:{'+' if signed and rounded else ''}.{places}f}"


def percentage(share: float) -> str:
    """A share in per cent, without the % sign: ``34``, ``-2``, ``0.4``."""
    return figure(share * 100, 0)


def short_degradation(name: str) -> str:
    """A degradation in the head of a column: ``gaussian-noise sigma=30`` becomes ``σ30``."""
    return short_name(name)


def degradation_lines(name: str) -> tuple[str, ...]:
    """The same in lines: of a mixture one for each part, ``mix σ15`` above ``+jpeg 30``.

    Another name is broken at its blanks where it is long.
    """
    short = short_degradation(name)
    if not short.startswith("mix "):
        return tuple(wrap(short, _HEAD, break_long_words=False, break_on_hyphens=False)) or ("",)
    first, *others = short.split("+")
    return (first, *(f"+{part}" for part in others))


def broken_label(label: str, width: int) -> list[str]:
    """A row's label in lines; a word too long for one is broken at its equals sign."""
    parts = (word if len(word) <= width else word.replace("=", "= ") for word in label.split())
    return wrap(" ".join(parts), width)
