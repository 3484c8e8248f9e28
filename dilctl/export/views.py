"""What else a board can show, as CSV: level curves, trade-offs, equal budgets, the paper's rows."""

from collections.abc import Mapping, Sequence

from dilctl.export.board import board_columns, board_lines, spread_columns
from dilctl.export.spreadsheet import Value, csv_text
from dilctl.leaderboard import Board
from dilctl.leaderboard.budgets import EqualBudget, RowAtBudget, SeedAtBudget
from dilctl.leaderboard.curves import LevelCurves
from dilctl.leaderboard.paper import PaperRow
from dilctl.leaderboard.tradeoff import Trail

Line = Mapping[str, Value]


def curves_csv(found: Sequence[tuple[Board, Sequence[LevelCurves]]]) -> str:
    """A line for each row of a board and each level."""
    return csv_text(
        [
            {
                **board_columns(board),
                "label": curve.label,
                "degradation": point.degradation,
                "parameter": curves.parameter,
                "level": point.level,
                "standing": point.standing,
                "psnr": point.psnr.mean,
                "psnr low": point.psnr.low,
                "psnr high": point.psnr.high,
                "to_erm": point.to_erm.mean if point.to_erm else None,
                "to_erm low": point.to_erm.low if point.to_erm else None,
                "to_erm high": point.to_erm.high if point.to_erm else None,
            }
            for board, own in found
            for curves in own
            for curve in curves.curves
            for point in curve.points
        ]
    )


def tradeoff_csv(found: Sequence[tuple[Board, Sequence[Trail]]]) -> str:
    """A line for each look at each run."""
    return csv_text(
        [
            {**_of_looks(board), "label": trail.label, "seed": trail.seed, **line}
            for board, trails in found
            for trail in trails
            for line in _look_lines(trail)
        ]
    )


def _of_looks(board: Board) -> dict[str, Value]:
    """The columns that say something of looks, which see no test set."""
    return {
        "task": board.task,
        "suite": board.suite,
        "confounders": "; ".join(board.confounders),
    }


def _look_lines(trail: Trail) -> list[Line]:
    looks = trail.looks
    seen_means = looks.seen or [None] * len(looks.steps)
    columns = (looks.steps, looks.gradients, looks.seconds, seen_means, looks.unseen)
    return [
        {
            "run": looks.run,
            "weights": looks.weights,
            "step": step,
            "gradients": gradients,
            "seconds": seconds,
            "seen": seen,
            "unseen": unseen,
        }
        for step, gradients, seconds, seen, unseen in zip(*columns, strict=True)
    ]


def budgets_csv(found: Sequence[tuple[Board, EqualBudget]]) -> str:
    """A line for each seed of each row, with the seed of its ERM at the same amount beside it."""
    return csv_text(
        [
            {
                **_of_looks(board),
                "unit": comparison.unit,
                "label": row.label,
                "budget": row.budget,
                "amount": row.amount,
                **line,
                **spread_columns("row seen_to_erm", row.seen_to_erm),
                **spread_columns("row unseen_to_erm", row.unseen_to_erm),
                "not compared since": row.refusal,
            }
            for board, comparison in found
            for row in comparison.rows
            for line in _seed_lines(row)
        ]
    )


def _seed_lines(row: RowAtBudget) -> list[Line]:
    """A line for each seed, with that of ERM beside it."""
    of_erm = {seed.seed: seed for seed in row.erm.seeds} if row.erm else {}
    return [
        {
            "seed": seed.seed,
            **_seed_columns("", seed),
            "erm": row.erm.label if row.erm and seed.seed in of_erm else None,
            **_seed_columns("erm ", of_erm.get(seed.seed)),
        }
        for seed in row.seeds
    ]


def _seed_columns(whose: str, seed: SeedAtBudget | None) -> dict[str, Value]:
    return {
        f"{whose}run": seed.run if seed else None,
        f"{whose}looks": seed.looks if seed else None,
        f"{whose}first_look": seed.first if seed else None,
        f"{whose}last_look": seed.last if seed else None,
        f"{whose}is_halved": str(seed.is_halved).lower() if seed else None,
        **spread_columns(f"{whose}seen", seed.seen if seed else None),
        **spread_columns(f"{whose}unseen", seed.unseen if seed else None),
    }


def papers_csv(found: Sequence[tuple[Board, Sequence[PaperRow]]]) -> str:
    """The lines of each board, and under them those of the paper."""
    return csv_text(
        [
            line
            for board, rows in found
            for line in (*board_lines(board), *(_paper_line(board, row) for row in rows))
        ]
    )


def _paper_line(board: Board, row: PaperRow) -> Line:
    line: dict[str, Value] = {
        **board_columns(board),
        "label": row.label,
        "rule": row.rule,
        "network": row.network,
        "verdict": "the paper's",
    }
    for cell in row.cells:
        line[f"psnr {cell.degradation}"] = cell.psnr
        line[f"ssim {cell.degradation}"] = cell.ssim
    return line
