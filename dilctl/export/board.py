"""Leaderboards for other programs: lines of a spreadsheet and plain JSON values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dilctl.export.spreadsheet import Value, csv_text
from dilctl.leaderboard import Board, Estimate, LastLooks, Row, Spread, sentence


def board_json(board: Board) -> dict[str, Any]:
    """A board as JSON values: its fields by their names, and its sentence."""
    return {
        **_plain(asdict(board)),
        "degradations": [
            {"name": name, "standing": standing} for name, standing in board.degradations
        ],
        "sentence": sentence(board),
    }


def boards_csv(boards: Sequence[Board]) -> str:
    """Boards as one CSV table: a line for each row of each board."""
    return csv_text([line for board in boards for line in board_lines(board)])


def board_lines(board: Board) -> list[Mapping[str, Value]]:
    """A line for each row of a board."""
    return [_line(board, row) for row in board.rows]


def _line(board: Board, row: Row) -> Mapping[str, Value]:
    line: dict[str, Value] = {
        **board_columns(board),
        "label": row.label,
        "rule": row.rule,
        "network": row.network,
        "budget": row.budget,
        "weights": row.weights,
        "seeds": " ".join(str(seed) for seed in row.seeds),
        "runs": " ".join(str(run) for run in row.runs),
        "gradients": row.gradients,
        "seconds": row.seconds,
        "parameters": row.parameters,
        **_estimate("seen", row.seen),
        **_estimate("unseen", row.unseen),
        "unseen_lowest_seed": row.seed_range[0] if row.seed_range else None,
        "unseen_highest_seed": row.seed_range[1] if row.seed_range else None,
        **_estimate("unseen over seeds", row.seed_interval),
        "worst": row.worst.degradation if row.worst else None,
        "compared with": " ".join(str(run) for run in row.baseline),
        **_estimate("gain", row.gain),
        **_estimate("seen_price", row.seen_price),
        **_estimate("gap_closed", row.gap_closed),
        "verdict": row.verdict,
        **_last_looks(row.last_looks),
    }
    for cell in row.cells:
        line |= _estimate(f"psnr {cell.degradation}", cell.psnr)
        line[f"ssim {cell.degradation}"] = cell.ssim
    return line


def board_columns(board: Board) -> dict[str, Value]:
    """What every line of a board begins with."""
    return {
        "task": board.task,
        "suite": board.suite,
        "test_set": board.test_set,
        "images": board.images,
        "confounders": "; ".join(board.confounders),
    }


def _estimate(name: str, value: Estimate | None) -> dict[str, Value]:
    return {
        name: value.mean if value else None,
        f"{name} low": value.low if value else None,
        f"{name} high": value.high if value else None,
    }


def _last_looks(looks: LastLooks | None) -> dict[str, Value]:
    return {
        "looks": looks.looks if looks else None,
        **spread_columns("looks seen", looks.seen if looks else None),
        **spread_columns("looks unseen", looks.unseen if looks else None),
        "looks swing": looks.swing if looks else None,
    }


def spread_columns(name: str, value: Spread | None) -> dict[str, Value]:
    """A spread in three columns, empty where there is none."""
    return {
        name: value.mean if value else None,
        f"{name} lowest": value.lowest if value else None,
        f"{name} highest": value.highest if value else None,
    }


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case _:
            return value
