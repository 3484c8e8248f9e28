"""One agent over an empty registry, and all that a test of it wants to reach."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dilctl.agent import Agent, Machine, Pace
from dilctl.gpus import Gpu
from dilctl.settings import Settings
from storage.records import Run, Status
from storage.registry import Registry
from tests.dilctl.stage import HOST, Clock, FakeLauncher

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Stage:
    """A registry, an agent, its launcher without processes, and one clock for all of them."""

    def __init__(self, home: Path, *, gpus: tuple[Gpu, ...] = ()) -> None:
        self.settings = Settings(home)
        self.clock = Clock()
        self.registry = Registry.open(self.settings.registry, now=self.now)
        self.launcher = FakeLauncher()
        self.gpus = gpus
        self.machine = Machine(host=HOST, slots=2, gpus=lambda: self.gpus, boot="boot")
        self.said: list[str] = []
        self.ended: list[Run] = []
        self.agent = self.new_agent()

    def new_agent(self, registry: Registry | None = None) -> Agent:
        return Agent(
            registry or self.registry,
            self.launcher,
            self.settings,
            machine=self.machine,
            pace=Pace(clock=self.clock, sleep=self.clock.sleep, now=self.now),
            say=self.said.append,
            ended=self.ended.append,
        )

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.clock.now)

    def on_another_machine(self, host: str, *, boot: str = "another boot") -> Agent:
        """An agent with a machine and processes of its own on the same registry."""
        machine = replace(self.machine, host=host, boot=boot)
        return Agent(
            self.registry,
            FakeLauncher(),
            self.settings,
            machine=machine,
            pace=Pace(clock=self.clock, sleep=self.clock.sleep, now=self.now),
        )

    def reason(self, run: int) -> str:
        return self.registry.run(run).reason

    def start(self, run: int) -> None:
        """The agent starts a run, whose ranks come up and say so."""
        self.agent.tick()
        self.launcher.ranks_come_up(run)
        self.agent.tick()
        self.registry.running(run, self.registry.run(run).attempt)

    def status(self, run: int) -> Status:
        return self.registry.run(run).status
