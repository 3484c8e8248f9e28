"""A question that is answered with yes or no, and that does nothing by mistake."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from dilctl.dash.modal import Modal
from dilctl.text import visible


class Question(Modal[bool]):
    """Returns True for yes; Escape, ``n`` and the button under the cursor at first mean no."""

    BINDINGS = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        Binding("left,right,h,l", "app.focus_next", "Other button", show=False),
    ]

    def __init__(self, question: str, consequence: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """Question, consequence, two buttons."""
        with Vertical(id="question"):
            yield Static(Text(visible(self._question), style="bold"))
            yield Static(Text(visible(self._consequence), style="dim"))
            with Horizontal(id="answers"):
                yield Button(f"{self._no} (n)", id="no", compact=True)
                yield Button(f"{self._yes} (y)", id="yes", variant="error", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was clicked, or chosen with Enter."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 -- an action's arguments have no names
        """Answer by key."""
        self.dismiss(answer)
