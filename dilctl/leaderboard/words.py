"""What a board shows and does not show, in sentences."""

from collections.abc import Iterable, Mapping, Sequence

from dilctl.leaderboard.labels import short_name
from dilctl.leaderboard.measured import CAP, Pool
from dilctl.leaderboard.statistics import FEWEST, RESAMPLES, estimate
from dilctl.leaderboard.values import Board, Estimate, Row
from storage.records import Run

_SWING = 0.5
"""Decibels by which unseen PSNR differs between neighbouring checkpoints of a small run."""


def notes(
    pools: Sequence[Pool],
    rows: Sequence[Row],
    *,
    training: Sequence[str],
    outside: Sequence[Run],
    refusals: Mapping[str, str],
) -> tuple[str, ...]:
    """What a reader must know of a board, one sentence each.

    Args:
        pools: the seeds of each row.
        rows: the rows, in the order of the pools.
        training: sources of the training images.
        outside: runs that were left out of their rows.
        refusals: why a row could not be compared with ERM, by its label.
    """
    said = [
        f"All rows are trained on {_listed(short_name(source) for source in training)}.",
        *_interval_notes(pools),
        *_seed_notes(pools, rows),
        *(f"{label}: not compared with ERM, since {why}." for label, why in refusals.items()),
    ]
    between = {name for p in pools for name, word in p.first.degradations if word == "interpolated"}
    if between:
        said.append(f"{_listed(sorted(between))}: between seen levels, in neither mean.")
    if outside:
        numbers = _listed(str(run.id) for run in outside)
        said.append(f"Left out, as measured on other images or degradations: run {numbers}.")
    if any(member.is_capped for pool in pools for member in pool.members):
        said.append(f"Images restored without any error count as {CAP:g} dB.")
    return tuple(said)


def _interval_notes(pools: Sequence[Pool]) -> list[str]:
    counts = {len(pool.first.images) for pool in pools}
    said: list[str] = []
    if any(count >= FEWEST for count in counts):
        said.append(
            f"Intervals are 95 % bootstraps over images ({RESAMPLES:,} resamples), seeds averaged."
        )
    if any(count < FEWEST for count in counts):
        said.append(f"No interval is given for fewer than {FEWEST} images.")
    if len(counts) > 1:
        said.append("Rows differ in their images: their means must not be compared.")
    return said


def _seed_notes(pools: Sequence[Pool], rows: Sequence[Row]) -> list[str]:
    said: list[str] = []
    if any(len(row.seeds) == 1 for row in rows):
        said.append("A row of one seed does not show how much seeds differ.")
    if any(1 < len(row.seeds) < FEWEST for row in rows):
        said.append(f"Below {FEWEST} seeds their range is shown, lowest to highest.")
    for pool, row in zip(pools, rows, strict=True):
        unseen = pool.of_standing("unseen")
        if len(row.seeds) >= FEWEST and unseen.size:
            over_seeds = estimate(unseen.mean((1, 2)))
            said.append(
                f"{row.label}: over {len(row.seeds)} seeds the unseen mean is "
                f"{over_seeds.mean:.2f} dB{_interval(over_seeds)}."
            )
    return said


def sentence(board: Board) -> str:
    """One honest sentence on what a board shows and what it does not.

    It speaks of the best row that is compared with ERM, whatever came of the comparison.
    """
    contenders = [row for row in board.rows if row.gain is not None]
    if contenders:
        others = len(contenders) - 1
        more = f" ({others} more in the table)" if others else ""
        return f"{_outcome(contenders[0], board)}{more}; {_limits(contenders[0])}."
    if all(row.verdict == "baseline" for row in board.rows):
        return "Only ERM has been evaluated here, so nothing is compared yet."
    if not any(standing == "unseen" for _, standing in board.degradations):
        return "No degradation of this board is unseen, so it shows nothing about generalisation."
    return (
        "No row can be compared with an ERM of the same network, data, confounders and budget, "
        "so this board does not show what a rule is worth."
    )


def _outcome(row: Row, board: Board) -> str:
    assert row.gain is not None
    evidence = f"{_images(board)}, {_seeds(row)}"
    size = f"{abs(row.gain.mean):.2f} dB"
    match row.verdict:
        case "gain" | "loss":
            side = "ahead of" if row.verdict == "gain" else "behind"
            return (
                f"On the unseen levels {row.label} is {side} ERM by {size}"
                f"{_interval(row.gain, absolute=True)} over {evidence}{_price(row, board)}"
            )
        case _:
            return (
                f"On the unseen levels {row.label} and ERM cannot be told apart: the difference "
                f"is {row.gain.mean:+.2f} dB{_interval(row.gain)} over {evidence}"
                f"{_price(row, board)}"
            )


def _price(row: Row, board: Board) -> str:
    """What the seen levels pay or gain, where exactly one row can be the ERM that was meant."""
    baselines = [
        other
        for other in board.rows
        if (other.rule, other.network, other.budget, other.seeds)
        == ("erm", row.network, row.budget, row.seeds)
    ]
    if len(baselines) != 1 or row.seen is None or baselines[0].seen is None:
        return ""
    difference = row.seen.mean - baselines[0].seen.mean
    return (
        f", and {abs(difference):.2f} dB {'above' if difference >= 0 else 'below'} it on the seen"
    )


def _limits(row: Row) -> str:
    assert row.gain is not None
    if abs(row.gain.mean) < _SWING:
        swing = (
            "this is less than unseen PSNR swings between neighbouring checkpoints of a small run"
        )
    else:
        swing = (
            "unseen PSNR of small runs swings by half a decibel between neighbouring checkpoints"
        )
    return f"{swing}, and nothing is shown beyond these levels and images"


def _interval(value: Estimate, *, absolute: bool = False) -> str:
    if value.low is None or value.high is None:
        return " (too few images for an interval)"
    low, high = value.low, value.high
    if absolute:
        low, high = sorted((abs(low), abs(high)))
    return f" (95 % interval {low:.2f} to {high:.2f})"


def _images(board: Board) -> str:
    return f"{board.images} {'image' if board.images == 1 else 'images'}"


def _seeds(row: Row) -> str:
    return f"{len(row.seeds)} {'seed' if len(row.seeds) == 1 else 'seeds'}"


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
