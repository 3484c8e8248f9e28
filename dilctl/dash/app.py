"""The dashboard as a Textual app: it opens the list of runs; everything else is pushed on it."""

from collections.abc import Callable
from datetime import UTC, datetime

from textual.app import App
from textual.binding import Binding

from dilctl.dash.help import HelpScreen
from dilctl.dash.runs import RunsScreen
from dilctl.jobs import Jobs

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class DashApp(App[None]):
    """Live view of one registry.

    Args:
        jobs: the door to the registry; called from worker threads only.
        clock: tells the present time, for ages.
    """

    TITLE = "dilctl"
    CSS_PATH = "dash.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(self, jobs: Jobs, *, clock: Clock = _now) -> None:
        super().__init__()
        self._jobs = jobs
        self._clock = clock

    def on_mount(self) -> None:
        """Open the list of runs."""
        self.push_screen(RunsScreen(self._jobs, clock=self._clock))

    def action_help(self) -> None:
        """Explain the keys of the present screen, and the words."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(tuple(self.screen.active_bindings.values())))


def run(jobs: Jobs) -> None:
    """Show the dashboard until the person quits."""
    DashApp(jobs).run()
