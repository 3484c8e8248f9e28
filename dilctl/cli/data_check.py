"""``dilctl data check``: whether the images that an experiment needs are there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dilctl.cli import output, wishes, words
from dilctl.cli.data_list import lines_of
from dilctl.cli.fault_lines import say_faults
from dilctl.cli.rate_bar import rate_bar
from dilctl.errors import ExitCode

if TYPE_CHECKING:
    from dilctl.datasets.checking import Report, Shared
    from dilctl.datasets.folders import Folder

EXAMPLES = """\b
Example: dilctl data check denoise
         dilctl data check denoise --set data.train=~/data/DF2K_256 --set data.test=CBSD68 --quick
"""

_LISTED = 20


def check(
    recipe: wishes.Recipe,
    settings: wishes.Set = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Look at headers only; do not compare test with training images."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check that the images of an experiment are there, whole, and not trained and tested on alike.

    Says of data sets that are absent where their authors offer them. Test images that are also
    trained on are found by what they look like: recompressed, resized, turned, mirrored, cropped,
    cut into tiles of 128 pixels or more. Leaves with 1 if something is absent, unfit or shared.
    """
    from dilctl.datasets import checking
    from dilctl.members import members
    from dilctl.request import Request

    request = Request(recipe=recipe, assignments=tuple(settings or ()))
    asked = members(request, here=Path.cwd())
    with rate_bar("images") as told:
        report = checking.check(asked, is_compared=not quick, told=told)
    if as_json:
        output.write_json(_plain(report))
    else:
        _print(report)
    say_faults(report.faults, as_json=as_json)
    if not report.is_well:
        raise typer.Exit(ExitCode.FAILED)


def _plain(report: "Report") -> dict[str, object]:
    return {
        "folders": [
            {
                "role": each.need.role,
                "named": each.need.named,
                "path": each.path,
                "fault": each.fault,
                "images": each.images,
                "smallest": each.smallest or None,
                "largest": each.largest or None,
                "data_set": each.known,
            }
            for each in report.folders
        ],
        "faults": report.faults,
        "compared": report.is_compared,
        "shared": report.shared,
    }


def _print(report: "Report") -> None:
    table = output.table("for", "folder", "images", "pixels", "state", right=("images",))
    for each in report.folders:
        table.add_row(
            each.need.role,
            output.cell(each.need.named),
            f"{each.images:,}" if each.images else "",
            _pixels(each),
            _state(each),
        )
    output.stdout().print(table)
    for each in report.folders:
        _print_fault(each)
    _print_shared(report)


def _print_shared(report: "Report") -> None:
    shared = report.shared
    for each in shared[:_LISTED]:
        output.write(output.cell(_shared_line(each)))
    if len(shared) > _LISTED:
        output.write(f"... and {len(shared) - _LISTED:,} more; --json names all")
    if shared:
        output.write(f"trained and tested on: {words.many(len(shared), 'image')}; leave out a side")
    elif report.is_compared:
        output.write("no test image was found to be trained on")


def _print_fault(folder: "Folder") -> None:
    if folder.odd is not None:
        output.write(output.cell(f"note: {folder.odd}"))
    if folder.fault is None:
        return
    output.write(output.cell(folder.fault))
    for line in lines_of(folder.known) if folder.known is not None and folder.is_absent else ():
        output.write(f"    {line}")


def _pixels(folder: "Folder") -> str:
    ends = (folder.smallest, folder.largest)
    return " to ".join(dict.fromkeys(end for end in ends if end))


def _state(folder: "Folder") -> str:
    if folder.is_absent:
        return "absent"
    if folder.fault is not None:
        return "unusable"
    return f"{len(folder.faults):,} unusable" if folder.faults else "there"


def _shared_line(each: "Shared") -> str:
    first, *more = each.training
    others = f" and {len(more):,} more" if more else ""
    return f"{each.test}: is trained on as {first}{others}"
