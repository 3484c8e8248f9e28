"""The use cases: the only door through which both front ends reach the registry."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from dilctl.errors import NotFoundError
from dilctl.settings import Settings
from dilctl.tested import Tested, means_of
from dilctl.text import visible
from storage.records import Attempt, Curve, Event, NewRun, Run, Status, Wanted
from storage.registry import Registry

if TYPE_CHECKING:  # these cost pydantic and numpy, which `dilctl runs` does without
    from dilctl.leaderboard import Board
    from dilctl.leaderboard.budgets import EqualBudget, Unit
    from dilctl.leaderboard.looks import CropCurves, Looks, WantedLooks
    from dilctl.leaderboard.tradeoff import Trail
    from dilctl.request import Request
    from dilctl.submission import Packing, PlannedRun

_TAIL_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of a request: runs queued now, and twins that were there before."""

    queued: tuple[Run, ...]
    already: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """Whether an agent of this registry works on this host."""

    running: bool
    pid: int | None
    host: str


class Jobs:
    """What a person can do with dilctl, whatever the front end.

    Raises the errors of ``dilctl.errors``, ``storage.errors`` and ``trainers.errors``; each is
    one sentence to be shown as it is. The registry is opened when it is first needed.
    """

    def __init__(self, settings: Settings, *, registry: Registry | None = None) -> None:
        self.settings = settings
        self._given = registry

    @cached_property
    def registry(self) -> Registry:
        """The registry; its first use opens it, and creates it on a fresh machine."""
        return self._given or Registry.open(self.settings.registry)

    def close(self) -> None:
        """Let go of the registry."""
        if "registry" in self.__dict__:
            self.registry.close()

    def plan(self, request: "Request", *, here: Path | None = None) -> "tuple[PlannedRun, ...]":
        """The runs that a request means, fully validated; writes nothing.

        Of training images the headers are read; only ``submit`` decodes them.
        """
        from dilctl import submission

        planned = submission.plan(request, here=here or Path.cwd())
        submission.examine_headers(planned)
        return planned

    def twins(self, planned: "Sequence[PlannedRun]") -> tuple[Run, ...]:
        """Runs of equal signature and seed that are done, live or waiting; creates nothing."""
        if not self.settings.registry.exists():
            return ()
        found = self.registry.twins([_key(entry.run) for entry in planned])
        return tuple(sorted(found.values(), key=lambda run: run.id))

    def submit(
        self, request: "Request", *, packing: "Packing | None" = None, here: Path | None = None
    ) -> Submission:
        """Queue what is not there yet: one transaction, all runs or none."""
        from dilctl import code, submission

        planned = submission.plan(request, here=here or Path.cwd())
        already = () if request.again else self.twins(planned)
        there = {(run.signature, run.seed) for run in already}
        fresh = planned if request.again else _without(planned, there)
        if not fresh:
            return Submission(queued=(), already=already)
        submission.decode(fresh, self.settings.packed, packing)
        source = code.snapshot(self.settings.code)
        runs = [
            replace(entry.run, provenance={**entry.run.provenance, "code": source})
            for entry in fresh
        ]
        return Submission(queued=self.registry.submit(runs, who=who()), already=already)

    def run(self, run: int) -> Run:
        """One run."""
        return self.registry.run(run)

    def runs(
        self,
        *,
        statuses: Sequence[Status] | None = None,
        ids: Sequence[int] | None = None,
        limit: int | None = None,
    ) -> tuple[Run, ...]:
        """Runs, newest first."""
        return self.registry.runs(statuses=statuses, ids=ids, limit=limit)

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        """The starts of a run, oldest first."""
        return self.registry.attempts(run)

    def events(self, *, after: int = 0, run: int | None = None) -> tuple[Event, ...]:
        """What changed after an event, oldest first; the newest id is the next cursor."""
        return self.registry.events(after=after, run=run)

    def last_event(self) -> int:
        """The newest event of all: where a view that starts now puts its cursor."""
        return self.registry.last_event()

    def metrics(self, run: int) -> tuple[str, ...]:
        """Names of a run's metrics."""
        return self.registry.metric_names(run)

    def curve(self, run: int, metric: str) -> Curve:
        """The history of one metric."""
        return self.registry.curve(run, metric)

    def tested(self, run: int) -> tuple[Tested, ...]:
        """What the final test of a run found, in the order of the test."""
        return means_of(self.registry.evaluations([run]))

    def log_path(self, run: int) -> Path:
        """The run's log; it may not exist yet."""
        return self.settings.run(self.run(run).id).log

    def log_tail(self, run: int, lines: int) -> tuple[str, ...]:
        """The last lines of a run's log, terminal control codes made visible."""
        path = self.log_path(run)
        return tail(path, lines) if path.exists() else ()

    def cancel(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        """Cancel queued runs now, and ask that live ones be stopped."""
        return tuple(self.registry.want(run, Wanted.CANCEL, who=who) for run in runs)

    def boards(
        self, task: str, *, suite: str | None = None, among: Sequence[int] | None = None
    ) -> "tuple[Board, ...]":
        """The leaderboards of a task (or of a recipe's task), or only of some of its runs."""
        from dilctl import leaderboard
        from dilctl.leaderboard.looks import wanted_by

        if suite is not None:
            _require_suite(suite)
        runs = self.registry.runs(statuses=[Status.DONE], ids=among, task=_task(task))
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

    def agent_state(self) -> AgentState:
        """Whether an agent works here."""
        host = socket.gethostname()
        pid = _holder(self.settings.agent_lock(host))
        return AgentState(running=pid is not None, pid=pid or None, host=host)

    def recipes(self) -> tuple[tuple[str, str], ...]:
        """Shipped recipes: (name, first sentence)."""
        from dilctl.describe import summary
        from trainers.recipe import recipe_names

        return tuple((name, summary(name)) for name in recipe_names())


def who() -> str:
    """The person and the machine, as events name them."""
    import getpass

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        person = str(os.getuid())
    return f"{person}@{socket.gethostname()}"


def tail(path: Path, lines: int) -> tuple[str, ...]:
    """The last lines of a file, made visible; reads no more than it must."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        content = b""
        while end > 0 and content.count(b"\n") <= lines:
            start = max(0, end - _TAIL_BLOCK)
            file.seek(start)
            content = file.read(end - start) + content
            end = start
    found = content.decode(errors="replace").removesuffix("\n").split("\n")
    return tuple(visible(line.rstrip("\r")) for line in found[-lines:]) if content else ()


def _without(
    planned: "Sequence[PlannedRun]", there: set[tuple[str, int]]
) -> "tuple[PlannedRun, ...]":
    """The planned runs that are not there; of those that a sweep names twice, the first."""
    first = {_key(entry.run): entry for entry in reversed(planned)}
    return tuple(
        entry
        for entry in planned
        if first[_key(entry.run)] is entry and _key(entry.run) not in there
    )


def _key(run: NewRun) -> tuple[str, int]:
    return run.signature, run.seed


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


def _holder(lock: Path) -> int | None:
    """The process that holds a lock file, 0 if it does not say; None if nobody does."""
    import fcntl

    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        said = lock.read_text(errors="replace").strip()
        return int(said) if said.isdecimal() else 0
    return None
