"""What a person is told of events wherever they are: that runs have ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dilctl.text import visible
from dilctl.words import SIGNS
from storage.records import Event, Status

_TOLD = (Status.FAILED, Status.DONE)


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
    """Whether a run became so: what is done already may be tested, of which an event says so."""
    return event.status is status and not (status is Status.DONE and event.why)


def _said(status: Status, events: Sequence[Event]) -> str:
    if len(events) > 1:
        return f"{SIGNS[status]} {len(events)} runs {status}"
    (event,) = events
    said = f"{SIGNS[status]} run {event.run}"
    if not event.why:
        return f"{said} {status}"
    if status is Status.DONE:  # it was done before; now it was tested, say
        return f"{said} {visible(event.why)}"
    return f"{said} {status}: {visible(event.why)}"
