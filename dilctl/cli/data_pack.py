"""``dilctl data pack``: images decoded in advance."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output, words
from dilctl.cli.progress import progress_bar
from dilctl.cli.session import settings_of

if TYPE_CHECKING:
    from dilctl.datasets.packing import Store

EXAMPLES = """\b
Example: dilctl data pack ~/data/DF2K_256
         dilctl data pack photographs drawings --verify
"""

_NAMED = 10


def pack(
    context: typer.Context,
    source: Annotated[
        list[str],
        typer.Argument(
            metavar="SRC...",
            help="Folders, in the order in which data.train names them; or folders of pairs.",
        ),
    ],
    scale: Annotated[
        int, typer.Option(min=1, max=8, help="Of pairs: how much larger the clean image is.")
    ] = 1,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Hash what is there, and decode it anew if it differs."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Threads; else one for each core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decode images once into a file that every run on these folders maps into memory.

    `dilctl submit` does the same by itself. If files were added, removed or changed since, they are
    named, and all is decoded anew; what was decoded before stays until `dilctl gc` deletes it.
    """
    from dilctl.datasets import packing
    from trainers.data import sources

    folders = [sources.resolve(s, base=Path.cwd(), environment=os.environ) for s in source]
    stores: list[Store] = []
    with progress_bar() as advance:
        for lot in packing.lots(folders, scale=scale):
            made = packing.store(
                lot,
                settings_of(context).packed,
                is_verified=verify,
                workers=workers or os.cpu_count() or 1,
                told=advance or _mute,
            )
            stores.append(made)
    if as_json:
        output.write_json(stores)
    for made in stores:
        _say_differences(made)
        if not as_json:
            output.write(output.cell(_line(made)))


def _mute(what: str, done: int, total: int) -> None:
    """Shows nothing."""


def _line(made: "Store") -> str:
    how = "decoded before" if made.was_there else "decoded"
    whole = " and found whole" if made.was_there and made.verdict is not None else ""
    return (
        f"{made.what}: {words.many(made.images, 'image')}, {words.size(made.size)}, "
        f"{how}{whole}: {made.place}"
    )


def _say_differences(made: "Store") -> None:
    changes, verdict = made.changes, made.verdict
    if changes is not None:
        _say_paths("added since", changes.added)
        _say_paths("removed since", changes.removed)
        _say_paths("changed since", changes.changed)
    if verdict is None:
        return
    if not verdict.pixels:
        output.say(f"{made.what}: the decoded images were damaged; they were decoded anew")
    if verdict.files is None:
        output.say(f"{made.what}: an older dilctl decoded them, and noted no hashes of files")
    else:
        _say_paths("not what was decoded", verdict.files)


def _say_paths(what: str, paths: tuple[str, ...]) -> None:
    for path in paths[:_NAMED]:
        output.say(f"{what}: {path}")
    if len(paths) > _NAMED:
        output.say(f"{what}: and {len(paths) - _NAMED:,} more")
