"""How the sentences of a board write numbers and lists."""

from collections.abc import Iterable

from dilctl.leaderboard.values import Estimate, Spread
from dilctl.words import figure


def estimated(value: Estimate, *, signed: bool = False) -> str:
    """As in ``24.69 dB (95 % interval 24.10 to 25.20)``; differences are ``signed``."""
    ends = bounds(value, signed=signed)
    evidence = f"95 % interval {ends}" if ends else "too few images for an interval"
    return f"{figure(value.mean, signed=signed)} dB ({evidence})"


def bounds(value: Estimate, *, signed: bool = False) -> str:
    """As in ``-0.51 to +0.07``; empty where there is no interval."""
    if value.low is None or value.high is None:
        return ""
    return f"{figure(value.low, signed=signed)} to {figure(value.high, signed=signed)}"


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
