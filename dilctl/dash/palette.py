"""Runs in the command palette: by number, or by a word of their names."""

import asyncio

from rich.text import Text
from textual.command import Hit, Hits, Provider

from dilctl.dash.live import EXPECTED, LiveScreen
from dilctl.dash.places import Go, Place, Subject
from dilctl.text import visible
from storage.records import Run

_MOST = 8


class RunsByWord(Provider):
    """Offers to open the runs that a query of ``docs/queries.md`` means, the newest first."""

    async def search(self, query: str) -> Hits:
        """The runs that a query means; none for what is no query."""
        if not isinstance(self.screen, LiveScreen) or not query.strip():
            return
        for run in await asyncio.to_thread(self._found, query):
            label = f"Open run {run.id}: {visible(run.name)}, {run.status}"
            subject = Subject(runs=(run.id,))
            yield Hit(0.5, Text(label), lambda subject=subject: self._open(subject), text=label)

    def _found(self, query: str) -> tuple[Run, ...]:
        assert isinstance(self.screen, LiveScreen)
        jobs = self.screen.seat.jobs
        word = query.strip().removeprefix("run ")
        try:
            asked = f"id={word}" if word.isdecimal() else word
            return tuple(jobs.runs(asked, limit=_MOST))
        except EXPECTED:
            return ()

    def _open(self, subject: Subject) -> None:
        self.screen.post_message(Go(Place.RUN, subject))
