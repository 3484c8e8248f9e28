"""The use cases: the only door through which both front ends and programs reach the registry."""

from pathlib import Path
from types import TracebackType

from dilctl.jobs.agents import Agents, AgentSeen, AgentState
from dilctl.jobs.clearing import Clearing
from dilctl.jobs.door import who
from dilctl.jobs.evaluating import Evaluating
from dilctl.jobs.found import Found
from dilctl.jobs.keeping import Keeping
from dilctl.jobs.logs import LogPiece, LogPlace, tail
from dilctl.jobs.ranking import Ranking
from dilctl.jobs.steering import Steering
from dilctl.jobs.submitting import Submission, Submitting
from dilctl.jobs.watching import MachineSeen, Stranger, Watching
from dilctl.settings import Settings
from storage.registry import PATIENCE

__all__ = [
    "PATIENCE",
    "AgentSeen",
    "AgentState",
    "Found",
    "Jobs",
    "LogPiece",
    "LogPlace",
    "MachineSeen",
    "Stranger",
    "Submission",
    "connect",
    "tail",
    "who",
]


class Jobs(Submitting, Steering, Ranking, Evaluating, Agents, Watching, Keeping, Clearing):
    """What a person can do with dilctl, whatever the front end.

    Raises the errors of ``dilctl.errors``, ``storage.errors`` and ``trainers.errors``; each is
    one sentence to be shown as it is.
    """

    def __enter__(self) -> "Jobs":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def connect(home: Path | str | None = None, *, database: str | None = None) -> Jobs:
    """The registry and its use cases, for programs and notebooks; as ``dilctl.connect``.

    Args:
        home: folder of the registry and all runs; by default ``$DILCTL_HOME``, else the platform's
            folder for a user's data.
        database: URL of a registry in PostgreSQL; by default ``$DILCTL_DATABASE``.

    Example:
        >>> from dilctl import connect
        >>> with connect() as jobs:
        ...     jobs.runs("rule=dil-sf and status=done").columns("seed", "seconds")
    """
    said = Settings.default()
    return Jobs(Settings.of(home or said.home, database or said.database))
