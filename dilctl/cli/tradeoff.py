"""Seen against unseen quality through training, drawn, or as a table of numbers for a pipe."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dilctl.cli import output, words
from dilctl.leaderboard.tradeoff import Trail
from dilctl.plots import tradeoff as plots

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDEST = 100
_ELSEWHERE = "--json, --csv or a pipe gives it."


def print_tradeoff(trails: Sequence[Trail], console: "Console", *, drawn: bool) -> None:
    """The trails of all seeds of a board: a picture, or the numbers."""
    if not drawn:
        console.print(_numbers(trails))
    if not plots.can_be_drawn(trails):
        how = f"How the unseen went through training: {_ELSEWHERE}"
        console.print(f"{plots.UNSEEN_ALONE} {how}")
    elif drawn:
        console.print(plots.picture(trails, min(console.width, _WIDEST)))
        for line in (*plots.legend(trails), f"{plots.MARKS}: {_ELSEWHERE}"):
            console.print(line)


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
