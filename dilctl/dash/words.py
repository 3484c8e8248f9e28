"""How values become the few words and signs that fit in a cell; pure functions."""

from collections.abc import Mapping
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from dilctl.text import one_line, visible
from dilctl.words import SIGNS, duration, figure
from storage.records import ENDED, LIVE, Run, Status, Wanted

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

TESTING = "testing"
"""What a run does last, and how its activity begins then: see ``trainers.examination``."""


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
    """Sign and word of a run's state; one that is asked to stop, or that is tested, says so."""
    word = run.status.value
    if run.wanted is not None and run.status not in ENDED:
        word = {Wanted.CANCEL: "stopping", Wanted.PAUSE: "pausing"}[run.wanted]
    elif is_tested(run):
        word = TESTING
    return Text(f"{SIGNS[run.status]} {word}", style=STYLES[run.status])


def is_tested(run: Run) -> bool:
    """Whether a run is trained, but not done before it is tested, too."""
    return run.status is Status.RUNNING and run.activity.startswith(TESTING)


def because(word: str, why: str) -> str:
    """What follows a word of state, without saying the word twice.

    ``paused`` and ``paused; goes on`` make ``; goes on``, ``failed`` and ``no disk`` ``: no disk``.
    """
    said = one_line(why)
    rest = said.removeprefix(word)
    is_said = rest != said and not rest[:1].isalnum()
    return rest if is_said or not said else f": {said}"


def state_and_why(run: Run) -> Text:
    """What a run does, why it waits, or why it ended as it did, after the word of its state."""
    text = state(run)
    doing = run.activity if run.status in LIVE else ""
    why = because(text.plain.partition(" ")[2], doing or run.reason)
    return text.append(why, style="not bold red" if run.status is Status.FAILED else "not bold")


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


def situation(run: Run, width: int, hint: str) -> Text:
    """Two lines on a run: why it is as it is comes first; its name and a hint have what is left."""
    text = Text(f"run {run.id}  ", style="bold").append_text(state_and_why(run))
    if cell_len(text.plain) <= width:
        text.append("\n").append_text(fit(run.name, max(1, width - len(hint) - 1)))
        text.append(f" {hint}", "not bold dim")
    return text
