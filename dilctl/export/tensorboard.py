"""Curves of runs as TensorBoard reads them: a folder of event files, a sub-folder a run."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from dilctl.errors import DilctlError
from dilctl.flat import flat
from storage.records import Curve, Run

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Library:
    """What is used of tensorboardX, whose messages are made while it is imported: no types."""

    writer: Any
    event: Any
    summary: Any
    hparams: Any
    text: Any


def write_events(folder: Path, run: Run, curves: Sequence[Curve]) -> Path:
    """Write what a run measured, its settings and its name; replace what an earlier call wrote.

    A point's time is that of its first start plus the seconds of training before it.

    Args:
        folder: shared by all runs that are to be compared; made where it is not there.
        run: the run.
        curves: of the run.

    Returns:
        The run's own folder.

    Raises:
        DilctlError: where tensorboardX is not installed.
    """
    library = _library()
    own = folder / folder_name(run)
    own.mkdir(parents=True, exist_ok=True)
    earlier = set(own.glob("events.out.tfevents.*"))
    writer = library.writer(str(own / "events"), f".{_free_number(earlier)}")
    try:
        for event in _events(library, run, curves):
            writer.write_event(event)
    finally:
        writer.close()
    for path in earlier:
        path.unlink()
    return own


def folder_name(run: Run) -> str:
    """A name for a run's folder, unlike that of any other run and safe in every file system."""
    plain = unicodedata.normalize("NFKD", run.name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:_LONGEST_NAME].strip("-")
    return f"{run.id:04d}-{words}" if words else f"{run.id:04d}"


def _library() -> _Library:
    try:
        files = import_module("tensorboardX.event_file_writer")
    except ImportError as error:
        raise DilctlError(
            "TensorBoard's files need tensorboardX; install it with: "
            "pip install 'dilctl[tensorboard]'"
        ) from error
    summaries = import_module("tensorboardX.summary")
    return _Library(
        writer=files.EventsWriter,
        event=import_module("tensorboardX.proto.event_pb2").Event,
        summary=import_module("tensorboardX.proto.summary_pb2").Summary,
        hparams=summaries.hparams,
        text=summaries.text,
    )


def _free_number(earlier: set[Path]) -> int:
    """A number that no earlier file of the run ends in, even one of the same second."""
    ends = {path.suffix for path in earlier}
    return next(number for number in range(len(ends) + 1) if f".{number}" not in ends)


def _events(library: _Library, run: Run, curves: Sequence[Curve]) -> Iterator[Any]:
    """What the run is, then all that it measured in order of steps."""
    start = (run.started_at or run.created_at).timestamp()
    for summary in _described(library, run):
        yield library.event(wall_time=start, summary=summary)
    for (step, seconds), values in sorted(_by_step(curves).items()):
        named = [library.summary.Value(tag=tag, simple_value=value) for tag, value in values]
        summary = library.summary(value=named)
        yield library.event(wall_time=start + seconds, step=step, summary=summary)


def _by_step(curves: Sequence[Curve]) -> Mapping[tuple[int, float], Sequence[tuple[str, float]]]:
    found: defaultdict[tuple[int, float], list[tuple[str, float]]] = defaultdict(list)
    for curve in curves:
        for step, seconds, value in zip(curve.steps, curve.seconds, curve.values, strict=True):
            found[step, seconds].append((_text(curve.metric), value))
    return found


def _described(library: _Library, run: Run) -> list[Any]:
    """Settings for the tab of hyperparameters, and the whole experiment as text."""
    said = {path: _plain(value) for path, value in flat(run.experiment).items()}
    settings = {"seed": run.seed, **said}
    latest = {_text(name): value for name, value in run.latest.items()}
    whole = json.dumps(run.experiment, indent=2, ensure_ascii=False)
    said = f"run {run.id}, {_text(run.name)}\n\n```json\n{_text(whole)}\n```"
    return [*library.hparams(settings, latest), library.text("experiment", said)]


def _plain(value: Any) -> float | str:
    """A setting as the tab takes it: what is no number as text."""
    match value:
        case bool() | int() | float():
            return value
        case str():
            return _text(value)
        case _:
            return _text(json.dumps(value))


def _text(text: str) -> str:
    """Text that can be UTF-8: a name from a file system may hold halves of characters."""
    return text.encode(errors="replace").decode()
