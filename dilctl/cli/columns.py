"""The columns of a list of runs: what they are called, what they hold, how they are written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from dilctl.cli import output, words
from dilctl.errors import UsageError
from dilctl.text import one_line, visible
from storage.records import ASIDE, LIVE, Run

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

DEFAULT = ("run", "status", "name", "rule", "seed", "done", "seen", "unseen", "left")
"""What a list shows unless told otherwise."""

_LONG = frozenset(
    {"name", "reason", "note", "notes", "tag", "tags", "sweep", "doing", "signature", "host"}
)
_DOCUMENTS = {"config": "experiment", "needs": "needs", "provenance": "provenance"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunColumn:
    """A column of a list of runs.

    Attributes:
        name: as it was asked for.
        value: what a run has there; None where it has nothing.
        text: how that is written for people; None for the same as in a file.
    """

    name: str
    value: Callable[[Run], Any]
    text: Callable[[Run], str] | None = None

    @property
    def is_long(self) -> bool:
        """Whether its texts may be long, so that a list shortens them."""
        return self.name in _LONG or self.name.startswith(("config.", "provenance."))

    def written(self, run: Run) -> str:
        """A run's cell, safe to show."""
        return output.cell(self.text(run) if self.text else _written(self.value(run)))


def run_columns(jobs: "Jobs", said: str | None) -> tuple[RunColumn, ...]:
    """The columns that a person asks for, as in ``id,status,psnr@CBSD68:sigma30,config.train.lr``.

    Args:
        jobs: the use cases, which know the metrics.
        said: names between commas; quotation marks keep a comma in a name. None for the default.

    Raises:
        UsageError: there is no such column.
    """
    names = DEFAULT if said is None else _names(said)
    if not names:
        raise UsageError(f"--columns: name some, as in {','.join(DEFAULT)}")
    return tuple(_column(jobs, name) for name in names)


def _names(said: str) -> tuple[str, ...]:
    names, quoted = [""], False
    for character in said:
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            names.append("")
        else:
            names[-1] += character
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in names))))


def _column(jobs: "Jobs", name: str) -> RunColumn:
    if name in _FIELDS:
        value, text = _FIELDS[name]
        return RunColumn(name=name, value=value, text=text)
    if name in {"note", "notes"}:
        return RunColumn(name=name, value=lambda run: [note.text for note in jobs.notes(run.id)])
    document, dot, path = name.partition(".")
    if dot and document in _DOCUMENTS:
        found = _setting_reader(_DOCUMENTS[document], path.split("."))
        return RunColumn(name=name, value=found)
    metric = name.removeprefix("metric.")
    if metric.startswith(ASIDE):
        raise UsageError(
            f"--columns: {visible(name)} is no column; its curve shows: "
            f"dilctl curves RUN --metric '{visible(metric)}'"
        )
    if metrics := jobs.metrics_named(metric):
        return RunColumn(name=name, value=_metric_reader(metrics))
    raise UsageError(f"--columns: {visible(name)} is no column{_near(jobs, name)}")


def _near(jobs: "Jobs", name: str) -> str:
    known = [*_FIELDS, "note", *jobs.registry.metric_names()]
    known += [f"config.{name}"] if _is_setting(jobs, name) else []
    if f"config.{name}" in known:
        return f"; did you mean config.{name}?"
    close = get_close_matches(name, known, n=1)
    if close:
        return f"; did you mean {visible(close[0])}?"
    fields = ", ".join((*_FIELDS, "note"))
    return f"; there are {fields}, metrics, and settings as config.train.lr"


def _is_setting(jobs: "Jobs", name: str) -> bool:
    newest = jobs.runs(limit=1)
    return bool(newest) and _inside(newest[0].experiment, name.split(".")) is not None


def _setting_reader(document: str, path: Sequence[str]) -> Callable[[Run], Any]:
    return lambda run: _inside(getattr(run, document), path)


def _inside(value: Any, path: Sequence[str]) -> Any:
    """What lies at a path of keys and positions; None where nothing does."""
    for key in path:
        match value:
            case Mapping() if key in value:
                value = cast("Mapping[str, Any]", value)[key]
            case list() if key.isdecimal() and int(key) < len(cast("list[Any]", value)):
                value = cast("list[Any]", value)[int(key)]
            case _:
                return None
    return value


def _metric_reader(metrics: Sequence[str]) -> Callable[[Run], float | None]:
    """The value of the first of some metrics that a run has: a short name may mean several."""
    return lambda run: next((run.latest[name] for name in metrics if name in run.latest), None)


def _written(value: Any) -> str:
    match value:
        case None | [] | ():
            return "–"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.6g}"
        case datetime():
            return words.ago(value)
        case list() | tuple():
            return ", ".join(one_line(str(one)) for one in cast("Sequence[Any]", value))
        case Mapping():
            inner = cast("Mapping[str, Any]", value).items()
            return " ".join(f"{key}={_written(one)}" for key, one in inner) or "–"
        case _:
            return str(value) or "–"


def is_number(column: RunColumn, runs: Sequence[Run]) -> bool:
    """Whether all that a column holds are numbers, so that it is set to the right."""
    held = [column.value(run) for run in runs]
    return all(value is None or isinstance(value, int | float) for value in held)


_Field = tuple[Callable[[Run], Any], Callable[[Run], str] | None]


def _plain(name: str) -> _Field:
    return (lambda run: getattr(run, name), None)


def _decibels(metric: str) -> _Field:
    return (
        lambda run: run.latest.get(metric),
        lambda run: words.decibels(run.latest.get(metric)),
    )


def _left(run: Run) -> float | None:
    return run.seconds_left if run.status in LIVE else None


_PROGRESS: _Field = (lambda run: run.fraction, lambda run: words.percent(run.fraction))
_ID: _Field = _plain("id")
_TAGS: _Field = _plain("tags")
_FIELDS: Mapping[str, _Field] = MappingProxyType(
    {
        "run": _ID,
        "id": _ID,
        "status": (
            lambda run: str(run.status),
            lambda run: words.status_of(run, now=datetime.now(UTC)),
        ),
        "done": _PROGRESS,
        "progress": _PROGRESS,
        "seen": _decibels(words.SEEN),
        "unseen": _decibels(words.UNSEEN),
        "left": (_left, lambda run: words.duration(_left(run))),
        "seconds": (lambda run: run.seconds, lambda run: words.duration(run.seconds)),
        "tag": _TAGS,
        "tags": _TAGS,
        "wanted": (lambda run: run.wanted and str(run.wanted), None),
        "doing": (lambda run: run.activity if run.status in LIVE else None, None),
        "reason": (lambda run: run.reason, lambda run: one_line(run.reason) or "–"),
        "submitted": _plain("created_at"),
        "started": _plain("started_at"),
        "finished": _plain("finished_at"),
        "heartbeat": _plain("heartbeat_at"),
        **{
            name: _plain(name)
            for name in (
                "name", "rule", "task", "network", "seed", "sweep", "priority", "host", "after",
                "attempt", "retries", "adjustments", "step", "gradients", "signature",
            )
        },
    }
)  # fmt: skip
