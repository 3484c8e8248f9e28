"""The bar at the top: the six places, which one this is, and how many runs are in which state."""

from collections.abc import Mapping

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from dilctl.dash.places import Go, Place
from dilctl.dash.words import STYLES
from dilctl.words import SIGNS
from storage.records import Status

_TOLD = (Status.RUNNING, Status.QUEUED, Status.PAUSED, Status.FAILED, Status.DONE)


class PlacesBar(Widget, can_focus=False):
    """A click on a place leads there.

    Attributes:
        counts: how many runs there are of each status.
    """

    counts: reactive[Mapping[Status, int]] = reactive[Mapping[Status, int]](dict)

    def __init__(self, here: Place) -> None:
        super().__init__()
        self._here = here

    def render(self) -> Text:
        """Places at the left, counts at the right as far as there is room."""
        bar = Text(no_wrap=True)
        for place in Place:
            style = "reverse bold" if place is self._here else ""
            bar.append(_title(place), style=style)
        return bar.append_text(_counts(self.counts, self.size.width - cell_len(bar.plain)))

    def on_click(self, event: events.Click) -> None:
        """Go to the place under the pointer."""
        end = 0
        for place in Place:
            end += len(_title(place))
            if event.x < end:
                self.post_message(Go(place))
                return


def _title(place: Place) -> str:
    return f" {place.key} {place.capitalize()} "


def _counts(counts: Mapping[Status, int], room: int) -> Text:
    """The counts that fit into so many cells, the most pressing first, set to the right."""
    said = Text()
    for status in _TOLD:
        one = f" {SIGNS[status]}{counts.get(status, 0):,}"
        if counts.get(status) and cell_len(said.plain + one) < room:
            said.append(one, style=STYLES[status])
    return Text(" " * max(0, room - cell_len(said.plain) - 1)).append_text(said)
