"""Progress of a few runs while one waits: a panel on a terminal, plain lines in a pipe."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dilctl.cli import output, words
from dilctl.text import one_line
from storage.records import LIVE, Run, Status

if TYPE_CHECKING:
    from rich.table import Table

LINES_EVERY = 10.0
"""Seconds between plain lines."""

Show = Callable[[tuple[Run, ...]], None]


@contextmanager
def showing() -> Generator[Show]:
    """A function that shows runs on stderr, redrawing in place where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield PlainLines(output.say, time.monotonic)
        return
    from rich.live import Live

    with Live(console=output.stderr(), refresh_per_second=4, transient=False) as live:
        yield lambda runs: live.update(panel(runs))


class PlainLines:
    """Says how runs do: at once when a run's status changes, else every ten seconds."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._clock = clock
        self._next = clock()
        self._statuses: dict[int, Status] = {}

    def __call__(self, runs: tuple[Run, ...]) -> None:
        """Say what is due."""
        due = self._clock() >= self._next
        for run in runs:
            if self._statuses.get(run.id) != run.status or (due and run.status in LIVE):
                self._say(line(run))
            self._statuses[run.id] = run.status
        if due:
            self._next = self._clock() + LINES_EVERY


def line(run: Run) -> str:
    """One run in one plain line."""
    parts = [f"run {run.id}", f"{run.rule} seed {run.seed}", str(run.status)]
    if run.status in LIVE:
        parts.append(words.percent(run.fraction))
    if words.SEEN in run.latest:
        parts.append(f"seen {words.decibels(run.latest[words.SEEN])} dB")
    if words.UNSEEN in run.latest:
        parts.append(f"unseen {words.decibels(run.latest[words.UNSEEN])} dB")
    if run.seconds_left is not None and run.status in LIVE:
        parts.append(f"{words.duration(run.seconds_left)} left")
    note = note_of(run)
    return " · ".join([*parts, note] if note else parts)


def panel(runs: tuple[Run, ...]) -> "Table":
    """The runs as a table with bars, and under it what they do or why they wait."""
    from rich.text import Text

    made = output.table(
        "run", "rule", "seed", "progress", "seen", "unseen", "time", "left",
        right=("run", "seed", "seen", "unseen", "time", "left"),
    )  # fmt: skip
    for run in runs:
        made.add_row(
            str(run.id),
            Text(output.cell(run.rule)),
            str(run.seed),
            Text(_progress(run)),
            words.decibels(run.latest.get(words.SEEN)),
            words.decibels(run.latest.get(words.UNSEEN)),
            words.duration(run.seconds),
            words.duration(run.seconds_left if run.status in LIVE else None),
        )
    made.caption = Text(_caption(runs), style="dim", justify="left")
    return made


def note_of(run: Run) -> str:
    """What the run does now, or why it waits or ended as it did."""
    return one_line(run.activity if run.status in LIVE else run.reason)


def _progress(run: Run) -> str:
    if run.status in LIVE:
        return f"{words.bar(run.fraction, width=14)} {words.percent(run.fraction):>5}"
    return words.status_of(run)


def _caption(runs: tuple[Run, ...]) -> str:
    notes = [f"run {run.id}: {note_of(run)}" for run in runs if note_of(run)]
    return "\n".join(["mean PSNR in dB on crops of validation images", *notes])
