"""A screen that reads in a thread once a second while it is in front, and draws what arrives."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from dilctl.dash.graphics import BLOCKS, Graphics
from dilctl.dash.news import News, Pulse
from dilctl.dash.places import WHATEVER, Go, Place, Subject
from dilctl.dash.widgets.banner import Banner
from dilctl.dash.widgets.keys_line import KeysLine
from dilctl.dash.widgets.places_bar import PlacesBar
from dilctl.errors import DilctlError
from dilctl.jobs import Jobs
from dilctl.text import visible
from storage.errors import StorageError
from storage.records import Event
from trainers.errors import TrainerError

Page = TypeVar("Page")
Json = Mapping[str, Any]

PERIOD = 1.0
"""Seconds between two looks at the registry."""

EXPECTED = (DilctlError, StorageError, TrainerError, OSError)
"""Errors that are one sentence, to be shown as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What every screen is given.

    Attributes:
        jobs: the door to the registry; called from worker threads only.
        clock: tells the present time, for ages.
        pulse: the news of the registry.
        graphics: what the terminal can draw pictures with.
        drafts: what was typed in forms that were left, for when they are opened again.
    """

    jobs: Jobs
    clock: Callable[[], datetime]
    pulse: Pulse
    graphics: Graphics = BLOCKS
    drafts: dict[str, object] = field(default_factory=dict[str, object], compare=False)


class Heard(Message):
    """The registry told of events; the app makes known what a person would want to hear of."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        super().__init__()
        self.events = events


class Arrived(Message, Generic[Page], bubble=False):
    """A page was read."""

    def __init__(self, page: Page, news: News) -> None:
        super().__init__()
        self.page = page
        self.news = news


class Unreadable(Message, bubble=False):
    """The registry could not be read; one sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class LiveScreen(Screen[None], Generic[Page]):
    """Subclasses say what stands in the frame, how a page is read, and how it is shown."""

    PLACE: ClassVar[Place]
    BINDINGS = [
        Binding("r", "refresh", "Read anew", show=False, id="everywhere.refresh"),
        Binding("escape", "app.return", "Back", show=False, id="everywhere.back"),
    ]

    head: reactive[Text] = reactive(Text, init=False, repaint=False)
    """The line under the bar of places."""
    advice: reactive[str] = reactive("", init=False, repaint=False)
    """What a person may want to do, shown where nothing is wrong; empty for nothing."""

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self.seat = seat
        self._is_under_way = False
        self._is_wanted_again = False

    @abstractmethod
    def compose_body(self) -> ComposeResult:
        """What stands between the head line and the keys."""

    @abstractmethod
    def read(self, news: News) -> Page:
        """Read what the screen shows; called in a thread, touches no widget."""

    @abstractmethod
    def show(self, page: Page) -> None:
        """Bring the widgets up to date, in place."""

    def forget(self) -> None:
        """Read everything anew at the next look."""

    def visit(self, subject: Subject) -> None:
        """Somebody comes to look at something; perhaps before the screen is mounted."""
        del subject

    def remembered(self) -> Json:
        """What is kept from one sitting to the next, as plain JSON."""
        return {}

    def recall(self, state: Json) -> None:
        """Take up what was kept; called before the screen is mounted, with whatever a file held."""
        del state

    def compose(self) -> ComposeResult:
        """Places, head, banner, body, keys."""
        yield PlacesBar(self.PLACE)
        yield Static(Text("reading the registry …", style="dim"), id="head", markup=False)
        yield Banner()
        yield from self.compose_body()
        yield KeysLine()

    def watch_head(self, head: Text) -> None:
        """Show it."""
        self.query_one("#head", Static).update(head, layout=False)

    def watch_advice(self, advice: str) -> None:
        """Show it."""
        self.query_one(Banner).advice = advice

    def on_mount(self) -> None:
        """Start the clock."""
        self._ticking = self.set_interval(PERIOD, self.look)

    def on_screen_resume(self) -> None:
        """In front again: look at once."""
        self._ticking.resume()
        self.look(again=True)

    def on_screen_suspend(self) -> None:
        """Behind another screen: what nobody sees is not read."""
        self._ticking.pause()

    def look(self, *, again: bool = False) -> None:
        """Read, unless a read is under way; ``again`` asks for one more after that one."""
        if self._is_under_way:
            self._is_wanted_again |= again
            return
        self._is_under_way = True
        self._look_in_thread()

    @work(thread=True)
    def _look_in_thread(self) -> None:
        try:
            news, events = self.seat.pulse.read()
            if events:
                self.post_message(Heard(events))
            page = self.read(news)
        except EXPECTED as error:
            self.post_message(Unreadable(str(error)))
        else:
            self.post_message(Arrived(page, news))

    def on_arrived(self, message: Arrived[Page]) -> None:
        """Draw what was read; after trouble the registry may be another, so read it all again."""
        banner = self.query_one(Banner)
        if banner.trouble:
            banner.trouble = ""
            self.forget()
            self._is_wanted_again = True
        self.query_one(PlacesBar).counts = message.news.counts
        self.show(message.page)
        self._rest()

    def on_unreadable(self, message: Unreadable) -> None:
        """Keep what is shown, say why it stands still, and go on trying."""
        self.query_one(Banner).trouble = message.sentence
        self._rest()

    def _rest(self) -> None:
        self._is_under_way = False
        if self._is_wanted_again:
            self._is_wanted_again = False
            self.look()

    def action_refresh(self) -> None:
        """Read everything anew, now."""
        self.forget()
        self.look(again=True)

    def go(self, place: Place, subject: Subject = WHATEVER) -> None:
        """Leave for another screen."""
        self.post_message(Go(place, subject))

    def tell(self, sentence: str, *, is_fault: bool = False) -> None:
        """Say something in passing."""
        severity = "error" if is_fault else "information"
        lines = "\n".join(map(visible, sentence.splitlines()))
        self.notify(lines, severity=severity, markup=False)

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard of the terminal, by OSC 52; over ssh and tmux, too."""
        self.app.copy_to_clipboard(text)
        self.tell(f"copied: {what}")
