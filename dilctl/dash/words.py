"""How values become the few words and signs that fit in a cell; pure functions."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from dilctl.text import visible
from storage.records import ENDED, Run, Status, Wanted


class Sign(NamedTuple):
    """How a state looks, as on the command line; sign and colour never stand without the word."""

    sign: str
    style: str


SIGNS: Mapping[Status, Sign] = {
    Status.QUEUED: Sign("·", "cyan"),
    Status.STARTING: Sign("◌", "green"),
    Status.RUNNING: Sign("▶", "bold green"),
    Status.PAUSED: Sign("‖", "yellow"),
    Status.DONE: Sign("✓", ""),
    Status.FAILED: Sign("✗", "bold red"),
    Status.CANCELLED: Sign("⊘", "dim"),
}


def fit(text: Text | str, width: int, *, right: bool = False) -> Text:
    """Text cut or padded to exactly ``width`` cells; what was cut ends in an ellipsis."""
    fitted = Text(visible(text)) if isinstance(text, str) else text.copy()
    fitted.truncate(width, overflow="ellipsis")
    missing = width - cell_len(fitted.plain)
    if right:
        fitted.pad_left(missing)
    else:
        fitted.pad_right(missing)
    return fitted


def state(run: Run) -> Text:
    """Sign and word of a run's state; a run that is asked to stop says so."""
    sign, style = SIGNS[run.status]
    word = run.status.value
    if run.wanted is not None and run.status not in ENDED:
        word = {Wanted.CANCEL: "stopping", Wanted.PAUSE: "pausing"}[run.wanted]
    return Text(f"{sign} {word}", style=style)


def progress(fraction: float, width: int) -> Text:
    """A bar and its percentage in ``width`` cells, 7 at least; heavy is done, light is to do."""
    fraction = min(max(fraction, 0.0), 1.0)
    cells = width - 5
    halves = round(fraction * cells * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + "╸" * half
    bar = Text(done, style="green").append("─" * (cells - len(done)), style="dim")
    return bar.append(f"{int(fraction * 100):4d}%", style="not dim")


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


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago a moment was; empty when it has not come yet."""
    return "" if moment is None else duration((now - moment).total_seconds())


def decibels(value: float | None) -> str:
    """A PSNR with two decimals; empty where there is none."""
    return "" if value is None else f"{value:.2f}"


def difference(value: float) -> str:
    """A difference with its sign, minus as wide as plus: ``+0.12``, ``−0.05``."""
    return f"{value:+.2f}".replace("-", "−")


def short_degradation(name: str) -> str:
    """A degradation in the head of a column: ``gaussian-noise sigma=30`` becomes ``σ30``."""
    kind, _, parameters = name.partition(" ")
    if kind != "gaussian-noise" or not parameters.startswith("sigma="):
        return name
    return "σ" + parameters.removeprefix("sigma=")


def situation(run: Run) -> Text:
    """One line on a run: what it does, why it waits, or why it ended as it did."""
    line = Text(f"run {run.id}  ", style="bold").append(visible(run.name))
    line.append_text(Text("  ").append_text(state(run)))
    said = run.reason if run.status not in (Status.STARTING, Status.RUNNING) else run.activity
    said = said or run.reason
    if said:
        line.append(f": {visible(said)}", style="red" if run.status is Status.FAILED else "")
    return line
