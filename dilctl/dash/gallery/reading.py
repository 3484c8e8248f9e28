"""What the gallery reads of the registry: its runs, and what they were tested on."""

from collections.abc import Mapping
from dataclasses import dataclass

from dilctl.dash.news import News
from dilctl.gallery.exhibit import Exhibit, exhibit_of
from dilctl.jobs import Jobs
from storage.records import Status


@dataclass(slots=True)
class GalleryReader:
    """Reads again when there is news, or when others are to be shown.

    Attributes:
        jobs: the door to the registry.
        wanted: numbers of runs; none for the newest that is done.
    """

    jobs: Jobs
    wanted: tuple[int, ...] = ()
    _seen: tuple[int, Mapping[Status, int], tuple[int, ...]] | None = None
    _exhibit: Exhibit = Exhibit()

    def forget(self) -> None:
        """Read everything at the next look; tests enter the registry without news of them."""
        self._seen = None

    def read(self, news: News) -> Exhibit:
        """The same object as before where nothing is new. Raises the errors of ``Jobs``."""
        wanted = self.wanted
        now = (news.event, news.counts, wanted)
        if now != self._seen:
            self._seen = None
            self._exhibit = self._read(wanted)
            self._seen = now
        return self._exhibit

    def _read(self, wanted: tuple[int, ...]) -> Exhibit:
        if wanted:
            found = {run.id: run for run in self.jobs.runs(ids=wanted)}
            runs = [found[number] for number in wanted if number in found]
        else:
            runs = self.jobs.runs(statuses=[Status.DONE], limit=1)
        gone = tuple(number for number in wanted if number not in {run.id for run in runs})
        evaluations = self.jobs.registry.evaluations([run.id for run in runs])
        return exhibit_of(runs, evaluations, gone)
