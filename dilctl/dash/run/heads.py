"""The two lines above a run's parts: how far it is, and what there is to say of it."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dilctl.dash.words import progress, state
from dilctl.text import one_line, visible
from dilctl.words import duration
from storage.records import LIVE, Note, Run, Status


def head(run: Run, way: str) -> Text:
    """Number, state, progress, what is left, where; the name last, which may be long."""
    line = Text(f"run {run.id} ", style="bold", no_wrap=True)
    line.append(f"({way}) " if way else "", style="not bold dim")
    line.append_text(state(run)).append(" ")
    line.append_text(progress(run.fraction, 12))
    if run.status in LIVE and run.seconds_left is not None:
        line.append(f" {duration(run.seconds_left)} left", style="not bold")
    line.append(f"  seed {run.seed}  {run.gradients:,} gradients", style="not bold dim")
    line.append(f"  {place(run)}", style="not bold dim") if run.host else None
    return line.append(f"  {visible(run.name)}", style="not bold")


def place(run: Run) -> str:
    """The host, and what it takes of it."""
    needs: Mapping[str, Any] = run.needs
    device, processes = str(needs.get("device", "")), needs.get("processes", 1)
    many = f" ×{processes}" if processes != 1 else ""
    return visible(f"{run.host} {device}{many}".rstrip())


def situation_of(run: Run, note: Note | None) -> Text:
    """Why it waits or ended as it did, its tags, its newest note; else its rule and network."""
    line = Text(no_wrap=True, overflow="ellipsis")
    said = run.activity if run.status in LIVE else ""
    said = one_line(said or run.reason)
    if said and said != run.status:  # which the line above says
        line.append(f"{said}  ", style="red" if run.status is Status.FAILED else "")
    else:
        line.append(f"{visible(run.rule)} · {visible(run.network)} · {visible(run.task)}  ")
    for tag in run.tags:
        line.append(f"#{visible(tag)} ", style="cyan")
    if note is not None:
        line.append(f"“{one_line(note.text)}”", style="italic dim")
    return line
