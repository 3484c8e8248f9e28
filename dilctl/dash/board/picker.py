"""A small list on top of the screen: type to search, choose one."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dilctl.dash.modal import Modal
from dilctl.text import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something to choose: what is answered, what is shown, and a word beside it."""

    value: str
    title: str
    detail: str = ""


class Picker(Modal[str | None]):
    """Returns the value of what was chosen; None where nothing was."""

    AUTO_FOCUS = "Input"
    BINDINGS = [
        Binding("escape", "dismiss", "Close"),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False, priority=True),
    ]

    def __init__(self, title: str, offers: Sequence[Offer], chosen: str) -> None:
        super().__init__()
        self._title = title
        self._offers = tuple(offers)
        self._chosen = chosen
        self._shown = self._offers

    def compose(self) -> ComposeResult:
        """Title, search, list."""
        with Vertical(id="picker"):
            yield Static(Text(self._title, style="bold"), markup=False)
            yield Input(placeholder="type to search", compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Everything, the cursor on what is chosen already."""
        self._fill("")
        values = [offer.value for offer in self._shown]
        if self._chosen in values:
            self.query_one(OptionList).highlighted = values.index(self._chosen)

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    def _fill(self, word: str) -> None:
        sought = word.casefold().split()
        self._shown = tuple(offer for offer in self._offers if _has(offer, sought))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(self._said(offer)) for offer in self._shown])
        options.highlighted = 0 if self._shown else None

    def _said(self, offer: Offer) -> Text:
        mark = "✓ " if offer.value == self._chosen else "  "
        said = Text(f"{mark}{visible(offer.title)}")
        return said.append(f"  {visible(offer.detail)}", style="dim")

    def action_move(self, by: int) -> None:
        """Move the cursor while typing goes on."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _choose(self) -> None:
        place = self.query_one(OptionList).highlighted
        self.dismiss(None if place is None else self._shown[place].value)


def _has(offer: Offer, sought: Sequence[str]) -> bool:
    text = f"{offer.title} {offer.detail}".casefold()
    return all(word in text for word in sought)
