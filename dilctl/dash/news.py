"""What every screen wants to know first: whether anything happened since it looked last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from dilctl.jobs import AgentState, Jobs
from storage.records import Event, Status

MOST = 200
"""More events at once are not told one by one."""

_SETTLED_EVERY = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Two of them are equal when no run came, changed its status or was removed in between.

    Attributes:
        event: the newest event.
        counts: how many runs there are of each status; it also changes where runs are removed,
            of which no event tells.
        agent: whether one works on this host.
    """

    event: int
    counts: Mapping[Status, int]
    agent: AgentState

    @property
    def total(self) -> int:
        """How many runs there are."""
        return sum(self.counts.values())


class Pulse:
    """Reads the news for all screens, and each event once.

    Args:
        jobs: the door to the registry.
        settle: says of the dead that they are, where no agent does it; called now and then.
    """

    def __init__(self, jobs: Jobs, settle: Callable[[], object] = lambda: None) -> None:
        self._jobs = jobs
        self._settle_now = settle
        self._cursor: int | None = None
        self._settled_at = -_SETTLED_EVERY
        self._one_at_a_time = Lock()

    def read(self) -> tuple[News, tuple[Event, ...]]:
        """The news, and the events since the last call; none at the first, when all are old.

        Read before what they vouch for, so that nothing slips in between. Called from threads.

        Raises:
            StorageError: the registry cannot be read.
        """
        with self._one_at_a_time:
            self._jobs.require_registry()
            self._settle(monotonic())
            event = self._jobs.last_event()
            news = News(event=event, counts=self._jobs.counts(), agent=self._jobs.agent_state())
            before, self._cursor = self._cursor, event
            if before is None or event <= before:
                return news, ()
            return news, self._jobs.events(after=before, limit=MOST)

    def _settle(self, now: float) -> None:
        if now - self._settled_at >= _SETTLED_EVERY:
            self._settled_at = now
            self._settle_now()
