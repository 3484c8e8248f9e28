"""Who generalises: pure statistics over the evaluations of finished runs."""

from dilctl.leaderboard.grouping import boards
from dilctl.leaderboard.looks import CropCurves, Looks
from dilctl.leaderboard.values import Board, Cell, Estimate, LastLooks, Row, Spread, Verdict
from dilctl.leaderboard.words import sentence

__all__ = [
    "Board",
    "Cell",
    "CropCurves",
    "Estimate",
    "LastLooks",
    "Looks",
    "Row",
    "Spread",
    "Verdict",
    "boards",
    "sentence",
]
