"""The loop of an agent: watch what runs, take over what was left behind, start what fits."""

from collections.abc import Callable

from dilctl.agent.keeper import Keeper
from dilctl.agent.presence import Presence
from dilctl.agent.starter import Starter
from dilctl.agent.workplace import Machine, Pace, Workplace, ignore, say_nothing
from dilctl.launch import Launcher
from dilctl.settings import Settings
from storage.errors import RegistryUnavailableError
from storage.records import Run
from storage.registry import Registry


class Agent:
    """Carries out the registry's runs on one machine.

    Everything that must outlive the agent is in the registry: an agent that was killed and
    started again finds its workers, which have gone on meanwhile. Only one agent may work on a
    host and registry: hold an ``AgentLock``.
    """

    def __init__(  # noqa: PLR0913 (what a workplace is made of)
        self,
        registry: Registry,
        launcher: Launcher,
        settings: Settings,
        *,
        machine: Machine,
        pace: Pace | None = None,
        say: Callable[[str], None] = say_nothing,
        ended: Callable[[Run], None] = ignore,
    ) -> None:
        """Prepare.

        Args:
            registry: the queue.
            launcher: starts and stops processes.
            settings: where runs lie.
            machine: what may be given away.
            pace: how the agent spends time.
            say: told in one line of each start, end and trouble.
            ended: told of each run that has come to its end.
        """
        self._work = Workplace(
            registry=registry,
            launcher=launcher,
            settings=settings,
            machine=machine,
            pace=pace or Pace(),
            say=say,
            ended=ended,
        )
        self._keeper = Keeper(self._work)
        self._starter = Starter(self._work, self._keeper)
        self._presence = Presence(self._work, self._keeper)
        self._is_stopping = False
        self._is_draining = False
        self._is_reachable = True
        self._is_at_rest = False

    @property
    def is_at_rest(self) -> bool:
        """Whether, at the last look, nothing ran here and nothing of the queue could start here."""
        return self._is_at_rest

    @property
    def left_in_queue(self) -> dict[int, str]:
        """Runs that wait for what this machine will never have, and what that is."""
        return dict(self._starter.hopeless or {})

    def drain(self) -> None:
        """Start nothing more; what runs goes on."""
        if not self._is_draining:
            self._is_draining = True
            self._presence.beat_soon()

    def serve(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work until told otherwise; workers that still run are left alone.

        Args:
            until: asked before each pass.

        Raises:
            BusyError: another agent of this machine's name works on the registry.
        """
        while not until():
            self._pass()
            self._work.pace.sleep(self._work.pace.poll)

    def stop_workers(self, progress: Callable[[int], None] = lambda _: None) -> None:
        """Have all runs of this machine checkpoint and go back to the queue, and say farewell.

        Those that do not end within the grace period are killed.

        Args:
            progress: told after each pass how many still run.
        """
        if not self._presence.is_alone:  # then the runs of this machine's name are not its own
            return
        self._is_stopping = True
        while left := self._pass():
            progress(left)
            self._work.pace.sleep(self._work.pace.poll)
        progress(0)
        self._leave()

    def tick(self) -> int:
        """One pass over all that there is to do; returns how many runs live on this machine.

        Raises:
            BusyError: another agent of this machine's name works on the registry.
            RegistryUnavailableError: just now the registry cannot be reached.
        """
        if not self._presence.make_sure():
            return 0
        self._presence.keep_up(is_draining=self._is_draining or self._is_stopping)
        held = self._work.registry.held_by(self._work.machine.host)
        live = self._keeper.look_after(held, is_stopping=self._is_stopping)
        if self._is_draining or self._is_stopping:
            self._is_at_rest = not live
            return len(live)
        started = self._starter.start_waiting(live)
        self._is_at_rest = not live and not started and self._starter.hopeless is not None
        return len(live) + started

    def _pass(self) -> int:
        """A pass that outlives the registry's absence; while it is away, runs count as one."""
        try:
            live = self.tick()
        except RegistryUnavailableError as error:
            if self._is_reachable:
                self._work.say(f"the registry cannot be reached, trying again: {error}")
            self._is_reachable = False
            return 1
        if not self._is_reachable:
            self._work.say("the registry is back")
        self._is_reachable = True
        return live

    def _leave(self) -> None:
        try:
            self._presence.leave()
        except RegistryUnavailableError as error:
            self._work.say(f"left without a farewell: {error}")
