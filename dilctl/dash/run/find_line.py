"""The line in which a word to look for is typed."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from dilctl.text import visible


class _Input(Input):
    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a paste may bring what a terminal would obey, which is made visible."""
        super().replace(visible(text), start, end)


class FindLine(Horizontal):
    """Opens and closes; says at each change what is typed, and when it is given back."""

    BINDINGS = [Binding("escape", "give_up", "Close", show=False, id="run.find_close")]

    class Typed(Message):
        """Another word, as far as it has been typed."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    class Closed(Message):
        """The keys are free again; ``word`` is what stays."""

        def __init__(self, word: str) -> None:
            super().__init__()
            self.word = word

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Sign and input."""
        yield Static("/ ", classes="find-sign", markup=False)
        yield _Input(placeholder=self._hint, compact=True, max_length=200, classes="find-word")

    def open(self) -> None:
        """Show the line; the word of before is selected, to be replaced."""
        self.display = True
        self.screen.set_focus(self.query_one(_Input))

    def _close(self, word: str) -> None:
        self.display = False
        self.post_message(self.Closed(word))

    def action_give_up(self) -> None:
        """Look for nothing."""
        self.query_one(_Input).value = ""
        self._close("")

    @on(Input.Changed)
    def _tell(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value.strip()))

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._close(event.value.strip())
