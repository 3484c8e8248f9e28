"""Seen against unseen quality through training: a trail for each seed, and whose it is."""

from collections.abc import Sequence

from rich.text import Text

from dilctl.leaderboard.looks import Looks
from dilctl.leaderboard.phrases import counted
from dilctl.leaderboard.tradeoff import Trail
from dilctl.plots.plot import SEVERAL, Frame, Place, Track, draw, letter
from dilctl.text import visible

HEIGHT = 18
# The first looks lie so far below all others that these would shrink to a point.
_EARLY = 1 / 4
UNSEEN_ALONE = (
    "No degradation of this board was trained on, so there is no seen quality to set the unseen "
    "against."
)
MARKS = (
    f"Each trail is a seed; its letter stands at its end ({SEVERAL}: several). The first "
    "quarter of the steps is left out of the picture"
)


def can_be_drawn(trails: Sequence[Trail]) -> bool:
    """Whether there is seen quality to set the unseen against."""
    return all(trail.looks.seen is not None for trail in trails)


def picture(trails: Sequence[Trail], width: int, *, height: int = HEIGHT) -> Text:
    """The trails.

    Args:
        trails: one at least; they can be drawn.
        width: cells, 40 at least.
        height: lines, 6 at least.
    """
    labels = _labels(trails)
    tracks = [_track(labels.index(trail.label), trail.looks) for trail in trails]
    title = "unseen PSNR in dB, upwards, against seen PSNR in dB"
    return draw(tracks, Frame(title=title, width=width, height=height))


def legend(trails: Sequence[Trail]) -> tuple[Text, ...]:
    """A line for each row, with the number of its seeds."""
    numbers = {label: 0 for label in _labels(trails)}
    for trail in trails:
        numbers[trail.label] += 1
    return tuple(
        letter(index).append(f" {visible(label)}, {counted(number, 'seed')}", style="none")
        for index, (label, number) in enumerate(numbers.items())
    )


def _labels(trails: Sequence[Trail]) -> list[str]:
    return list(dict.fromkeys(trail.label for trail in trails))


def _track(index: int, looks: Looks) -> Track:
    settled = [
        place
        for step, place in zip(looks.steps, _places(looks), strict=True)
        if step >= _EARLY * looks.steps[-1]
    ]
    return Track(index=index, points=tuple(settled), marked=(settled[-1],))


def _places(looks: Looks) -> list[Place]:
    assert looks.seen is not None
    return list(zip(looks.seen, looks.unseen, strict=True))
