"""What a person is told of events wherever they are: that runs have ended, or were lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import Event, Status

_TOLD = (Status.FAILED, Status.QUEUED, Status.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A sentence, and how grave it is."""

    sentence: str
    severity: Literal["information", "error"]


def announcement(events: Sequence[Event]) -> Announcement | None:
    """One sentence on all runs that ended; None where none did."""
    ended = {status: [e for e in events if _is_end(e, status)] for status in _TOLD}
    parts = [_said(status, of_it) for status, of_it in ended.items() if of_it]
    if not parts:
        return None
    severity = "error" if ended[Status.FAILED] else "information"
    return Announcement(sentence="\n".join(parts), severity=severity)


def _is_end(event: Event, status: Status) -> bool:
    """Whether a run became so by itself.

    What is done already may be tested, of which an event says so, too; people queue runs, and so
    do agents when a worker is lost.
    """
    match status:
        case Status.DONE:
            return event.status is status and not event.why
        case Status.QUEUED:
            return event.status is status and event.who.startswith("agent") and bool(event.why)
        case _:
            return event.status is status


def _said(status: Status, events: Sequence[Event]) -> str:
    if len(events) > 1:
        return f"{SIGNS[status]} {len(events)} runs {_word(status)}"
    (event,) = events
    said = f"{SIGNS[status]} run {event.run}"
    why = f": {visible(event.why)}" if event.why else ""
    return f"{said} {_word(status)}{why}"


def _word(status: Status) -> str:
    return "queued again" if status is Status.QUEUED else status.value
