"""A stage for agents and workers: runs to queue, a launcher without processes, a clock."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dilctl.launch import Launch
from dilctl.order import Ended, Order, Outcome
from dilctl.settings import Settings
from storage.records import NewRun, Process, Progress, Run
from storage.registry import Registry

HOST = "workstation"


def new_run(**changes: object) -> NewRun:
    run = NewRun(
        name="noise",
        experiment={
            "task": "denoise",
            "confounders": [{"kind": "gaussian-noise", "sigma": sigma} for sigma in (15, 25)],
        },
        seed=1,
        signature="s",
        task="denoise",
        rule="erm",
        network="rrdb",
        needs={"processes": 1, "threads": 1, "device": "cpu"},
        provenance={"code": "abc"},
    )
    return replace(run, **changes)


def queue(registry: Registry, *runs: NewRun) -> list[Run]:
    return list(registry.submit(runs or (new_run(),), who="test"))


def live_attempt(registry: Registry, *, run: int) -> int:
    attempt = registry.claim(run, HOST)
    assert attempt is not None
    registry.running(run, attempt.number)
    return attempt.number


def progress(step: int) -> Progress:
    return Progress(
        step=step, gradients=step, seconds=1.0, fraction=0.1, seconds_left=None, activity="training"
    )


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeLauncher:
    """Runs whose processes are numbers in a set: torchrun 10 × run, its ranks from there on."""

    def __init__(self) -> None:
        self.living: dict[int, tuple[Process, ...]] = {}
        self.launches: list[Launch] = []
        self.stopped: list[Process] = []
        self.killed: list[Process] = []
        self.failure: Exception | None = None

    def start(self, launch: Launch) -> Process:
        if self.failure is not None:
            raise self.failure
        self.launches.append(launch)
        launch.order.write()
        first = self._process(launch.order, 0)
        self.living[launch.order.run] = (first,)
        return first

    def ranks_come_up(self, run: int) -> None:
        launch = next(entry for entry in reversed(self.launches) if entry.order.run == run)
        self.living[run] = tuple(
            self._process(launch.order, rank) for rank in range(launch.processes + 1)
        )

    def end(self, run: int, ended: Ended | None, reason: str = "") -> None:
        """The processes of a run go; with a word on how it ended, or without."""
        order = next(e.order for e in reversed(self.launches) if e.order.run == run)
        if ended is not None:
            Outcome(attempt=order.attempt, ended=ended, reason=reason).leave(order.folder)
        del self.living[run]

    def processes(self, order: Path) -> tuple[Process, ...]:
        return self.living.get(Order.read(order).run, ()) if order.exists() else ()

    def is_alive(self, process: Process) -> bool:
        return any(process in processes for processes in self.living.values())

    def stop(self, processes: Sequence[Process]) -> None:
        self.stopped += processes[1:] or processes

    def kill(self, processes: Sequence[Process]) -> None:
        self.killed += processes
        for run in [run for run, living in self.living.items() if set(living) & set(processes)]:
            del self.living[run]

    @staticmethod
    def _process(order: Order, place: int) -> Process:
        return Process(pid=10 * order.run + place, started=float(order.attempt), boot="boot")


def keep_code(settings: Settings, identity: str = "abc") -> None:
    package = settings.code / identity / "trainers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Trainers of long ago."""\nAGE = "long ago"\n')
