"""What a board shows and does not show, in one honest sentence."""

from dilctl.leaderboard.phrases import counted, interval
from dilctl.leaderboard.values import Board, Row


def sentence(board: Board) -> str:
    """One honest sentence on what a board shows and what it does not.

    It speaks of the best row that is compared with ERM, whatever came of the comparison; of rows
    of other weights than the last only where there is nothing else.
    """
    compared = [row for row in board.rows if row.gain is not None]
    contenders = [row for row in compared if row.weights == "last"] or compared
    if not contenders:
        return _nothing_compared(board)
    best = contenders[0]
    parts = [_outcome(best, board), *_price(best, board)]
    if others := len(compared) - 1:
        verb = "is" if others == 1 else "are"
        parts.append(f"{counted(others, 'more row')} {verb} compared in the table")
    return f"{'; '.join([*parts, _limits(best, board)])}."


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
    erm, common, where = "ERM", len(row.seeds), _kind(board)
    if baseline := board.baseline_of(row):
        common = len(set(row.seeds) & set(baseline.seeds))
        erm = baseline.label if _are_several_erms(board) else erm
    evidence = f"over {counted(board.images, 'image')} and {counted(common, 'seed')}"
    match row.verdict:
        case "gain" | "loss":
            side = "ahead of" if row.verdict == "gain" else "behind"
            size = f"{abs(row.gain.mean):.2f} dB{interval(row.gain, absolute=True)}"
            return f"On the unseen {where} {row.label} is {side} {erm} by {size} {evidence}"
        case _:
            size = f"{row.gain.mean:+.2f} dB{interval(row.gain)}"
            return (
                f"On the unseen {where} {row.label} and {erm} cannot be told apart: the difference "
                f"is {size} {evidence}"
            )


def _are_several_erms(board: Board) -> bool:
    return sum(row.rule == "erm" and row.verdict != "oracle" for row in board.rows) > 1


def _price(row: Row, board: Board) -> list[str]:
    """What the row pays, or gains, on what it was trained on; nothing where that is not tested."""
    if row.seen_price is None:
        return []
    size = f"{row.seen_price.mean:+.2f} dB{interval(row.seen_price)}"
    return [f"on the seen {_kind(board)} the difference is {size}"]


def _limits(row: Row, board: Board) -> str:
    nothing = f"nothing is shown beyond these {_kind(board)} and images"
    if row.gain is None or row.last_looks is None or row.last_looks.swing is None:
        return nothing
    swing = row.last_looks.swing
    than = "less" if abs(row.gain.mean) < swing else "no less"
    return (
        f"the unseen difference is {than} than the {swing:.2f} dB by which unseen PSNR swung "
        f"between neighbouring looks late in its own training, and {nothing}"
    )


def _kind(board: Board) -> str:
    """What the degradations of the board are called."""
    return "levels" if board.suite.endswith("levels") else "degradations"
