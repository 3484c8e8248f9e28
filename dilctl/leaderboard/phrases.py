"""How the sentences of a board write numbers and lists."""

from collections.abc import Iterable

from dilctl.leaderboard.values import Estimate, Spread


def interval(value: Estimate, *, absolute: bool = False) -> str:
    """The interval of an estimate in brackets, after a blank; ``absolute``: without signs."""
    if value.low is None or value.high is None:
        return " (too few images for an interval)"
    low, high = value.low, value.high
    if absolute:
        low, high = sorted((abs(low), abs(high)))
    return f" (95 % interval {low:.2f} to {high:.2f})"


def spread(value: Spread) -> str:
    """A mean with what it is made of, as in ``24.10 (23.80 to 24.42)``."""
    return f"{value.mean:.2f} ({value.lowest:.2f} to {value.highest:.2f})"


def counted(number: int, word: str) -> str:
    """As in ``1 seed``, ``2 seeds``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(words: Iterable[str]) -> str:
    """As in ``a, b and c``; at least one."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
