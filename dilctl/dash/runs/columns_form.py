"""The form in which columns are chosen, and put into an order."""

from collections.abc import Iterable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dilctl.dash.modal import Modal
from dilctl.dash.runs.columns import KNOWN, column
from dilctl.text import visible

_HINT = "space shows or hides · J K move · / finds · enter takes · f those that fit · esc leaves"
_MOST = 300


class ColumnsForm(Modal[tuple[str, ...] | None]):
    """Returns the keys of the columns, in order; none of them for those that fit; None to leave.

    Args:
        shown: the keys of the columns that are shown now.
        others: settings and metrics that may be shown, too.
    """

    BINDINGS = [
        Binding("escape", "leave", "Leave"),
        Binding("space", "choose", "Show or hide"),
        Binding("J,shift+down", "shift(1)", "Further right"),
        Binding("K,shift+up", "shift(-1)", "Further left"),
        Binding("f", "fitting", "Those that fit"),
        Binding("slash", "find", "Find"),
        Binding("j", "list('cursor_down')", "Down", show=False),
        Binding("k", "list('cursor_up')", "Up", show=False),
    ]

    def __init__(self, shown: Iterable[str], others: Iterable[str]) -> None:
        super().__init__()
        self._shown = list(shown)
        self._every = list(dict.fromkeys((*self._shown, *KNOWN, *others)))

    def compose(self) -> ComposeResult:
        """A list with boxes, a line to find in it, what the keys do."""
        with Vertical(id="columns-form"):
            yield Input(placeholder="find a column, a setting or a metric", compact=True)
            yield OptionList(id="columns-list", markup=False)
            yield Static(_HINT, id="columns-hint", markup=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        self._fill()
        self.query_one(OptionList).focus()

    def _fill(self, under: str | None = None) -> None:
        words = self.query_one(Input).value.casefold().split()
        chosen = [*self._shown, *(key for key in self._every if key not in self._shown)]
        keys = [key for key in chosen if all(word in key.casefold() for word in words)][:_MOST]
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(Option(self._line(key), id=key) for key in keys)
        listed.highlighted = keys.index(under) if under in keys else 0 if keys else None

    def _line(self, key: str) -> Text:
        place = self._shown.index(key) + 1 if key in self._shown else 0
        text = Text(f"[{'x' if place else ' '}] {place or '':>2} ", style="bold" if place else "")
        help = column(key).help
        text.append(visible(key), "not bold" if not place else "")
        return text.append(f"  {help}" if help != key else "", "not bold dim")

    @property
    def _under(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return None if option is None else option.id

    def action_choose(self) -> None:
        """Show the column under the cursor, or hide it."""
        key = self._under
        if key is None:
            return
        if key in self._shown:
            self._shown.remove(key)
        else:
            self._shown.append(key)
        self._fill(key)

    def action_shift(self, by: int) -> None:
        """Move the column under the cursor."""
        key = self._under
        if key in self._shown:
            place = self._shown.index(key)
            self._shown.insert(max(0, place + by), self._shown.pop(place))
            self._fill(key)

    def action_find(self) -> None:
        """Type what is looked for."""
        self.query_one(Input).focus()

    def action_list(self, action: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_fitting(self) -> None:
        """Leave it to the width."""
        self.dismiss(())

    def action_leave(self) -> None:
        """From the line to the list; from there, change nothing."""
        if isinstance(self.focused, Input):
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)

    @on(Input.Changed)
    def _find(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @on(Input.Submitted)
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(tuple(self._shown))
