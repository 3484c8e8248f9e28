"""Who generalises: pure statistics over the evaluations of finished runs."""

from dilctl.leaderboard.grouping import boards
from dilctl.leaderboard.values import Board, Cell, Estimate, Row, Verdict
from dilctl.leaderboard.words import sentence

__all__ = ["Board", "Cell", "Estimate", "Row", "Verdict", "boards", "sentence"]
