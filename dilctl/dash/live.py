"""A screen that reads in a thread once a second while it is in front, and draws what arrives."""

from abc import abstractmethod
from typing import Generic, TypeVar

from textual import work
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen

from dilctl.dash.reading import EXPECTED
from dilctl.dash.widgets.banner import Banner

Page = TypeVar("Page")

PERIOD = 1.0
"""Seconds between two looks at the registry."""


class Arrived(Message, Generic[Page], bubble=False):
    """A page was read."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page


class Unreadable(Message, bubble=False):
    """The registry could not be read; one sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class LiveScreen(Screen[None], Generic[Page]):
    """Subclasses say how a page is read and how it is shown, and compose one ``Banner``."""

    BINDINGS = [Binding("r", "refresh", "Refresh", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._is_under_way = False
        self._is_wanted_again = False

    @abstractmethod
    def read(self) -> Page:
        """Read what the screen shows; called in a thread, touches no widget."""

    @abstractmethod
    def show(self, page: Page) -> None:
        """Bring the widgets up to date, in place."""

    def forget(self) -> None:
        """Read everything anew at the next look."""

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
            page = self.read()
        except EXPECTED as error:
            self.post_message(Unreadable(str(error)))
        else:
            self.post_message(Arrived(page))

    def on_arrived(self, message: Arrived[Page]) -> None:
        """Draw what was read."""
        self.query_one(Banner).trouble = ""
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
