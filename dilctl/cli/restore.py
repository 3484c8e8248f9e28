"""``dilctl restore``: pictures through a trained network."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import completion, output, words
from dilctl.cli.progress import progress_bar
from dilctl.cli.session import jobs_of
from dilctl.cli.trained import named, title
from dilctl.errors import ExitCode
from dilctl.pictures import FormatName, Plan, Wish
from dilctl.restoring import Device, How

if TYPE_CHECKING:
    from dilctl.cli.trained import Named

_EXAMPLES = """\b
Example: dilctl restore last photo.jpg restored.png
         dilctl restore 7 holiday/ restored/ --weights average
         dilctl restore model.safetensors scans/ restored/ --format png --resume
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=_EXAMPLES)(restore)


def restore(
    context: typer.Context,
    network: Annotated[
        str,
        typer.Argument(
            metavar="RUN|FILE",
            help="A finished run, by number, name or `last`, or a file of weights.",
            autocompletion=completion.queries,
        ),
    ],
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A picture, or a folder with its sub-folders.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="OUT", help="The picture or the folder to be written.")
    ],
    weights: Annotated[
        str | None,
        typer.Option(
            help="Of a run: last, best-seen or average; of a file, one of those it holds."
        ),
    ] = None,
    file_format: Annotated[
        FormatName | None,
        typer.Option("--format", help="What to write; else what each picture's name says."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--force", help="Replace files that are there; never pictures of IN.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out pictures whose files are there.")
    ] = False,
    tile: Annotated[
        int | None,
        typer.Option(
            min=64,
            max=16_384,
            help="Side of the tiles that large pictures are cut into, in pixels; fewer need less "
            "memory.",
        ),
    ] = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="Of JPEGs that are written.")] = 95,
    device: Annotated[Device, typer.Option(help="auto: a GPU where the machine has one.")] = "auto",
    threads: Annotated[
        int | None, typer.Option(min=1, max=1024, help="CPU threads; else one for each core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Restore a picture or a folder of pictures; what goes in is never overwritten.

    Names, sub-folders, orientation, colour profile, EXIF, grey and transparency are kept. Large
    pictures are restored in overlapping tiles. Ctrl-C leaves whole pictures behind, and --resume
    goes on.
    """
    from dilctl import pictures

    how = How(device=device, threads=threads, tile=tile, quality=quality)
    wish = Wish(
        source=source,
        target=Path(target).expanduser(),
        into_folder=target.endswith(os.sep),
        format=file_format,
        replace=replace,
        resume=resume,
    )
    with jobs_of(context) as jobs:
        chosen = named(jobs, network, weights)
    plan = pictures.plan(wish)
    faults = _restored(chosen, plan, how)
    _tell(chosen, wish, plan, faults, as_json=as_json)
    if faults:
        raise typer.Exit(ExitCode.DATA)


def _restored(chosen: "Named", plan: Plan, how: How) -> tuple[str, ...]:
    from dilctl.restoring import restore as with_weights

    if not plan.pairs:
        return ()
    what = words.many(len(plan.pairs), "picture")
    with progress_bar() as advance:

        def told(done: int, total: int) -> None:
            if advance is not None:
                advance(what, done, total)

        return with_weights(chosen.file, chosen.part, plan, how, told)


def _tell(
    chosen: "Named", wish: Wish, plan: Plan, faults: tuple[str, ...], *, as_json: bool
) -> None:
    done = len(plan.pairs) - len(faults)
    if as_json:
        answer = {
            "run": chosen.run,
            "weights": chosen.file,
            "restored": done,
            "already": plan.already,
            "faults": faults,
        }
        output.write_json(answer)
    else:
        already = f"; {plan.already:,} were there already" if plan.already else ""
        output.write(
            output.cell(
                f"{title(chosen)}: {words.many(done, 'picture')} restored, "
                f"written to {wish.target}{already}"
            )
        )
    for fault in faults:
        output.say(f"error: {fault}")
