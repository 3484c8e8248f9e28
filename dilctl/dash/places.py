"""The six screens by name, what one of them is asked to show, and the wish to go there."""

from dataclasses import dataclass
from enum import StrEnum

from textual.message import Message


class Place(StrEnum):
    """A screen; their order is that of the number keys."""

    RUNS = "runs"
    RUN = "run"
    BOARD = "board"
    COMPARE = "compare"
    GALLERY = "gallery"
    MACHINES = "machines"

    @property
    def key(self) -> str:
        """The key that leads there."""
        return str(tuple(Place).index(self) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a screen is asked to show; what is empty is left to the screen.

    Attributes:
        runs: numbers of runs.
        task, test_set, degradation, image: by their names.
    """

    runs: tuple[int, ...] = ()
    task: str = ""
    test_set: str = ""
    degradation: str = ""
    image: str = ""


WHATEVER = Subject()
"""Nothing in particular."""


class Go(Message):
    """Somebody wants to be at a place; the app takes them there."""

    def __init__(self, place: Place, subject: Subject = WHATEVER) -> None:
        super().__init__()
        self.place = place
        self.subject = subject
