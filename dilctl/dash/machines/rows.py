"""The lines of the machines screen, each a frozen value that knows how it is drawn."""

from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from dilctl.dash.machines.gauges import gauge
from dilctl.dash.words import STYLES, because, fit
from dilctl.text import one_line, visible
from dilctl.words import SIGNS, duration
from storage.records import Event, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Words across the whole line."""

    text: str
    style: str = ""
    run: int | None = None

    def draw(self, width: int) -> Text:
        """The words, cut where they are too long."""
        line = fit(one_line(self.text), width)
        line.stylize(self.style)
        return line


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A machine's name, and what its agent does."""

    host: str
    agent: str
    style: str
    run: int | None = None

    def draw(self, width: int) -> Text:
        """The name stands out."""
        line = Text().append(visible(self.host), style="bold").append("  ")
        return fit(line.append(visible(self.agent), style=self.style), width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How much of something is in use, now and a while before."""

    label: str
    share: float | None
    note: str
    past: tuple[float | None, ...] = ()
    is_full_bad: bool = False
    run: int | None = None

    def draw(self, width: int) -> Text:
        """A bar, numbers, a little history."""
        return gauge(
            self.label,
            self.share,
            self.note,
            self.past,
            width=width,
            is_full_bad=self.is_full_bad,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A run that lives on a machine, and what it has of it."""

    run: int
    name: str
    rule: str
    seed: int
    percent: int
    seconds_left: float | None
    holds: str

    def draw(self, width: int) -> Text:
        """What it holds stands at the end of the line."""
        left = "" if self.seconds_left is None else f", {duration(self.seconds_left)} left"
        line = Text().append(f"  run {self.run}", style="bold green")
        line.append(f"  {visible(self.rule)} seed {self.seed}  {self.percent}%{left}  ")
        line.append(visible(self.name), style="dim")
        return _with_end(line, self.holds, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreigner:
    """A process that holds memory of a GPU and is none of our runs'."""

    pid: int
    name: str
    user: str
    holds: str
    run: int | None = None

    def draw(self, width: int) -> Text:
        """What it holds stands at the end of the line."""
        whose = f" of {self.user}" if self.user else ""
        said = visible(f"{self.name or 'a process'} (pid {self.pid}){whose}")
        return _with_end(Text().append(f"  {said}", style="yellow"), self.holds, width)


def _with_end(line: Text, end: str, width: int) -> Text:
    said = f" {end}" if end else ""
    return fit(line, max(1, width - len(said))).append(said[:width])


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A run of the queue, and why it waits.

    Attributes:
        place: its number in the queue; None while it follows a run that has not ended.
    """

    run: int
    place: int | None
    priority: int
    name: str
    rule: str
    seed: int
    why: str

    def draw(self, width: int) -> Text:
        """The reason before the name: it is what a person looks for here."""
        place = "–" if self.place is None else f"{self.place}."
        line = Text().append(f"{place:>5} ", style="dim").append(f"run {self.run}", style="cyan")
        urgent = f"  priority {self.priority:+d}" if self.priority else ""
        line.append(f"{urgent}  {visible(self.rule)} seed {self.seed}")
        line.append(f"  {one_line(self.why)}")
        return fit(line.append(f"  {visible(self.name)}", style="dim"), width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event, and when it was."""

    event: Event
    is_today: bool

    @property
    def run(self) -> int:
        """The run that it happened to."""
        return self.event.run

    def draw(self, width: int) -> Text:
        """Time, run, what it became and why."""
        event = self.event
        at = event.at.astimezone()
        moment = f"{at:%H:%M}" if self.is_today else f"{at:%d %b %H:%M}"
        line = Text().append(moment, style="dim").append(f"  run {event.run} ")
        line.append(f"{SIGNS[event.status]} {event.status}", style=STYLES[event.status] or "bold")
        line.append(because(event.status, event.why))
        return fit(line.append(f"  ({visible(event.who)})", style="dim"), width)


def tenant(run: Run, holds: str) -> Tenant:
    """The line of a live run."""
    return Tenant(
        run=run.id,
        name=run.name,
        rule=run.rule,
        seed=run.seed,
        percent=int(run.fraction * 100),
        seconds_left=run.seconds_left,
        holds=holds,
    )


def waiting(run: Run, place: int | None, *, why: str) -> Waiting:
    """The line of a queued run."""
    return Waiting(
        run=run.id,
        place=place,
        priority=run.priority,
        name=run.name,
        rule=run.rule,
        seed=run.seed,
        why=run.reason or why,
    )


def happened(event: Event, now: datetime) -> Happened:
    """The line of an event."""
    is_today = event.at.astimezone().date() == now.astimezone().date()
    return Happened(event=event, is_today=is_today)
