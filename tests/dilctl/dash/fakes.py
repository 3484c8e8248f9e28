"""A door to a registry in memory, which can be made to fail and counts what is asked of it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from dilctl.jobs import AgentState, Found, Jobs
from dilctl.jobs.asking import parsed
from dilctl.leaderboard import Board
from storage.errors import RegistryUnavailableError, UnknownRunError
from storage.query import Query, Sort
from storage.query.tree import Metric
from storage.records import Attempt, Curve, Event, Run, Status, Wanted
from tests.dilctl.dash.fake_boards import a_board
from tests.storage.query.plain import Record, meets

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONFOUNDERS = tuple({"kind": "gaussian-noise", "sigma": sigma} for sigma in (5, 10, 15, 20))
EXPERIMENT = {
    "task": "denoise",
    "confounders": CONFOUNDERS,
    "rule": {"kind": "dil-sf"},
    "network": {"kind": "rrdb", "features": 24, "blocks": 2, "growth": 12},
    "train": {"batch": 8, "patch": 40, "lr": 5e-4, "budget": "3200 gradients"},
}


def a_run(number: int, status: Status, **changes: object) -> Run:
    rule = "erm" if number % 2 else "dil-sf"
    run = Run(
        id=number,
        name=f"denoise-small {rule}",
        experiment={**EXPERIMENT, "rule": {"kind": rule}},
        seed=(number + 1) // 2,
        signature=f"{number:016d}",
        task="denoise",
        rule=rule,
        network="rrdb",
        sweep=None,
        priority=0,
        needs={},
        provenance={},
        status=status,
        wanted=None,
        reason="",
        attempt=0 if status is Status.QUEUED else 1,
        attempts_lost=0,
        step=0,
        gradients=0,
        seconds=0.0,
        fraction=0.0,
        seconds_left=None,
        activity="",
        latest={},
        host=None if status is Status.QUEUED else "bench",
        created_at=NOW - timedelta(minutes=50 - number),
        started_at=None,
        finished_at=None,
        heartbeat_at=None,
        after=(),
        after_any=False,
        retries=2,
        adjustments={},
        tags=(),
    )
    return replace(run, **changes)


def a_curve(run: int, metric: str, *, start: float, end: float, points: int = 16) -> Curve:
    steps = tuple(50 * (index + 1) for index in range(points))
    shares = [1 - 0.5 ** (4 * index / (points - 1)) for index in range(points)]
    return Curve(
        run=run,
        metric=metric,
        steps=steps,
        gradients=tuple(4 * step for step in steps),
        seconds=tuple(step / 10 for step in steps),
        values=tuple(start + (end - start) * share for share in shares),
    )


class FakeJobs(Jobs):
    """Runs, curves and events in memory; ``trouble`` makes every call fail until it is cleared."""

    def __init__(self, runs: Sequence[Run] = (), *, has_agent: bool = True) -> None:
        self.all = {run.id: run for run in runs}
        self.curves: dict[tuple[int, str], Curve] = {}
        self.logs: dict[int, tuple[str, ...]] = {}
        self.all_boards: tuple[Board, ...] = ()
        self.history: list[Event] = []
        self.events_told = 0
        self.has_agent = has_agent
        self.trouble = ""
        self.asked: Counter[str] = Counter()
        self.cancelled: list[int] = []
        for run in runs:
            self.change(run)

    def change(self, run: Run) -> None:
        """Store a run and tell of it in an event."""
        self.all[run.id] = run
        self.events_told += 1
        self.history.append(
            Event(id=self.events_told, run=run.id, at=NOW, status=run.status, who="test", why="")
        )

    def remove(self, runs: Sequence[int]) -> None:
        """Forget runs and all that was told of them, as a registry does: no event says so."""
        self.all = {id: run for id, run in self.all.items() if id not in runs}
        self.history = [event for event in self.history if event.run not in runs]

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        if self.trouble:
            raise RegistryUnavailableError(self.trouble)

    def run(self, run: int) -> Run:
        self._ask("run")
        if run not in self.all:
            raise UnknownRunError(f"there is no run {run}")
        return self.all[run]

    def runs(
        self,
        query: str = "",
        *,
        sort: str = "",
        statuses: Sequence[Status] | None = None,
        ids: Sequence[int] | None = None,
        limit: int | None = None,
    ) -> Found:
        self._ask("runs")
        found = [
            run
            for run in self._meant(query)
            if (statuses is None or run.status in statuses) and (ids is None or run.id in ids)
        ]
        return Found(_sorted(found, sort)[:limit])

    def count(self, query: str = "") -> int:
        self._ask("count")
        return len(self._meant(query))

    def counts(self) -> Mapping[Status, int]:
        self._ask("counts")
        return Counter(run.status for run in self.all.values())

    def _meant(self, text: str) -> list[Run]:
        query = parsed(text) or Query()
        newest_first = sorted(self.all.values(), key=lambda run: -run.id)
        return [run for run in newest_first if _meets(run, query)]

    def events(self, *, after: int = 0, run: int | None = None) -> tuple[Event, ...]:
        self._ask("events" if run is None else "events of a run")
        return tuple(e for e in self.history if e.id > after and run in (None, e.run))

    def last_event(self) -> int:
        self._ask("last_event")
        return max((event.id for event in self.history), default=0)

    def attempts(self, run: int) -> tuple[Attempt, ...]:
        self._ask("attempts")
        return tuple(
            Attempt(
                run=run,
                number=number,
                host="bench",
                processes=(),
                devices={},
                started_at=NOW - timedelta(minutes=4),
                finished_at=None,
                outcome=None,
                reason="",
            )
            for number in range(1, self.all[run].attempt + 1)
        )

    def metrics(self, run: int) -> tuple[str, ...]:
        self._ask("metrics")
        return tuple(metric for number, metric in self.curves if number == run)

    def curve(self, run: int, metric: str) -> Curve:
        self._ask("curve")
        return self.curves[run, metric]

    def log_tail(self, run: int, lines: int) -> tuple[str, ...]:
        self._ask("log_tail")
        return self.logs.get(run, ())[-lines:]

    def cancel(self, runs: Sequence[int], *, who: str) -> tuple[Run, ...]:
        self._ask("cancel")
        for number in runs:
            self.cancelled.append(number)
            run = self.all[number]
            if run.status is Status.QUEUED:
                self.change(replace(run, status=Status.CANCELLED, reason=f"cancelled by {who}"))
            else:
                self.change(replace(run, wanted=Wanted.CANCEL))
        return tuple(self.all[number] for number in runs)

    def boards(self, task: str, *, suite: str | None = None) -> tuple[Board, ...]:
        self._ask("boards")
        return self.all_boards

    def agent_state(self) -> AgentState:
        self._ask("agent_state")
        return AgentState(
            running=self.has_agent, pid=4711 if self.has_agent else None, host="bench"
        )


def _meets(run: Run, query: Query) -> bool:
    documents = {"config": run.experiment, "needs": run.needs, "provenance": run.provenance}
    record = Record(
        values=asdict(run), documents=documents, metrics=dict(run.latest), tags=run.tags
    )
    return meets(record, query, tuple(run.latest), NOW)


def _sorted(runs: list[Run], sort: str) -> list[Run]:
    """In the order of one metric, the largest first, as the dashboard wants it; or as they come."""
    if not sort:
        return runs
    (key,) = Sort.parse(sort).keys
    assert isinstance(key.asked, Metric)
    assert key.descending
    name = key.asked.name
    return sorted(runs, key=lambda run: (-run.latest.get(name, -math.inf), run.id))


def typical(*, has_agent: bool = True) -> FakeJobs:
    """Runs in every state, one of them with curves and a log, and two leaderboards."""
    psnr = {"psnr@crops:seen": 31.2, "psnr@crops:unseen": 25.71, "loss": 0.0312}
    jobs = FakeJobs(
        (
            a_run(1, Status.DONE, fraction=1.0, latest={**psnr, "psnr@crops:seen": 32.44}),
            a_run(2, Status.FAILED, fraction=0.3, reason="the loss is no longer a number"),
            a_run(3, Status.CANCELLED),
            a_run(
                4,
                Status.RUNNING,
                fraction=0.455,
                step=800,
                gradients=3200,
                seconds_left=130.0,
                latest=psnr,
                activity="training",
            ),
            a_run(5, Status.STARTING, activity="waiting for torchrun"),
            a_run(6, Status.QUEUED, reason="waits for 2 CPU slots: 1 of 2 is free"),
        ),
        has_agent=has_agent,
    )
    for metric, start, end in (
        ("psnr@crops:seen", 24.0, 31.2),
        ("psnr@crops:unseen", 20.1, 25.71),
        ("psnr@crops:gaussian-noise sigma=5", 27.0, 35.1),
        ("psnr@crops:gaussian-noise sigma=10", 25.0, 32.1),
        ("psnr@crops:gaussian-noise sigma=30", 22.0, 27.3),
        ("psnr@crops:gaussian-noise sigma=50", 18.0, 21.9),
        ("loss", 0.41, 0.0312),
    ):
        jobs.curves[4, metric] = a_curve(4, metric, start=start, end=end)
    jobs.logs[4] = tuple(f"step {step} loss {1 / step:.4f}" for step in range(10, 810, 10))
    jobs.all_boards = (a_board("CBSD68"), a_board("Kodak24"))
    return jobs
