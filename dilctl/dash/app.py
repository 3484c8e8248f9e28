"""The dashboard as a Textual app: six places, and the way from one to another."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from rich.terminal_theme import TerminalTheme
from textual import work
from textual.app import App, SystemCommand
from textual.binding import ActiveBinding, Binding
from textual.command import Provider
from textual.screen import Screen

from dilctl.configuration import Dash
from dilctl.dash.actions.screen import ActingScreen
from dilctl.dash.announcements import announcement
from dilctl.dash.graphics import BLOCKS, Graphics
from dilctl.dash.keys import keys_of
from dilctl.dash.live import EXPECTED, Heard, LiveScreen, Seat
from dilctl.dash.memory import Memory
from dilctl.dash.news import Pulse
from dilctl.dash.places import WHATEVER, Go, Place, Subject
from dilctl.dash.screens import screen_of
from dilctl.dash.stylesheet import ThriftyStylesheet
from dilctl.dash.themes import DEFAULT, NAMED_COLOURS, THEMES, WITHOUT_COLOUR
from dilctl.jobs import Jobs
from dilctl.reaping import reap
from dilctl.text import visible

Clock = Callable[[], datetime]

KEPT_EVERY = 10.0
"""Seconds after which what is remembered is written, as a lost line gives no time for it."""
_MOST_PLACES_BACK = 50
_CALM_AFTER = 2.0  # seconds
_HIDDEN_FOR = 0.005  # seconds


def _now() -> datetime:
    return datetime.now(UTC)


def _runs_by_word() -> type[Provider]:
    from dilctl.dash.palette import RunsByWord

    return RunsByWord


class DashApp(App[None]):
    """Live view of one registry.

    Args:
        jobs: the door to the registry; called from worker threads only.
        clock: tells the present time, for ages.
        memory: what was kept of earlier sittings; by default nothing, and nothing is kept.
        wishes: the person's theme and keys.
        settle: says of dead workers that they are; called in a thread now and then.
        graphics: what the terminal can draw pictures with.

    Attributes:
        calm: called a moment after each new screen is there.
    """

    TITLE = "dilctl"
    CSS_PATH = "shell.tcss"
    NOTIFICATION_TIMEOUT = 4.0
    COMMANDS = App.COMMANDS | {_runs_by_word}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS = [
        *(
            Binding(
                place.key,
                f"go('{place}')",
                place.capitalize(),
                show=False,
                id=f"everywhere.{place}",
            )
            for place in Place
        ),
        Binding("ctrl+p", "command_palette", "Palette", show=False, id="everywhere.palette"),
        Binding("A", "start_agent", "Start an agent here", show=False, id="everywhere.agent"),
        Binding("ctrl+z", "suspend_process", "To the shell", show=False, id="everywhere.shell"),
        Binding("question_mark", "help", "Help", key_display="?", id="everywhere.help"),
        Binding("q", "quit", "Quit", id="everywhere.quit"),
    ]

    def __init__(
        self,
        jobs: Jobs,
        *,
        clock: Clock = _now,
        memory: Memory | None = None,
        wishes: Dash | None = None,
        graphics: Graphics = BLOCKS,
        settle: Callable[[], object] = lambda: None,
    ) -> None:
        # Filters are chosen before themes: with NO_COLOR, the one that leaves out all colours.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._seat = Seat(jobs=jobs, clock=clock, pulse=Pulse(jobs, settle), graphics=graphics)
        self._memory = memory or Memory()
        self._wishes = wishes or Dash()
        self.calm: Callable[[], object] = lambda: None
        self._made: dict[Place, LiveScreen[Any]] = {}
        self._trail: list[Place] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.stylesheet = ThriftyStylesheet(variables=self.get_css_variables())
        for place in Place:
            self.add_mode(place, partial(self._screen_of, place))

    @property
    def ansi_theme(self) -> TerminalTheme:
        """What the named colours look like under the present theme."""
        return NAMED_COLOURS.get(self.theme) or super().ansi_theme

    def on_load(self) -> None:
        """Dress, before any rule of a style is parsed."""
        self.theme = self._first_theme()

    def on_mount(self) -> None:
        """Open the list of runs."""
        self.set_keymap(dict(self._wishes.keys))
        self.set_interval(KEPT_EVERY, self._keep_all)
        if not (self.is_headless or self.is_web):
            self._watch_line()
        self.switch_mode(self._first_place())

    @property
    def seat(self) -> Seat:
        """What every screen is given."""
        return self._seat

    def _first_theme(self) -> str:
        if self.no_color:
            return WITHOUT_COLOUR
        wanted = (self._wishes.theme, self._memory.of("app").get("theme"), DEFAULT)
        return next(theme for theme in wanted if theme in tuple(self.available_themes))

    def _first_place(self) -> Place:
        wanted = self._memory.of("app").get("place")
        return Place(wanted) if wanted in tuple(Place) else Place.RUNS

    def _screen_of(self, place: Place) -> LiveScreen[Any]:
        if place not in self._made:
            self._made[place] = screen_of(place, self._seat)
            self._made[place].recall(self._memory.of(place))
            self.set_timer(_CALM_AFTER, self.calm)
        return self._made[place]

    @property
    def _here(self) -> Place | None:
        return Place(self.current_mode) if self.current_mode in tuple(Place) else None

    def on_go(self, message: Go) -> None:
        """Take somebody to a place."""
        self._trail = [*self._trail[-_MOST_PLACES_BACK:], *([self._here] if self._here else [])]
        self._enter(message.place, message.subject)

    def action_go(self, place: str) -> None:
        """Take somebody to a place, whatever it shows."""
        if place != self._here:
            self.post_message(Go(Place(place), self._subject_for(Place(place))))

    def _subject_for(self, place: Place) -> Subject:
        """Who leaves the list for the screen of one run means the run under the cursor."""
        runs = self._made.get(Place.RUNS)
        if place is Place.RUN and self._here is Place.RUNS and isinstance(runs, ActingScreen):
            return Subject(runs=tuple(run.id for run in runs.chosen_runs()))
        return WHATEVER

    def action_return(self) -> None:
        """Return to where one came from; the runs are where every way begins."""
        if self._here is not Place.RUNS:
            self._enter(self._trail.pop() if self._trail else Place.RUNS, WHATEVER)

    def _enter(self, place: Place, subject: Subject) -> None:
        self._keep_all()
        if place is Place.RUNS:
            self._trail.clear()
        screen = self._screen_of(place)
        if subject != WHATEVER:
            screen.visit(subject)
        self.switch_mode(place)

    def delay_update(self, delay: float = _HIDDEN_FOR) -> None:
        """Hide for a moment how a screen comes to the front; by default Textual does for 50 ms."""
        super().delay_update(delay)

    def _keep_all(self) -> None:
        theme = self._memory.of("app").get("theme", "") if self.no_color else self.theme
        self._memory.keep("app", {"theme": theme, "place": str(self._here or Place.RUNS)})
        for place, screen in self._made.items():
            self._memory.keep(place, screen.remembered())

    def _watch_line(self) -> None:
        """Leave as by the key when the line to the terminal is lost, however that comes to be."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._leave)
        self.set_interval(KEPT_EVERY, self._leave_without_terminal)

    def _leave_without_terminal(self) -> None:
        if not os.isatty(sys.__stdin__.fileno() if sys.__stdin__ else 0):
            self._leave()

    def _leave(self) -> None:
        self._keep_all()
        self.exit()

    def action_help_quit(self) -> None:
        """Ctrl+C is no way out of what runs for days; say which is."""
        self.notify("q leaves", markup=False)

    @work(thread=True)
    def action_start_agent(self) -> None:
        """Start an agent on this machine that outlives the dashboard."""
        from dilctl.detached import start_detached

        settings, host = self._seat.jobs.settings, socket.gethostname()
        try:
            started = start_detached(settings, host)
        except EXPECTED as error:
            self._say(str(error), "error")
        else:
            self._say(f"an agent works on {host}; its log: {started.log}", "information")

    def _say(self, sentence: str, severity: Literal["information", "error"]) -> None:
        self.call_from_thread(self.notify, visible(sentence), severity=severity, markup=False)

    async def action_quit(self) -> None:
        """Leave, and remember."""
        self._keep_all()
        await super().action_quit()

    def on_heard(self, message: Heard) -> None:
        """Make known what has ended."""
        if said := announcement(message.events):
            self.notify(said.sentence, severity=said.severity, markup=False)

    def action_help(self) -> None:
        """Explain the keys of the present screen, and the words."""
        from dilctl.dash.help import HelpScreen

        self.push_screen(HelpScreen(keys_of(self.screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers: all that has a key here, the places, the themes."""
        for active in keys_of(screen):
            if active.enabled:
                name = f"{active.binding.description}  ({self.get_key_display(active.binding)})"
                yield SystemCommand(name, "", partial(self._do, active))
        yield SystemCommand("Theme: colours, also for colour-blind eyes", "", self.search_themes)
        if not self.is_web:  # whose page takes no files
            yield SystemCommand("Picture of this screen, as SVG", "", self.deliver_screenshot)

    async def _do(self, active: ActiveBinding) -> None:
        await self.run_action(active.binding.action, active.node)


def run(jobs: Jobs) -> None:
    """Show the dashboard until the person quits.

    Raises:
        UsageError: ``config.toml`` says something that is not understood.
    """
    from dilctl.configuration import read_configuration
    from dilctl.dash.keys import require_known
    from dilctl.dash.terminal import graphics_here

    wishes = read_configuration(jobs.settings.home).dash
    require_known(wishes)
    memory = Memory(jobs.settings.dash)

    def settle() -> None:
        reap(jobs.registry, jobs.settings)

    app = DashApp(jobs, memory=memory, wishes=wishes, graphics=graphics_here(), settle=settle)
    app.calm = gc.freeze  # what is there now stays: to go through it again halts all for long
    app.run()
    if app.return_code:  # it broke, and has said how
        raise SystemExit(app.return_code)
