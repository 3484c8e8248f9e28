"""The options with which runs are asked for; ``dilctl submit`` and ``dilctl train`` share them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dilctl.cli import completion

if TYPE_CHECKING:
    from dilctl.jobs import Jobs
    from dilctl.request import Request

MOST_PRIORITY = 1_000_000

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
        "--gpus", metavar="N", min=1, max=64, help="GPUs of each run, with a process on each."
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
        max=1000,
        help="Times in a row to try again when a worker is lost or out of memory.",
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Repeat what is already there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def request_of(jobs: "Jobs", said: dict[str, Any]) -> "Request":
    """What the options of a command ask for.

    Args:
        jobs: knows the runs that are to be followed.
        said: the command's options by the names of its parameters, as typer keeps them.

    Raises:
        UsageError: an option cannot be understood, or contradicts another.
        NotFoundError: there is no such run to follow.
    """
    from dilctl.demands import parse_gpu, with_demands
    from dilctl.request import Request, parse_name, parse_seeds
    from dilctl.tagging import parse_note, parse_tag

    request = Request(
        recipe=said["recipe"],
        assignments=tuple(said["settings"] or ()),
        sweeps=tuple(said["sweep"] or ()),
        seeds=parse_seeds(said["seeds"]),
        name=parse_name(said["name"]),
        priority=said["priority"],
        again=said["again"],
        tags=tuple(parse_tag(word) for word in said["tag"] or ()),
        note=parse_note(said["note"]) if said["note"] else "",
        after=_parents(jobs, said["after"] or (), after_any=said["after_any"]),
        after_any=said["after_any"],
        retries=said["retries"],
        gpu=parse_gpu(said["gpu"]),
    )
    return with_demands(request, gpus=said["gpus"], gpu_memory=said["gpu_memory"])


def _parents(jobs: "Jobs", words: tuple[str, ...], *, after_any: bool) -> tuple[int, ...]:
    from dilctl.cli.selection import chosen
    from dilctl.errors import UsageError

    if not words:
        if after_any:
            raise UsageError("--after-any: say after which run, as in --after 7 --after-any")
        return ()
    return tuple(run for word in words for run in chosen(jobs, [word]))
