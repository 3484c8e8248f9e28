"""What is said of the run or the group under the cursor; pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from rich.text import Text

from dilctl.braille import Series
from dilctl.dash.runs.glance import SEEN, UNSEEN, Glance, series
from dilctl.dash.runs.group_glance import GroupGlance
from dilctl.dash.words import STYLES, decibels, fit, state, state_and_why
from dilctl.text import one_line, visible
from dilctl.words import SIGNS
from storage.records import Run, Status

_PSNR = "psnr@"
_CROPS = "PSNR of crops, dB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What fills the pane.

    Attributes:
        facts: stand on top.
        title: of the drawing.
        curves: of it.
        lines: stand below or beside it.
        is_end: whether the last of them matter most, else the first.
    """

    facts: Text = field(default_factory=Text)
    title: tuple[tuple[str, str], ...] = ()
    curves: tuple[Series, ...] = ()
    lines: tuple[Text, ...] = ()
    is_end: bool = False

    def below(self, height: int) -> tuple[Text, ...]:
        """As many of the lines as there is room for."""
        if not height:
            return ()
        return self.lines[-height:] if self.is_end else self.lines[:height]


def of_run(glance: Glance, width: int) -> Told:
    """State, reason, name, tags, note; curves; the log, or the newest values where it is empty."""
    run = glance.run
    text = Text(f"run {run.id}  ", style="bold").append_text(state_and_why(run))
    text.append("\n").append(fit(run.name, width).plain, "not bold dim")
    if run.after and run.status is Status.QUEUED:
        text.append(f"\nafter {', '.join(map(str, run.after))}", "not bold")
    if run.tags:
        text.append("\ntags  ", "not bold dim").append(visible(" ".join(run.tags)), "not bold")
    if glance.note is not None:
        text.append("\nnote  ", "not bold dim").append(one_line(glance.note.text), "not bold")
    labels = (curve.metric.rpartition(":")[2] for curve in glance.curves)
    is_psnr = any(curve.metric.startswith(_PSNR) for curve in glance.curves)
    title = _CROPS if is_psnr else "loss" if glance.curves else ""
    log = tuple(Text(line, style="dim") for line in glance.log)
    return Told(
        facts=text,
        title=_titled(title),
        curves=tuple(map(series, glance.curves, labels)),
        lines=log or _values(run.latest),
        is_end=bool(log),
    )


def _titled(title: str) -> tuple[tuple[str, str], ...]:
    return ((title, "bold"),) if title else ()


def _values(latest: Mapping[str, float]) -> tuple[Text, ...]:
    """The newest PSNR of everything that it was measured on."""
    found = [(name, value) for name, value in latest.items() if name.startswith(_PSNR)]
    if not found:
        return ()
    lines = (Text(f"{value:6.2f}  {visible(name.removeprefix(_PSNR))}") for name, value in found)
    return (Text("newest PSNR, dB", style="bold"), *lines)


def of_group(glance: GroupGlance) -> Told:
    """How its runs stand, mean and range of what they reach, their curves, their list."""
    group, runs = glance.group, glance.runs
    label = "no value" if group.label is None else one_line(group.label)
    text = Text(label, style="bold").append(f"  {_runs(len(group.ids))}\n", "not bold")
    for status, style in STYLES.items():
        if number := group.counts.get(status):
            text.append(f"{SIGNS[status]} {number:,} {status}  ", f"not bold {style}".strip())
    of = "" if len(runs) == len(group.ids) else f" among {len(runs)} looked at"
    for standing, metric in (("seen", SEEN), ("unseen", UNSEEN)):
        text.append(_spread(standing, [r.latest[metric] for r in runs if metric in r.latest], of))
    if (best := next((run for run in runs if run.id == group.best), None)) is not None:
        text.append(f"\nbest unseen {decibels(best.latest.get(UNSEEN))} by run {best.id}")
    standing = glance.metric.rpartition(":")[2]
    return Told(
        facts=text,
        title=_titled(f"{standing} {_CROPS}" if standing else ""),
        curves=tuple(series(curve, f"run {id}") for id, curve in glance.curves.items()),
        lines=tuple(_line(run) for run in _best_first(runs, glance.metric)),
    )


def _runs(number: int) -> str:
    return f"{number:,} {'run' if number == 1 else 'runs'}"


def _spread(standing: str, values: list[float], of: str) -> Text:
    if not values:
        return Text()
    text = Text(f"\n{standing:<6} ", style="not bold dim")
    text.append(f"{fmean(values):.2f} dB", "not dim bold")
    if len(values) > 1:
        text.append(f"  {min(values):.2f} to {max(values):.2f}, {_runs(len(values))}{of}")
    return text


def _best_first(runs: Iterable[Run], metric: str) -> list[Run]:
    return sorted(runs, key=lambda run: -run.latest.get(metric, float("-inf")))


def _line(run: Run) -> Text:
    seen, unseen = (decibels(run.latest.get(metric)) or "–" for metric in (SEEN, UNSEEN))
    line = Text(f"seen {seen:>5}  unseen {unseen:>5}  run {run.id}  seed {run.seed}  ")
    return line.append_text(state(run))
