"""Ranking: the leaderboards of finished runs, and what lies behind their rows."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, get_args

from dilctl.errors import NotFoundError
from dilctl.jobs.asking import Asking, parsed
from dilctl.text import visible
from storage.records import Status

if TYPE_CHECKING:  # these cost numpy, which `dilctl runs` does without
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget, Unit
    from dilctl.leaderboard.looks import CropCurves, Looks, WantedLooks
    from dilctl.leaderboard.tradeoff import Trail


class Ranking(Asking):
    """Who generalises."""

    def boards(
        self,
        task: str,
        query: str = "",
        *,
        suite: str | None = None,
        among: Sequence[int] | None = None,
    ) -> "tuple[Board, ...]":
        """The leaderboards of a task (or of a recipe's task), or only of some of its runs.

        Raises:
            NotFoundError: no such task, recipe or suite.
            QueryError: the query cannot be read.
        """
        from dilctl import leaderboard
        from dilctl.leaderboard.looks import wanted_by

        if suite is not None:
            _require_suite(suite)
        runs = self.registry.runs(
            parsed(query), statuses=[Status.DONE], ids=among, task=_task(task)
        )
        evaluations = self.registry.evaluations([run.id for run in runs], suite=suite)
        return leaderboard.boards(runs, evaluations, self._crop_curves(wanted_by(evaluations)))

    def looks(self, board: "Board") -> "tuple[Looks, ...]":
        """The looks at a board's runs under its own degradations, of the weights of its rows.

        Of weights that are never looked at, and of runs that were not looked at, there are none.
        """
        from dilctl.leaderboard.looks import looks_of
        from dilctl.leaderboard.tradeoff import wanted_on

        found = (looks_of(each, board.degradations) for each in self._crop_curves(wanted_on(board)))
        return tuple(looks for looks in found if looks)

    def _crop_curves(self, wanted: "WantedLooks") -> "tuple[CropCurves, ...]":
        from dilctl.leaderboard.looks import crop_curves

        return crop_curves(wanted, self.registry.curves)

    def tradeoff(self, board: "Board") -> "tuple[Trail, ...]":
        """Seen against unseen quality through training, for each seed of a board's rows."""
        from dilctl.leaderboard.tradeoff import tradeoff

        return tradeoff(board, self.looks(board))

    def at_equal_budget(self, board: "Board", unit: "Unit") -> "EqualBudget | None":
        """Each row of a board and its ERM after equally much of a unit; None without any look."""
        from dilctl.leaderboard import budget_words, budgets

        looks = self.looks(board)
        runs = {run.id: run for run in self.runs(ids=sorted({each.run for each in looks}))}
        found = budgets.at_equal_budget(board, unit, runs=runs, looks=looks)
        if found is None:
            return None
        starts = [each for run in runs for each in self.attempts(run)] if unit == "seconds" else []
        return replace(found, notes=budget_words.notes(found, runs=runs, attempts=starts))


def _task(name: str) -> str:
    """A task by its name, or by the name of a recipe of it."""
    from trainers.experiment import Experiment
    from trainers.recipe import read_settings, recipe_names

    tasks: tuple[str, ...] = get_args(Experiment.model_fields["task"].annotation)
    if name in tasks:
        return name
    if name in recipe_names():
        return str(read_settings(name)["task"])
    close = get_close_matches(name, (*tasks, *recipe_names()), n=1)
    hint = f"did you mean {close[0]}?" if close else f"the tasks are {', '.join(tasks)}"
    raise NotFoundError(f"{visible(name)}: no such task or recipe; {hint}")


def _require_suite(name: str) -> None:
    from trainers.suites import SuiteName

    suites: tuple[str, ...] = get_args(SuiteName)
    if name not in suites:
        raise NotFoundError(f"{name}: no such suite; the suites are {', '.join(suites)}")
