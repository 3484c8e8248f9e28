"""What every part of the registry stands on: a database, a clock, and who acts."""

from collections.abc import Callable
from datetime import datetime

from storage.change import Act
from storage.database import Database


class Transactions:
    """The database and the clock of a registry; each public method of a part is one transaction."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def _act(self, who: str, why: str) -> Act:
        return Act(who=who, why=why, at=self._now())
