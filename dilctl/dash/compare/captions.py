"""What the comparison says around its tables; pure functions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dilctl.dash.compare.reading import ComparePage, Part
from dilctl.dash.compare.sheets import line_label
from dilctl.dash.words import difference
from dilctl.text import visible

if TYPE_CHECKING:  # numpy is loaded in the thread that compares
    from dilctl.leaderboard.side_by_side import Beside

EMPTY = Text.assemble(
    ("There is nothing to compare yet.\n\n", "bold"),
    "Mark runs in the list (1) with space, and press x there; or name some here with a:\n",
    ("  7 8        rule=erm seed<3        sweep=mine\n\n", "bold green"),
    "The first run is what the others are compared with, image by image.",
)


def head(page: ComparePage) -> Text:
    """Which runs, the first before the others."""
    if not page.runs:
        return Text("compare", style="bold")
    first, *others = page.runs
    line = Text(f"run {first.id} {visible(first.rule)} seed {first.seed}", style="bold")
    line.append("  against  " if others else "  alone: a adds another", style="dim")
    said = [f"{run.id} {visible(run.rule)} seed {run.seed}" for run in others]
    return line.append(", ".join(said), style="not bold")


def gone(runs: Sequence[int]) -> str:
    """That runs were removed."""
    named = ", ".join(map(str, runs))
    return f"run {named} is no longer there" if len(runs) == 1 else f"runs {named} are gone"


def said(page: ComparePage, order: str) -> Text:
    """One line below: what is shown, and what has to be known to read it."""
    if not page.runs:
        return Text()
    match page.wish.part:
        case Part.CURVES:
            index = page.metrics.index(page.wish.curve) + 1 if page.wish.curve else 0
            text = f"{visible(page.wish.curve)}  {index} of {len(page.metrics)}"
        case Part.SETTINGS:
            text = _of_settings(page)
        case Part.TESTS:
            text = _of_tests(page)
        case Part.IMAGES:
            text = _of_images(page, order)
    return Text(text, style="dim")


def _of_settings(page: ComparePage) -> str:
    if page.wish.every_setting:
        return f"all {len(page.settings)} settings; = as the first run"
    if not page.settings:
        return "They differ in no setting. e shows all."
    return f"{len(page.settings)} settings differ; = as the first run; e shows all"


def _of_tests(page: ComparePage) -> str:
    if not page.lines:
        return "None of them has been tested yet: dilctl eval RUN tests one."
    first = page.runs[0].id
    unit = "PSNR in dB" if page.wish.metric == "psnr" else "SSIM"
    text = f"{unit}; the others as differences to run {first}, 95 % intervals over images"
    cells = [cell for line in page.lines for cell in line.runs[1:] if cell is not None]
    if any(cell.difference is not None and not cell.is_paired for cell in cells):
        text += "; ≠ other images: the difference of two means"
    if any(line.degradations > 1 for line in page.lines):
        text += f"; seen and unseen as run {first} was trained"
    return text


def _of_images(page: ComparePage, order: str) -> str:
    if not page.lines:
        return "None of them has been tested yet: dilctl eval RUN tests one."
    line = page.lines[0]
    means = [_mean(cell) for cell in line.runs[1:] if cell is not None]
    over = f"; mean {', '.join(means)}" if any(means) else ""
    many = "1 image" if len(page.images) == 1 else f"{len(page.images):,} images"
    return f"{line_label(line)}, {many}, {order}{over}; enter shows pictures"


def _mean(cell: "Beside") -> str:
    if cell.difference is None:
        return ""
    if cell.low is None or cell.high is None:
        return difference(cell.difference)
    ends = f"{difference(cell.low)} to {difference(cell.high)}"
    return f"{difference(cell.difference)} ({ends})"
