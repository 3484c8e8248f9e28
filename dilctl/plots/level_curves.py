"""Quality against level: two pictures, absolute and against ERM, with what their marks mean."""

import math
from collections.abc import Iterable, Sequence

from rich.text import Text

from dilctl.leaderboard.curves import LevelCurves
from dilctl.plots.plot import SEVERAL, Frame, Place, Track, draw, letter
from dilctl.text import visible

HEIGHT, DIFFERENCE_HEIGHT = 14, 11
_SIGNS = {"gaussian-noise sigma": "σ"}


def level(curves: LevelCurves) -> str:
    """What the levels are of, as ``σ`` or ``poisson-noise alpha``."""
    named = f"{curves.kind} {curves.parameter}"
    return f"{_SIGNS.get(named, named)} {curves.convention}".strip()


def absolute(
    curves: LevelCurves, width: int, *, height: int = HEIGHT, quality: str = "PSNR in dB"
) -> Text:
    """Each row over the levels.

    Args:
        curves: of one degradation.
        width: cells, 40 at least.
        height: lines, 6 at least.
        quality: what the values are.
    """
    lines = [_finite((p.level, p.psnr.mean) for p in curve.points) for curve in curves.curves]
    if not any(lines):
        return Text(f"No {quality} is a number here.")
    return _drawn(curves, lines, f"{quality}, upwards, against {level(curves)}", width, height)


def difference(
    curves: LevelCurves, width: int, *, height: int = DIFFERENCE_HEIGHT, unit: str = ", in dB"
) -> Text | None:
    """The same against ERM, without which curves a tenth of a decibel apart look the same.

    Returns:
        None where no row is compared with ERM.
    """
    lines = [
        _finite((p.level, p.to_erm.mean) for p in curve.points if p.to_erm is not None)
        for curve in curves.curves
    ]
    if not any(lines):
        return None
    title = f"the same minus that of ERM{unit}, against {level(curves)}"
    return _drawn(curves, lines, title, width, height)


def legend(curves: LevelCurves) -> tuple[Text, ...]:
    """A line for each row."""
    return tuple(
        letter(index).append(f" {visible(curve.label)}", style="none")
        for index, curve in enumerate(curves.curves)
    )


def marks(curves: LevelCurves) -> str:
    """What the other signs of the pictures mean."""
    trained = ", ".join(f"{each:g}" for each in curves.seen)
    return f"{SEVERAL} several rows.  " + (
        f"━ the range trained on: {trained}." if trained else "None of this was trained on."
    )


def _finite(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(place for place in places if math.isfinite(place[1]))


def _drawn(
    curves: LevelCurves, lines: Sequence[tuple[Place, ...]], title: str, width: int, height: int
) -> Text:
    tracks = [
        Track(index=index, points=points, marked=points)
        for index, points in enumerate(lines)
        if points
    ]
    heavy = (curves.seen[0], curves.seen[-1]) if curves.seen else None
    return draw(tracks, Frame(title=visible(title), width=width, height=height, heavy=heavy))
