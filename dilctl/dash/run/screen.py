"""One run: its curves, tests, settings, log, environment and machine, one of them at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import Static

from dilctl.dash.actions.screen import ActingScreen
from dilctl.dash.live import Seat
from dilctl.dash.news import News
from dilctl.dash.places import Place, Subject
from dilctl.dash.run.curves_part import CurvesPart
from dilctl.dash.run.environment_part import EnvironmentPart
from dilctl.dash.run.evaluations_part import EvaluationsPart
from dilctl.dash.run.heads import head, situation_of
from dilctl.dash.run.log_part import LogPart
from dilctl.dash.run.part import Part
from dilctl.dash.run.settings_part import SettingsPart
from dilctl.dash.run.system_part import SystemPart
from dilctl.dash.runs.captions import EMPTY
from dilctl.dash.widgets.parts_bar import PartsBar
from dilctl.jobs import Jobs
from storage.records import Note, Run

_PARTS: tuple[type[Part[Any]], ...] = (
    CurvesPart,
    EvaluationsPart,
    SettingsPart,
    LogPart,
    EnvironmentPart,
    SystemPart,
)


_TOO_LARGE = 1 << 31
"""No registry numbers its runs so high; what is remembered may be anything."""


_OR_A_KEY = Text("\n\nHere, n opens a form that queues runs.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """A run and what its part in front has read.

    Attributes:
        note: the newest; None where there is none.
        way: which of the runs one comes through this is, as ``2 of 5``; empty for all runs.
    """

    run: Run
    note: Note | None
    way: str
    part: Part[Any]
    seen: Any


class RunScreen(ActingScreen[RunPage | None]):
    """Parts turned by tab; a comma and a full stop lead to other runs."""

    PLACE = Place.RUN
    CSS_PATH = "run.tcss"
    BINDINGS = [
        Binding("tab", "part(1)", "Part", id="run.next_part"),
        Binding("shift+tab", "part(-1)", "Part before", show=False, id="run.part_before"),
        Binding(
            "full_stop",
            "other_run(1)",
            "Run",
            key_display=", .",
            tooltip="The run before or after",
            id="run.next_run",
        ),
        # There is little room below, and both are at home in the list of runs.
        Binding("n", "submit", "Submit", show=False, id="runs.submit"),
        Binding("c", "steer('cancel')", "Cancel", show=False, id="runs.cancel"),
        Binding("comma", "other_run(-1)", "Run before", show=False, id="run.run_before"),
    ]

    def __init__(self, seat: Seat) -> None:
        super().__init__(seat)
        self._run: int | None = None
        self._last = 0
        self._way: tuple[int, ...] = ()
        self._by = 0
        self._page: RunPage | None = None
        self._parts: dict[str, Part[Any]] = {kind.TITLE: kind() for kind in _PARTS}
        self._front = _PARTS[0].TITLE

    def visit(self, subject: Subject) -> None:
        """Show a run; of several, the first, and the others by keys."""
        if subject.runs:
            self._run = subject.runs[0]
            self._way = subject.runs if len(subject.runs) > 1 else ()
            self._by = 0

    def chosen_runs(self) -> tuple[Run, ...]:
        """What actions are done to."""
        return (self._page.run,) if self._page else ()

    def compose_body(self) -> ComposeResult:
        """What it does, the titles of the parts, the parts; or how a first run comes to be."""
        yield Static(EMPTY + _OR_A_KEY, id="no-run", markup=False)
        yield Static(id="situation", markup=False)
        yield PartsBar(tuple(self._parts))
        with Container(id="part"):
            for part in self._parts.values():
                part.display = False
                yield part

    def on_mount(self) -> None:
        """Open the part of last time."""
        super().on_mount()
        self.query_one(PartsBar).choose(self._front)
        self._enter_part(self._front)

    @on(PartsBar.Chosen)
    def _turn_to(self, event: PartsBar.Chosen) -> None:
        self._enter_part(event.part)
        self.look(again=True)

    def _enter_part(self, title: str) -> None:
        self._parts[self._front].display = False
        self._front = title
        self._parts[title].display = True
        self._parts[title].enter()

    def action_part(self, by: int) -> None:
        """Show the next part, or the one before."""
        self.query_one(PartsBar).turn(by)

    def action_other_run(self, by: int) -> None:
        """Show the next run, or the one before."""
        self._by = by
        self.look(again=True)

    # Reading, in a thread

    def read(self, news: News) -> RunPage | None:
        """The run now, with what its part in front shows; None while there is none at all."""
        del news
        jobs, part = self.seat.jobs, self._parts[self._front]
        if (run := self._present(jobs)) is None:
            return None
        by, self._by = self._by, 0
        if by:
            run = self._neighbour(jobs, run, by)
        self._run = run.id
        notes = jobs.notes(run.id)
        return RunPage(
            run=run,
            note=notes[-1] if notes else None,
            way=self._said_way(run.id),
            part=part,
            seen=part.read(jobs, run),
        )

    def _present(self, jobs: Jobs) -> Run | None:
        """The run that is looked at, else that of the last sitting, else the newest."""
        if self._run is not None:
            return jobs.run(self._run)
        found = jobs.runs(ids=[self._last]) if self._last else ()
        return next(iter(found or jobs.runs(limit=1)), None)

    def _neighbour(self, jobs: Jobs, run: Run, by: int) -> Run:
        """The run after or before in the list that one came with, else by number."""
        if run.id in self._way:
            index = self._way.index(run.id) + by
            return jobs.run(self._way[index % len(self._way)])
        query, sort = (f"id>{run.id}", "id") if by > 0 else (f"id<{run.id}", "-id")
        found = jobs.runs(query, sort=sort, limit=1)
        return found[0] if found else run

    def _said_way(self, run: int) -> str:
        if run not in self._way:
            return ""
        return f"{self._way.index(run) + 1} of {len(self._way)}"

    def forget(self) -> None:
        """Read everything anew at the next look."""
        for part in self._parts.values():
            part.forget()

    # Showing

    def show(self, page: RunPage | None) -> None:
        """Bring everything up to date; what was read of a run or part left behind is let go."""
        if page is None:
            self._show_nothing()
        elif page.run.id == self._run:
            self._show_run(page)

    def _show_nothing(self) -> None:
        self.head = Text("no run", style="bold")
        self.add_class("-nothing")

    def _show_run(self, page: RunPage) -> None:
        if self.has_class("-nothing"):
            self.remove_class("-nothing")
            self._parts[self._front].enter()
        self._page = page
        self.head = head(page.run, page.way)
        situation = situation_of(page.run, page.note)
        self.query_one("#situation", Static).update(situation, layout=False)
        if page.part is self._parts[self._front]:
            page.part.show(page.seen)

    # Between two sittings

    def remembered(self) -> Mapping[str, Any]:
        """The run, the part in front, and what each part keeps."""
        kept = {title: dict(part.remembered()) for title, part in self._parts.items()}
        return {
            "run": self._run or self._last,
            "part": self._front,
            "parts": {title: each for title, each in kept.items() if each},
        }

    def recall(self, state: Mapping[str, Any]) -> None:
        """Take it up."""
        run = state.get("run")
        self._last = run if type(run) is int and 0 < run < _TOO_LARGE else 0
        if state.get("part") in tuple(self._parts):
            self._front = str(state["part"])
        parts = state.get("parts")
        for title, each in parts.items() if isinstance(parts, dict) else ():  # pyright: ignore[reportUnknownVariableType] -- JSON
            if title in self._parts and isinstance(each, dict):
                self._parts[title].recall(each)  # pyright: ignore[reportUnknownArgumentType] -- JSON
