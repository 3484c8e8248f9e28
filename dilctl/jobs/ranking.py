"""Ranking: the leaderboards of finished runs, and what lies behind their rows."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, get_args

from dilctl.errors import NotFoundError
from dilctl.jobs.asking import Asking, parsed
from dilctl.text import visible
from storage.records import Status

if TYPE_CHECKING:  # these cost numpy, which `dilctl runs` does without
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget, Unit
    from dilctl.leaderboard.looks import CropCurves, Looks, WantedLooks
    from dilctl.leaderboard.paper_table import PaperTable
    from dilctl.leaderboard.tradeoff import Trail
    from dilctl.members import Member
    from storage.records import Json


class Ranking(Asking):
    """Who generalises."""

    def tasks_of(self, name: str) -> tuple[str, ...]:
        """A task by its name, or those of a recipe by the recipe's name.

        Raises:
            NotFoundError: no such task or recipe.
        """
        return _tasks(name)

    def boards(
        self,
        task: str,
        query: str = "",
        *,
        suite: str | None = None,
        among: Sequence[int] | None = None,
    ) -> "tuple[Board, ...]":
        """The leaderboards of a task (or of a recipe's tasks), or only of some of its runs.

        Raises:
            NotFoundError: no such task, recipe or suite.
            QueryError: the query cannot be read.
        """
        from dilctl import leaderboard
        from dilctl.leaderboard.looks import wanted_by

        if suite is not None:
            _require_suite(suite)
        runs = [
            run
            for each in _tasks(task)
            for run in self.registry.runs(
                parsed(query), statuses=[Status.DONE], ids=among, task=each
            )
        ]
        evaluations = self.registry.evaluations([run.id for run in runs], suite=suite)
        return leaderboard.boards(runs, evaluations, self._crop_curves(wanted_by(evaluations)))

    def paper_table(
        self,
        name: str,
        query: str = "",
        *,
        suite: str | None = None,
        here: Path | None = None,
    ) -> "PaperTable | None":
        """A table of the paper with our cells beside it; None for what repeats no such table.

        Args:
            name: a recipe, as in ``table1``.
            query: only these runs are ours.
            suite: only what they were tested on with this suite.
            here: the folder that test sets are looked for in.

        Raises:
            QueryError: the query cannot be read.
        """
        from dilctl.leaderboard.paper_table import Evidence, paper_table

        number = _paper_number(name)
        if number is None:
            return None
        wanted = [member.experiment.model_dump(mode="json") for member in _members(name)]
        boards = self.boards(name, query, suite=suite)
        behind = sorted({run for board in boards for row in board.rows for run in row.runs})
        experiments = {run.id: run.experiment for run in self.runs(ids=behind)}
        evidence = Evidence(
            wanted=wanted,
            boards=boards,
            experiments=experiments,
            is_there=partial(_is_there, experiments, here or Path.cwd()),
        )
        return paper_table(number, evidence)

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


def _tasks(name: str) -> tuple[str, ...]:
    """A task by its name, or those of a recipe by the recipe's name."""
    from trainers.experiment import Experiment
    from trainers.recipe import recipe_names

    tasks: tuple[str, ...] = get_args(Experiment.model_fields["task"].annotation)
    if name in tasks:
        return (name,)
    if name in recipe_names() or name.endswith(".toml"):
        return tuple(dict.fromkeys(member.experiment.task for member in _members(name)))
    close = get_close_matches(name, (*tasks, *recipe_names()), n=1)
    hint = f"did you mean {close[0]}?" if close else f"the tasks are {', '.join(tasks)}"
    raise NotFoundError(f"{visible(name)}: no such task or recipe; {hint}")


def _members(recipe: str) -> "tuple[Member, ...]":
    from dilctl.members import members
    from dilctl.request import Request

    return members(Request(recipe=recipe), here=Path.cwd())


def _paper_number(name: str) -> int | None:
    """Which table of the paper a recipe repeats."""
    from trainers.recipe import read_settings, recipe_names
    from trainers.table import is_table, parse_table

    if name not in recipe_names() and not name.endswith(".toml"):
        return None
    settings = read_settings(name)
    return parse_table(settings).paper if is_table(settings) else None


def _is_there(experiments: "Mapping[int, Json]", here: Path, test_set: str) -> bool:
    """Whether a test set can be found: here, or where a run was tested on it."""
    from dilctl.leaderboard.paper import same_test_set
    from trainers.data import sources
    from trainers.errors import DataError

    known = {source for each in experiments.values() for source in each["data"]["test"]}
    if any(same_test_set(PurePath(source).name, test_set) for source in known):
        return True
    try:
        sources.resolve(test_set, base=here, environment=os.environ)
    except DataError:
        return False
    return True


def _require_suite(name: str) -> None:
    from trainers.suites import LEVELS, SUITES

    known = (*SUITES, LEVELS)
    if name not in known:
        raise NotFoundError(f"{name}: no such suite; the suites are {', '.join(known)}")
