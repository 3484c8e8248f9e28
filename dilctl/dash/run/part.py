"""What the screen of a run is made of: parts, of which one is shown and read at a time."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from textual.containers import Vertical

from dilctl.dash.live import LiveScreen
from dilctl.jobs import Jobs
from storage.records import Run

Seen = TypeVar("Seen")


class Part(Vertical, Generic[Seen]):
    """Subclasses say what is read of a run, and how it is shown."""

    TITLE: ClassVar[str]

    @abstractmethod
    def read(self, jobs: Jobs, run: Run) -> Seen:
        """What is to be shown of a run; called in a thread, touches no widget."""

    @abstractmethod
    def show(self, seen: Seen) -> None:
        """Bring the widgets up to date, in place."""

    @abstractmethod
    def enter(self) -> None:
        """Take the keys."""

    def forget(self) -> None:
        """Read everything anew at the next look."""

    def remembered(self) -> Mapping[str, Any]:
        """What is kept from one sitting to the next."""
        return {}

    def recall(self, state: Mapping[str, Any]) -> None:
        """Take up what was kept."""
        del state

    @property
    def live_screen(self) -> LiveScreen[Any]:
        """The screen that reads for this part."""
        assert isinstance(self.screen, LiveScreen)
        return self.screen
