"""Numbers, sizes, durations and moments, as people write them."""

import re
from datetime import datetime, timedelta

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(rf"[+-]?(?:{_DECIMAL}|inf)", re.ASCII)
_PERCENTAGE = re.compile(rf"([+-]?{_DECIMAL})%", re.ASCII)
_SIZE = re.compile(rf"({_DECIMAL})([kmgt]i?b|b)", re.IGNORECASE | re.ASCII)
_SPAN = re.compile(rf"({_DECIMAL})([wdhms])", re.ASCII)
_SPANS = re.compile(rf"(?:{_SPAN.pattern})+", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2}(?P<fraction>\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_POWERS = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def plain_number(text: str) -> int | float | None:
    """``7``, ``-3``, ``1e-4``, ``inf``; a whole number of 64 bits stays whole. Else None."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def duration(text: str) -> float | None:
    """Seconds: ``2d``, ``90m``, ``1h30m``, ``1.5h``. None if it is none."""
    if not _SPANS.fullmatch(text):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _SPAN.findall(text))


def quantity(text: str) -> int | float | None:
    """A number, a percentage, a size in bytes or a duration in seconds. None if it is none."""
    if (number := plain_number(text)) is not None:
        return number
    if said := _PERCENTAGE.fullmatch(text):
        return float(said[1]) / 100
    if said := _SIZE.fullmatch(text):
        return _size(said[1], said[2].lower())
    return duration(text)


def _size(number: str, unit: str) -> int | float:
    size = float(number) * (1024 if "i" in unit else 1000) ** _POWERS[unit[0]]
    return int(size) if size.is_integer() and size < 2**53 else size


def moment(text: str) -> tuple[float, float] | None:
    """The stretch of time that ``2026-11-20`` or ``2026-11-20T12:00`` names; None if it is none.

    Without a zone it is local time.

    Returns:
        Its first moment and the first one after it, in seconds since the epoch.
    """
    if not (said := _MOMENT.fullmatch(text)):
        return None
    try:
        first = datetime.fromisoformat(text)
        return first.timestamp(), (first + _length(said)).timestamp()
    except (ValueError, OverflowError, OSError):  # no such day, or beyond what the system counts
        return None


def _length(said: re.Match[str]) -> timedelta:
    """A day for a day, a minute for a minute, and so on."""
    if "T" not in said[0]:
        return timedelta(days=1)
    if said["second"] is None:
        return timedelta(minutes=1)
    if said["fraction"] is None:
        return timedelta(seconds=1)
    return timedelta(seconds=10.0 ** (1 - len(said["fraction"])))
