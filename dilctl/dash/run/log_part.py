"""The log of a run as it grows: only what is new is read."""

import socket
from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding
from textual.widgets import Static

from dilctl.dash.drawing import Pieces
from dilctl.dash.run.lines_part import LinesPart
from dilctl.jobs import Jobs
from dilctl.jobs.logs import LogPiece, LogPlace
from dilctl.text import visible
from storage.records import Run

MOST = 5000
"""Lines that are kept; the file has all."""

_BYTES = 1 << 20
_FAULTS = ("Error", "error:", "Traceback", "✗")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """What the log has grown by.

    Attributes:
        elsewhere: the host on which it lies; empty where that is this one, or not known.
    """

    run: int
    elsewhere: str
    path: str
    before: LogPlace | None
    piece: LogPiece


class LogPart(LinesPart[LogPage]):
    """Follows the end, until somebody reads further up."""

    TITLE = "log"
    FOLLOWS = True
    BINDINGS = [
        Binding("f", "follow", "Follow", id="run.follow"),
        Binding("w", "wrap", "Wrap", id="run.wrap_log"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._run = 0
        self._place: LogPlace | None = None
        self._unfinished = 0
        self._page: LogPage | None = None
        self._path = ("", 0)

    def read(self, jobs: Jobs, run: Run) -> LogPage:
        """What is new since the last look."""
        place = self._place if self._run == run.id else None
        piece = jobs.log_after(run.id, place, _BYTES)
        if self._path[1] != run.id:
            self._path = (str(jobs.settings.run(run.id).log), run.id)
        is_far = piece.place is None and run.host not in (None, socket.gethostname())
        return LogPage(
            run=run.id,
            elsewhere=run.host or "" if is_far else "",
            path=self._path[0],
            before=place,
            piece=piece,
        )

    def forget(self) -> None:
        """Read the log anew."""
        self._place, self._run = None, 0

    def show(self, seen: LogPage) -> None:
        """Add the new lines."""
        expected = self._place if self._run == seen.run else None
        if seen.before != expected:  # forgotten while it was read
            return
        self._page, piece = seen, seen.piece
        unfinished = (_row(piece.unfinished),) if piece.unfinished else ()
        rows = [*map(_row, piece.lines[-MOST:]), *unfinished]
        if piece.is_fresh_start:
            self.lines.show(rows)
        elif rows or self._unfinished:
            self.lines.cut_last(self._unfinished)
            self.lines.extend(rows, MOST)
        self._unfinished = len(unfinished)
        self._run, self._place = seen.run, piece.place
        self.say()

    def say(self) -> None:
        """How many lines there are, and whether their end is followed."""
        lines, page = self.lines, self._page
        if page is None:
            return
        count = len(lines.rows)
        said = [f"{count:,} line{'' if count == 1 else 's'}" if count else _nothing(page)]
        said += ["older ones are in the file"] if count >= MOST else []
        said += ["following its end" if lines.follows else "f: follow its end"] if count else []
        said += [] if page.elsewhere else [page.path]
        text = Text("  ·  ".join(said), style="dim", no_wrap=True)
        self.query_one(".caption", Static).update(text, layout=False)

    def action_follow(self) -> None:
        """Keep the end in sight, or stay."""
        self.lines.follow(not self.lines.follows)
        self.say()


def _nothing(page: LogPage) -> str:
    where = visible(page.elsewhere)
    return f"The log lies on the machine {where}, not here." if where else "The log is empty."


def _row(line: str) -> Pieces:
    """A line of the log, which is safe for a terminal already; faults stand out."""
    is_fault = any(sign in line for sign in _FAULTS)
    return ((line, "bold red" if is_fault else ""),)
