"""A share as a bar with its number beside it and a little of its past: pure."""

from collections.abc import Sequence

from rich.text import Text

from dilctl.dash.words import fit

_HEIGHTS = "▁▂▃▄▅▆▇█"
_LABEL = 9
_NUMBER = 6
_SHORTEST_NOTE = 24
_HIGH = 0.9


def gauge(
    label: str,
    share: float | None,
    note: str,
    past: Sequence[float | None],
    *,
    width: int,
    is_full_bad: bool = False,
) -> Text:
    """One line of exactly ``width`` cells; what does not fit is cut from its end.

    Args:
        label: what it is of.
        share: 0 to 1; None where it is not known.
        note: what the share is made of.
        past: earlier shares, the oldest first, and the present one.
        width: cells.
        is_full_bad: whether one that is nearly 1 is to be seen at once.
    """
    bar = 20 if width >= 100 else 12 if width >= 56 else 6
    history = min(len(past), max(0, (width - _LABEL - bar - _NUMBER - _SHORTEST_NOTE) // 2))
    alarming = is_full_bad and share is not None and share >= _HIGH
    line = fit(label, _LABEL)
    line.append_text(_bar(share, bar, "bold red" if alarming else "green"))
    line.append(f"{'–' if share is None else _percent(share):>{_NUMBER - 1}} ")
    rest = width - line.cell_len
    line.append_text(fit(note, max(0, rest - history - 1) if history else rest))
    if history:
        line.append(" ").append(sparkline(past, history), style="cyan")
    return fit(line, width)


def sparkline(past: Sequence[float | None], width: int) -> str:
    """The newest shares of a history, a cell each; what is not known is left blank."""
    newest = past[max(0, len(past) - width) :]
    return "".join(" " if share is None else _height(share) for share in newest).rjust(width)


def _height(share: float) -> str:
    return _HEIGHTS[min(len(_HEIGHTS) - 1, max(0, int(share * len(_HEIGHTS))))]


def _bar(share: float | None, cells: int, style: str) -> Text:
    halves = round(min(max(share or 0.0, 0.0), 1.0) * cells * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + "╸" * half
    return Text().append(done, style=style).append("─" * (cells - len(done)), style="dim")


def _percent(share: float) -> str:
    return f"{round(share * 100)}%"
