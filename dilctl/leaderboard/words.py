"""What a board shows and does not show, in one honest sentence."""

from collections import Counter
from collections.abc import Sequence

from dilctl.leaderboard.phrases import bounds, counted, estimated, listed
from dilctl.leaderboard.values import Board, Estimate, Row
from dilctl.words import figure


def sentence(board: Board) -> str:
    """One honest sentence on what a board shows and does not; a second where rows are many.

    It counts what came of all comparisons with ERM and speaks of the best row among them; of rows
    of other weights than the last only where there is nothing else.
    """
    compared = [row for row in board.rows if row.gain is not None]
    contenders = [row for row in compared if row.weights == "last"] or compared
    if not contenders:
        return _nothing_compared(board)
    best = contenders[0]
    start = _start(board, compared, best, of_all=len(contenders) == len(compared))
    nothing = f"nothing is shown beyond these {_kind(board)} and images"
    parts = [f"{start} {_outcome(best, board)}{_price(best, board)}", *_swing(best), nothing]
    return f"{'; '.join(parts)}."


def _start(board: Board, compared: Sequence[Row], best: Row, *, of_all: bool) -> str:
    """How many rows are compared, where there are several, and which of them it is about."""
    where = f"the unseen {_kind(board)}"
    if len(compared) == 1:
        return f"On {where} {best.label}"
    among = "them" if of_all else "those of the last weights"
    counts = f"{len(compared)} rows are compared with ERM on {where}: {_verdicts(compared)}"
    return f"{counts}. The best of {among} on this test set, {best.label},"


def _verdicts(rows: Sequence[Row]) -> str:
    """As in ``1 gain, 2 losses and 2 undecided``."""
    names = {"gain": ("gain", "gains"), "loss": ("loss", "losses"), "undecided": ("undecided",) * 2}
    found = Counter(row.verdict for row in rows)
    return listed(f"{n} {names[v][n > 1]}" for v in names if (n := found[v]))


def _nothing_compared(board: Board) -> str:
    verdicts = {row.verdict for row in board.rows}
    if verdicts == {"oracle"}:
        return (
            "Only an oracle has been evaluated here: it was trained on all that it is tested on, "
            "so it shows nothing about generalisation."
        )
    if verdicts <= {"baseline", "oracle"}:
        return "Only ERM has been evaluated here, so nothing is compared yet."
    if not any(standing == "unseen" for _, standing in board.degradations):
        return "No degradation of this board is unseen, so it shows nothing about generalisation."
    return (
        "No row can be compared with an ERM of the same network, data, confounders and budget, "
        "so this board does not show what a rule is worth."
    )


def _outcome(row: Row, board: Board) -> str:
    assert row.gain is not None
    erm, common = "ERM", len(row.seeds)
    if baseline := board.baseline_of(row):
        common = len(set(row.seeds) & set(baseline.seeds))
        erm = baseline.label if _are_several_erms(board) else erm
    evidence = f"over {counted(board.images, 'image')} and {counted(common, 'seed')}"
    match row.verdict:
        case "gain":
            return f"is ahead of {erm} by {estimated(row.gain)} {evidence}"
        case "loss":
            return f"is behind {erm} by {estimated(_turned(row.gain))} {evidence}"
        case _:
            difference = f"the difference is {estimated(row.gain, signed=True)}"
            why = ", of which not all agree" if _excludes_zero(row.gain) else ""
            return f"cannot be told apart from {erm}: {difference} {evidence}{why}"


def _excludes_zero(gain: Estimate) -> bool:
    """Whether only the seeds keep a difference from being called one."""
    return (gain.low or 0) > 0 or (gain.high or 0) < 0


def _turned(value: Estimate) -> Estimate:
    """The same with the opposite sign."""
    low = None if value.high is None else -value.high
    high = None if value.low is None else -value.low
    return Estimate(mean=-value.mean, low=low, high=high)


def _are_several_erms(board: Board) -> bool:
    return sum(row.rule == "erm" and row.verdict != "oracle" for row in board.rows) > 1


def _price(row: Row, board: Board) -> str:
    """What the row pays, or gains, on what it was trained on; nothing where that is not tested."""
    if row.seen_price is None:
        return ""
    ends = bounds(row.seen_price, signed=True)
    size = f"{figure(row.seen_price.mean, signed=True)} dB{ends and f' ({ends})'}"
    return f", and on the seen {_kind(board)} the difference is {size}"


def _swing(row: Row) -> list[str]:
    """That the difference is no larger than what its own training swings by, where it is not."""
    if row.gain is None or row.last_looks is None or row.last_looks.swing is None:
        return []
    swing = row.last_looks.swing
    if abs(row.gain.mean) >= swing:
        return []
    return [
        f"the unseen difference is less than the {swing:.2f} dB by which its unseen PSNR swung "
        "between looks late in training"
    ]


def _kind(board: Board) -> str:
    """What the degradations of the board are called."""
    return "levels" if board.suite.endswith("levels") else "degradations"
