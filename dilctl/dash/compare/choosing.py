"""The line in which runs are named that are to be compared, too."""

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from dilctl.dash.live import EXPECTED
from dilctl.jobs import Jobs
from dilctl.text import visible


class RunsLine(Vertical):
    """Opens and closes; stays open, with what is wrong, until runs are named."""

    BINDINGS = [Binding("escape", "close", "Leave", show=False)]

    class Named(Message):
        """Runs were named, one at least."""

        def __init__(self, runs: tuple[int, ...]) -> None:
            super().__init__()
            self.runs = runs

    class Refused(Message, bubble=False):
        """What was typed means no run."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs

    def compose(self) -> ComposeResult:
        """A sign, the input, and what is wrong with it."""
        with Horizontal():
            yield Static("+ ", classes="sign")
            yield Input(placeholder="7, 7..9 or rule=erm seed<3", compact=True)
        yield Static(classes="fault", markup=False)

    def open(self) -> None:
        """Let something be typed."""
        self.display = True
        self.query_one(Input).clear()
        self.query_one(".fault", Static).update("")
        self.query_one(Input).focus()

    def action_close(self) -> None:
        """Type no more."""
        self.display = False
        self.screen.focus_next()

    @on(Input.Submitted)
    def _ask(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._find(event.value)
        else:
            self.action_close()

    @work(thread=True)
    def _find(self, said: str) -> None:
        try:
            runs = self._jobs.ids(said)
        except EXPECTED as error:
            self.post_message(self.Refused(str(error)))
            return
        if runs:
            self.post_message(self.Named(runs))
        else:
            self.post_message(self.Refused(f"no run is meant by: {said}"))

    def on_runs_line_named(self) -> None:
        """They are on their way."""
        self.action_close()

    def on_runs_line_refused(self, message: Refused) -> None:
        """Say why; what was typed stays."""
        self.query_one(".fault", Static).update(visible(message.sentence))
