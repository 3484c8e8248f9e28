"""Which columns a list of runs has at a width."""

from collections.abc import Sequence
from dataclasses import replace

from dilctl.dash.runs.columns import KNOWN, NARROWEST_NAME, WIDEST_NAME, Column, column

GAP = 1
COMFORTABLE_NAME = 32

_NEEDED = ("id", "state", "name", "unseen", "progress", "seen", "rule", "left", "seed")
_WELCOME = ("age", "gpu", "network", "task", "host", "sweep", "tags")


def columns_for(width: int, chosen: Sequence[str], highest: int) -> tuple[Column, ...]:
    """The columns of a list.

    Args:
        width: the cells that there are.
        chosen: the keys that a person chose, in order; none for those that fit, of which 80 cells
            hold all that are needed to judge a run.
        highest: the highest number of a run.

    Returns:
        With the name as wide as is left; those chosen may need more than there is.
    """
    digits = max(2, len(str(highest)))
    keys = chosen or _fitting(width, digits)
    columns = [replace(column(key), width=digits) if key == "id" else column(key) for key in keys]
    left = width - sum(c.width + GAP for c in columns if c.key != "name") - GAP
    name = min(max(left, NARROWEST_NAME), WIDEST_NAME)
    return tuple(replace(c, width=name) if c.key == "name" else c for c in columns)


def _fitting(width: int, digits: int) -> list[str]:
    """First what is needed, then what leaves the name its comfort; in the order of ``KNOWN``."""
    left = width - (digits - KNOWN["id"].width)
    keys: set[str] = set()
    for key in _NEEDED:
        if left - KNOWN[key].width - GAP >= 0 or not keys:
            keys.add(key)
            left -= KNOWN[key].width + GAP
    for key in _WELCOME:
        if left - KNOWN[key].width - GAP >= COMFORTABLE_NAME - NARROWEST_NAME:
            keys.add(key)
            left -= KNOWN[key].width + GAP
    return [key for key in KNOWN if key in keys]
