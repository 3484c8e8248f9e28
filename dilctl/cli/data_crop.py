"""``dilctl data crop``: a folder of images cut into tiles."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output, words
from dilctl.cli.fault_lines import say_faults
from dilctl.cli.rate_bar import rate_bar
from dilctl.errors import ExitCode

if TYPE_CHECKING:
    from dilctl.datasets.crop_plan import Plan, Wish

EXAMPLES = """\b
Example: dilctl data crop ~/data/DF2K ~/data/DF2K_256 --patch 256
         dilctl data crop photographs tiles --patch 128 --dry-run
"""


def crop(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="A folder of images, with its sub-folders.")
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The folder for the tiles.")],
    patch: Annotated[
        int, typer.Option("--patch", min=8, max=16_384, help="Side of a tile, pixels.")
    ] = 256,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; else one for each core.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many tiles there would be; write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Cut images into square tiles that do not overlap; what is left at the edges is dropped.

    Tiles are PNG files, named for their place: `a/12.jpg` becomes `a/12_r000_c000.png` and so on.
    The same command again writes what is missing, and anew what has changed. Images that cannot be
    read are left out and named at the end; then it leaves with 4.
    """
    from dilctl.datasets import cropping

    wish = _wish(source, target, patch)
    if dry_run:
        with rate_bar("images") as told:
            planned = cropping.look(wish, told=told)
        _answer(wish, planned, written=0, faults=planned.faults, as_json=as_json)
        return
    try:
        with rate_bar("tiles") as told, cropping.begun(wish, told=told) as (planned, record):
            output.say(_forecast(wish, planned))
            processes = workers or os.cpu_count() or 1
            done = cropping.crop(planned, record, workers=processes, told=told)
    except KeyboardInterrupt:
        output.say("interrupted; the same command goes on where this one ended")
        raise
    faults = planned.faults + done.faults
    _answer(wish, planned, written=done.written, faults=faults, as_json=as_json)


def _wish(source: str, target: Path, patch: int) -> "Wish":
    from dilctl.datasets.crop_plan import Wish
    from trainers.data import sources

    return Wish(
        source=sources.resolve(source, base=Path.cwd(), environment=os.environ),
        target=target.expanduser().absolute(),
        patch=patch,
    )


def _forecast(wish: "Wish", planned: "Plan") -> str:
    there = planned.tiles - planned.missing
    parts = [
        f"{words.many(planned.images, 'image')}: "
        f"{words.many(planned.tiles, 'tile')} of {wish.patch}x{wish.patch} pixels",
        f"{there:,} there already" if there else "",
        f"{words.many(planned.small, 'image')} smaller than a tile" if planned.small else "",
        f"tiles stay of {words.many(len(planned.gone), 'image')} gone" if planned.gone else "",
    ]
    return "; ".join(filter(None, parts))


def _answer(
    wish: "Wish", planned: "Plan", *, written: int, faults: tuple[str, ...], as_json: bool
) -> None:
    if as_json:
        output.write_json(
            {
                "source": wish.source,
                "target": wish.target,
                "patch": wish.patch,
                "images": planned.images,
                "tiles": planned.tiles,
                "missing": planned.missing - written,
                "written": written,
                "small": planned.small,
                "gone": planned.gone,
                "faults": faults,
            }
        )
    elif written:
        output.write(output.cell(f"{words.many(written, 'tile')} written to {wish.target}"))
    else:
        output.write(output.cell(_forecast(wish, planned)))
    say_faults(faults, as_json=as_json)
    if faults:
        raise typer.Exit(ExitCode.DATA)
