"""What the pane beside the list tells of the run under the cursor, and how that is read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from dilctl.braille import Series
from dilctl.jobs import Jobs
from storage.records import Note, ReducedCurve, Run

SEEN, UNSEEN = "psnr@crops:seen", "psnr@crops:unseen"
_CURVES = (SEEN, UNSEEN)
_ELSE = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of a run can be shown.

    Attributes:
        columns: of a curve.
        lines: of a log.
    """

    columns: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A look at a run.

    Attributes:
        run: the run.
        curves: of seen and unseen PSNR; of the loss where there is neither.
        note: the newest one.
        log: its last lines.
    """

    run: Run
    curves: tuple[ReducedCurve, ...]
    note: Note | None
    log: tuple[str, ...]


def glance_at(jobs: Jobs, run: Run, room: Room) -> Glance:
    """Look at a run.

    Raises:
        StorageError: the registry cannot be read, or the run was removed.
    """
    notes = jobs.notes(run.id)
    curves = (jobs.stretch(run.id, metric, room.columns) for metric in _metrics(run.latest))
    return Glance(
        run=run,
        curves=tuple(curves),
        note=notes[-1] if notes else None,
        log=_log(jobs, run, room.lines),
    )


def _metrics(latest: Mapping[str, float]) -> tuple[str, ...]:
    found = tuple(name for name in _CURVES if name in latest)
    return found or ((_ELSE,) if _ELSE in latest else ())


def _log(jobs: Jobs, run: Run, lines: int) -> tuple[str, ...]:
    try:
        return jobs.log_tail(run.id, lines) if lines > 0 else ()
    except OSError as error:  # the log is of no use, the rest still is
        return (f"the log cannot be read: {error.strerror}",)


def series(curve: ReducedCurve, label: str) -> Series:
    """A curve by the gradients it cost; each column gives its extremes."""
    xs: list[float] = []
    ys: list[float] = []
    for column in curve.columns:
        for y in (column.lowest, column.highest, column.newest):
            if math.isfinite(y):
                xs.append(float(column.gradients))
                ys.append(y)
    return Series(label=label, xs=tuple(xs), ys=tuple(ys))
