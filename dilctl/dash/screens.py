"""Which screen stands at a place; each is imported only when somebody goes there."""

from typing import Any, assert_never

from dilctl.dash.live import LiveScreen, Seat
from dilctl.dash.places import Place


def screen_class(place: Place) -> type[LiveScreen[Any]]:
    """The class of the screen at a place."""
    match place:
        case Place.RUNS:
            from dilctl.dash.runs.screen import RunsScreen as Found
        case Place.RUN:
            from dilctl.dash.run.screen import RunScreen as Found
        case Place.BOARD:
            from dilctl.dash.board.screen import BoardScreen as Found
        case Place.COMPARE:
            from dilctl.dash.compare.screen import CompareScreen as Found
        case Place.GALLERY:
            from dilctl.dash.gallery.screen import GalleryScreen as Found
        case Place.MACHINES:
            from dilctl.dash.machines.screen import MachinesScreen as Found
        case _:
            assert_never(place)
    return Found


def screen_of(place: Place, seat: Seat) -> LiveScreen[Any]:
    """A new screen for a place."""
    return screen_class(place)(seat)
