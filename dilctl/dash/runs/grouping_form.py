"""The form in which it is said by what the list of runs is grouped."""

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dilctl.dash.modal import Modal
from dilctl.dash.runs.wish import is_field
from dilctl.text import visible

NOTHING = "(no groups)"
_MOST = 200


class GroupingForm(Modal[str | None]):
    """Returns a field of the query language, empty for no groups, None to leave all as it is.

    Args:
        now: what is grouped by.
        fields: what may be grouped by.
    """

    BINDINGS = [
        Binding("escape", "leave", "Leave"),
        Binding("down", "list('cursor_down')", "Down", show=False, priority=True),
        Binding("up", "list('cursor_up')", "Up", show=False, priority=True),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, now: str, fields: Iterable[str]) -> None:
        super().__init__()
        self._now = now
        nothing = [NOTHING] if now else []
        self._fields = tuple(dict.fromkeys([*nothing, "sweep", *fields]))

    def compose(self) -> ComposeResult:
        """A line, what begins or contains what is typed, what the keys do."""
        with Vertical(id="grouping-form"):
            yield Input(placeholder="sweep, rule, host, config.train.lr …", compact=True)
            yield OptionList(id="grouping-list", markup=False)
            yield Static("", id="grouping-hint", markup=False)

    def on_mount(self) -> None:
        """Begin in the line."""
        self._fill("")
        self.query_one(Input).focus()

    def _fill(self, typed: str) -> None:
        words = typed.casefold().split()
        found = [name for name in self._fields if all(word in name.casefold() for word in words)]
        found.sort(key=lambda name: not name.casefold().startswith(typed.casefold()))
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(Option(visible(name), id=name) for name in found[:_MOST])
        listed.highlighted = 0 if found else None
        now = f"now by {visible(self._now)} · " if self._now else ""
        self._hint(f"{now}↑ ↓ choose · tab completes · enter groups · esc leaves")

    def _hint(self, sentence: str) -> None:
        self.query_one("#grouping-hint", Static).update(sentence)

    @property
    def _under(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return None if option is None else option.id

    def action_list(self, action: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{action}")()

    def action_complete(self) -> None:
        """Write what is under the cursor into the line."""
        if self._under is not None:
            line = self.query_one(Input)
            line.value = self._under
            line.cursor_position = len(line.value)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value.strip())

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(self._under or event.value.strip())

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option.id or "")

    def _take(self, field: str) -> None:
        if field in ("", NOTHING):
            self.dismiss("")
        elif is_field(field):
            self.dismiss(field)
        else:
            self._hint(f"there is no field {visible(field)}")
