"""How values become the few words and signs that fit in a cell; pure functions."""

from collections.abc import Mapping
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from dilctl.text import visible
from dilctl.words import SIGNS, duration, figure
from storage.records import ENDED, Run, Status, Wanted

STYLES: Mapping[Status, str] = {
    Status.QUEUED: "cyan",
    Status.STARTING: "green",
    Status.RUNNING: "bold green",
    Status.PAUSED: "yellow",
    Status.DONE: "",
    Status.FAILED: "bold red",
    Status.CANCELLED: "dim",
}
"""The colour of a status, which never stands without its sign and word."""


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
    word = run.status.value
    if run.wanted is not None and run.status not in ENDED:
        word = {Wanted.CANCEL: "stopping", Wanted.PAUSE: "pausing"}[run.wanted]
    return Text(f"{SIGNS[run.status]} {word}", style=STYLES[run.status])


def progress(fraction: float, width: int) -> Text:
    """A bar and its percentage in ``width`` cells, 7 at least; heavy is done, light is to do."""
    fraction = min(max(fraction, 0.0), 1.0)
    cells = width - 5
    halves = round(fraction * cells * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + "╸" * half
    bar = Text(done, style="green").append("─" * (cells - len(done)), style="dim")
    return bar.append(f"{int(fraction * 100):4d}%", style="not dim")


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago a moment was; empty when it has not come yet."""
    return "" if moment is None else duration((now - moment).total_seconds())


def decibels(value: float | None) -> str:
    """A PSNR with two decimals; empty where there is none."""
    return "" if value is None else f"{value:.2f}"


def difference(value: float) -> str:
    """A difference with its sign, minus as wide as plus: ``+0.12``, ``−0.05``."""
    return figure(value, signed=True).replace("-", "−")


def situation(run: Run) -> Text:
    """One line on a run: what it does, why it waits, or why it ended as it did."""
    line = Text(f"run {run.id}  ", style="bold").append(visible(run.name))
    line.append_text(Text("  ").append_text(state(run)))
    said = run.reason if run.status not in (Status.STARTING, Status.RUNNING) else run.activity
    said = said or run.reason
    if said:
        line.append(f": {visible(said)}", style="red" if run.status is Status.FAILED else "")
    return line
