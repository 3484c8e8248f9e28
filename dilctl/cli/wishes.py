"""The options with which runs are asked for; ``dilctl submit`` and ``dilctl train`` share them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion
from dilctl.request import MOST_GPUS, MOST_PRIORITY, MOST_RETRIES

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.request import Request

Recipe = Annotated[
    str, typer.Argument(help="A shipped recipe, or a TOML file.", autocompletion=completion.recipes)
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a setting. Repeatable.",
        autocompletion=completion.settings,
    ),
]
Sweep = Annotated[
    list[str] | None,
    typer.Option(
        "--sweep",
        metavar="KEY=V1,V2",
        help="Try each value; all combinations. Repeatable.",
        autocompletion=completion.settings,
    ),
]
Seeds = Annotated[str, typer.Option("--seeds", metavar="SEEDS", help="Seeds, as 1..3 or 1,2,5.")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What to call the runs.")]
Gpus = Annotated[
    int | None,
    typer.Option(
        "--gpus",
        metavar="N",
        min=1,
        max=MOST_GPUS,
        help="GPUs of each run, with a process on each.",
    ),
]
Gpu = Annotated[
    str | None,
    typer.Option("--gpu", metavar="NUMBERS", help="GPUs to stay on, as in 1,3."),
]
GpuMemory = Annotated[
    str | None,
    typer.Option(
        "--gpu-memory",
        metavar="SIZE",
        help="Memory of each GPU, as in 12GiB; the rest is for other runs.",
    ),
]
Priority = Annotated[
    int,
    typer.Option(
        "--priority", metavar="N", min=-MOST_PRIORITY, max=MOST_PRIORITY, help="Higher goes first."
    ),
]
After = Annotated[
    list[str] | None,
    typer.Option(
        "--after",
        metavar="RUN",
        help="Start once this run is done. Repeatable.",
        autocompletion=completion.runs,
    ),
]
AfterAny = Annotated[bool, typer.Option("--after-any", help="With --after: however that run ends.")]
Tag = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="TAG",
        help="A word to find it by. Repeatable.",
        autocompletion=completion.tags,
    ),
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What to remember of it.")]
Retries = Annotated[
    int,
    typer.Option(
        "--retries",
        metavar="N",
        min=0,
        max=MOST_RETRIES,
        help="Times in a row to try again when a worker is lost or out of memory.",
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Repeat what is already there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def request_of(jobs: "Jobs", said: Mapping[str, Any]) -> "Request":
    """What the options of a command ask for.

    Args:
        jobs: knows the runs that are to be followed.
        said: the command's options by the names of its parameters, as typer keeps them.

    Raises:
        UsageError: an option cannot be understood, or contradicts another.
        NotFoundError: there is no such run to follow.
    """
    from dilctl.wish import Wish, request_of

    known = {field.name for field in fields(Wish)}
    chosen = {name: value for name, value in said.items() if name in known and value is not None}
    return request_of(jobs, Wish(**{name: _plain(value) for name, value in chosen.items()}))


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # typer makes lists of the repeated
