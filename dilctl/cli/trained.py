"""The trained network that a person names: a run, or a file of weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dilctl.errors import NotFoundError

if TYPE_CHECKING:
    from dilctl.jobs import Jobs

_ENDINGS = (".safetensors", ".pth", ".pt", ".ckpt", ".bin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A trained network.

    Attributes:
        run: its number; None for a file.
        file: where its weights lie.
        part: which weights of the run or part of the file; None for the usual one.
    """

    run: int | None
    file: Path
    part: str | None


def named(jobs: "Jobs", text: str, weights: str | None) -> Named:
    """What a person means by RUN or FILE, and the file in either case.

    Raises:
        NotFoundError, UsageError, RefusedError: there is no such run or file, or it has no weights.
    """
    found = file_or_run(jobs, text, weights)
    if found.run is None:
        return found
    return Named(run=found.run, file=jobs.weights(found.run, weights or "last"), part=None)


def file_or_run(jobs: "Jobs", text: str, weights: str | None) -> Named:
    """What a person means by RUN or FILE: a number or ``last`` is a run, whatever files there are.

    Args:
        jobs: the use cases.
        text: a number, ``last``, a run's name or unique query, or a file's path.
        weights: which weights; None for the usual ones.

    Raises:
        NotFoundError, UsageError: there is no such run or file.
    """
    from dilctl.selection import are_numbers, only

    path = Path(text).expanduser()
    if not are_numbers([text]):
        if path.is_file():
            return Named(run=None, file=path, part=weights)
        if path.suffix.lower() in _ENDINGS:
            raise NotFoundError(f"{text}: no such file; name a run or a file of weights")
    return Named(run=only(jobs, [text]), file=path, part=weights)


def title(found: Named) -> str:
    """What to call it in a sentence."""
    return f"run {found.run}" if found.run is not None else str(found.file)
