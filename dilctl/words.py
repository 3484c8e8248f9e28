"""The few words and signs that the command line and the dashboard write alike."""

from collections.abc import Mapping

from storage.records import Status

SIGNS: Mapping[Status, str] = {
    Status.QUEUED: "·",
    Status.STARTING: "◌",
    Status.RUNNING: "▶",
    Status.PAUSED: "‖",
    Status.DONE: "✓",
    Status.FAILED: "✗",
    Status.CANCELLED: "⊘",
}
"""How a status looks; a sign never stands without its word."""


def duration(seconds: float) -> str:
    """A span of time in at most 6 characters: ``45s``, ``2m10s``, ``1h05m``, ``3d04h``."""
    whole = max(0, round(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days >= 100:
        return f"{days}d"
    if days:
        return f"{days}d{hour:02d}h"
    if hours:
        return f"{hours}h{minute:02d}m"
    return f"{minutes}m{second:02d}s" if minutes else f"{second}s"


def short_degradation(name: str) -> str:
    """A degradation in the head of a column: ``gaussian-noise sigma=30`` becomes ``σ30``."""
    kind, _, parameters = name.partition(" ")
    if kind != "gaussian-noise" or not parameters.startswith("sigma="):
        return name
    return "σ" + parameters.removeprefix("sigma=")
