"""Differences and their intervals drawn as bars around zero; pure functions."""

from rich.text import Text

_ZERO = "┃"


def bar(mean: float, interval: tuple[float, float] | None, *, reach: float, width: int) -> Text:
    """A difference as a bar, with zero in the middle and its interval as a thin line.

    Args:
        mean: the difference; its bar is heavy.
        interval: low and high; None for none.
        reach: the largest distance from zero that is drawn, above 0.
        width: cells, odd, 3 at least.
    """
    middle = width // 2
    cells = [" "] * width

    def place(value: float) -> int:
        return middle + round(min(max(value / reach, -1.0), 1.0) * middle)

    if interval:
        for cell in range(place(interval[0]), place(interval[1]) + 1):
            cells[cell] = "─"
    for cell in _between(middle, place(mean)):
        cells[cell] = "━"
    cells[middle] = _ZERO
    style = "green" if mean > 0 else "red"
    certain = interval is None or interval[0] > 0 or interval[1] < 0
    return Text("".join(cells), style=style if certain and mean else "yellow")


def _between(middle: int, end: int) -> range:
    return range(middle + 1, end + 1) if end > middle else range(end, middle)
