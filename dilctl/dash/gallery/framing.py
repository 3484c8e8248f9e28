"""What hangs in each frame, with the words below it and those that stand for a picture: pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from dilctl.dash.gallery.painting import Frame
from dilctl.gallery.cache import Picture
from dilctl.gallery.exhibit import Column, Exhibit
from dilctl.gallery.hanging import Hanging
from dilctl.gallery.studio import Plate
from dilctl.text import one_line, visible
from dilctl.words import figure

WAITING = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why pictures could not be made.

    Attributes:
        runs: sentences by the numbers of runs.
        all: a sentence that holds for all of them; empty where none does.
    """

    runs: Mapping[int, str]
    all: str = ""


NO_FAILURE = Failure(runs={})


def frames_of(
    exhibit: Exhibit, hanging: Hanging, plate: Plate, failure: Failure
) -> tuple[Frame, ...]:
    """Degraded, restored by each run, true."""
    made = dict(zip(hanging.networks, plate.restored, strict=True))
    first = next((each for each in plate.restored if each is not None), None)
    return (
        _frame("degraded", plate.degraded, failure.all or WAITING, None),
        *(
            _frame(
                title_of(column),
                made.get(place),
                hanging.absent.get(place) or _fault(column, failure) or failure.all or WAITING,
                first,
            )
            for place, column in enumerate(exhibit.columns)
        ),
        _frame("truth", plate.truth, failure.all or WAITING, None),
    )


def title_of(column: Column) -> str:
    """A run in a few words."""
    weights = "" if column.weights == "last" else f" {column.weights}"
    return visible(f"{column.run.id} {column.run.rule}{weights}")


def _fault(column: Column, failure: Failure) -> str:
    return failure.runs.get(column.run.id, "")


def _frame(title: str, picture: Picture | None, note: str, first: Picture | None) -> Frame:
    return Frame(
        title=title,
        details=() if picture is None else _scores(picture, first),
        picture=picture,
        note=one_line(note),
    )


def _scores(picture: Picture, first: Picture | None) -> tuple[str, ...]:
    """PSNR, by how much it leads the first run, SSIM."""
    if picture.psnr is None or picture.ssim is None:
        return ()
    scores = f"{picture.psnr:.2f} dB", f"SSIM {picture.ssim:.3f}"
    if first is None or first is picture or first.psnr is None:
        return scores
    lead = figure(picture.psnr - first.psnr, signed=True)
    return f"{scores[0]} {lead}", scores[1]
