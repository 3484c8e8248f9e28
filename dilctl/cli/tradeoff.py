"""Seen against unseen quality through training, drawn, or as a table of numbers for a pipe."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dilctl.cli import output, words
from dilctl.cli.plot import SEVERAL, Frame, Place, Track, draw, letter
from dilctl.leaderboard.looks import Looks
from dilctl.leaderboard.tradeoff import Trail

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_HEIGHT = 18
# The first looks lie so far below all others that these would shrink to a point.
_EARLY = 1 / 4
_UNSEEN_ALONE = (
    "No degradation of this board was trained on, so there is no seen quality to set the unseen "
    "against. How the unseen went through training: --json, --csv or a pipe gives it."
)


def print_tradeoff(trails: Sequence[Trail], console: "Console", *, drawn: bool) -> None:
    """The trails of all seeds of a board: a picture, or the numbers."""
    if not drawn:
        console.print(_numbers(trails))
    if any(trail.looks.seen is None for trail in trails):
        console.print(_UNSEEN_ALONE)
    elif drawn:
        _print_picture(trails, console)


def _print_picture(trails: Sequence[Trail], console: "Console") -> None:
    labels = list(dict.fromkeys(trail.label for trail in trails))
    tracks = [_track(labels.index(trail.label), trail.looks) for trail in trails]
    title = "unseen PSNR in dB, upwards, against seen PSNR in dB"
    console.print(draw(tracks, Frame(title=title, width=min(console.width, 100), height=_HEIGHT)))
    for index, label in enumerate(labels):
        seeds = words.many(sum(trail.label == label for trail in trails), "seed")
        console.print(letter(index).append(f" {output.cell(label)}, {seeds}", style="none"))
    console.print(
        f"Each trail is a seed; its letter stands at its end ({SEVERAL}: several). The first "
        "quarter of the steps is left out of the picture: --json, --csv or a pipe gives it."
    )


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


def _numbers(trails: Sequence[Trail]) -> "Table":
    """A line for each look at each seed."""
    columns = ("seed", "step", "gradients", "seconds", "seen", "unseen")
    table = output.table("rule", *columns, right=columns)
    for trail in trails:
        looks = trail.looks
        seen_means = looks.seen or [None] * len(looks.steps)
        along = (looks.steps, looks.gradients, looks.seconds)
        for step, gradients, seconds, seen, unseen in zip(
            *along, seen_means, looks.unseen, strict=True
        ):
            table.add_row(
                output.cell(trail.label),
                str(trail.seed),
                str(step),
                str(gradients),
                f"{seconds:.1f}",
                words.decibels(seen),
                words.decibels(unseen),
            )
    return table
