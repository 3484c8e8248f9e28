"""A line that is asked for on top of a screen, checked as it is typed."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Static

from dilctl.dash.actions import words
from dilctl.dash.live import EXPECTED
from dilctl.dash.modal import Modal
from dilctl.errors import UsageError
from dilctl.request import MOST_PRIORITY
from dilctl.tagging import parse_note
from dilctl.text import visible
from storage.records import Run


class KnownTags(Suggester):
    """Makes the last word a tag that is in use.

    Args:
        read: gives the tags; called in a thread, and once.
    """

    def __init__(self, read: Callable[[], Iterable[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._read = read
        self._tags: Sequence[str] | None = None

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line as it may become."""
        if self._tags is None:
            self._tags = await asyncio.to_thread(self._known)
        before, blank, word = value.rpartition(" ")
        sign = word[:1] if word[:1] in ("+", "-") else ""
        begun = word.removeprefix(sign)
        found = next((tag for tag in self._tags if tag.startswith(begun) and tag != begun), None)
        return f"{before}{blank}{sign}{found}" if begun and found else None

    def _known(self) -> Sequence[str]:
        try:
            return tuple(self._read())
        except EXPECTED:  # the banner of the screen below says so
            return ()


class _Input(Input):
    """Text in which nothing hides."""

    BINDINGS = [Binding("tab", "cursor_right", "Complete", show=False)]

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a paste may bring what a terminal would obey, which is made visible."""
        super().replace(visible(text), start, end)


class LineAsked(Modal[str]):
    """Returns what was typed, once it is understood; None if it was left."""

    DEFAULT_CSS = """
    LineAsked { align: center middle; background: $background 60%; }
    LineAsked > Vertical {
        width: 64; max-width: 96%; height: auto; padding: 1 2;
        border: round $primary; background: $surface;
    }
    LineAsked Input, LineAsked Input:focus { margin: 1 0; }
    LineAsked .fault { height: auto; color: $text-error; }
    """
    BINDINGS = [Binding("escape", "dismiss", "Leave")]

    def __init__(
        self,
        title: str,
        *,
        hint: str,
        check: Callable[[str], object],
        initial: str = "",
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__()
        self._title, self._hint, self._initial, self._check = title, hint, initial, check
        self._suggester = suggester

    def compose(self) -> ComposeResult:
        """Title, line, hint or fault."""
        with Vertical():
            yield Static(Text(visible(self._title), style="bold"), markup=False)
            yield _Input(
                self._initial, compact=True, select_on_focus=True, suggester=self._suggester
            )
            yield Static(Text(self._hint, style="dim"), classes="hint", markup=False)
            yield Static(classes="fault", markup=False)

    def _fault(self, said: str) -> str:
        try:
            self._check(said)
        except EXPECTED as error:
            return visible(str(error))
        return ""

    @on(Input.Changed)
    def _look(self, event: Input.Changed) -> None:
        fault = self._fault(event.value) if event.value.strip() else ""
        self.query_one(".fault", Static).update(fault)

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        fault = self._fault(event.value)
        if fault:
            self.query_one(".fault", Static).update(fault)
        else:
            self.dismiss(event.value)


def priority_asked(runs: Sequence[Run]) -> LineAsked:
    """Which priority some runs are to have."""
    return LineAsked(
        f"Priority of {words.runs([run.id for run in runs])}",
        hint="A whole number; of the runs that fit, the highest starts first. 0 is usual.",
        initial=str(runs[0].priority),
        check=_priority,
    )


def _priority(said: str) -> None:
    try:
        number = int(said)
    except ValueError:
        raise UsageError("priority: must be a whole number, as in 5 or -1") from None
    if abs(number) > MOST_PRIORITY:
        raise UsageError(f"priority: must lie within ±{MOST_PRIORITY:,}")


def tags_asked(runs: Sequence[Run], known: Callable[[], Iterable[str]]) -> LineAsked:
    """Which tags some runs are to gain and to lose; those that are known are completed."""
    tags = dict.fromkeys(tag for run in runs for tag in run.tags)
    has = f"Now: {', '.join(map(visible, tags))}. " if tags else ""
    return LineAsked(
        f"Tags of {words.runs([run.id for run in runs])}",
        hint=f"{has}best adds a tag, -best takes it off; several with blanks; → completes.",
        check=words.tags_of,
        suggester=KnownTags(known),
    )


def note_asked(runs: Sequence[Run]) -> LineAsked:
    """What is to be remembered of some runs."""
    return LineAsked(
        f"Note on {words.runs([run.id for run in runs])}",
        hint="As in: diverges when lr is above 2e-4",
        check=parse_note,
    )
