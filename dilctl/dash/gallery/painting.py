"""The wall of pictures as lines of cells, drawn in a thread from what is to be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap

from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dilctl.dash.gallery import blocks
from dilctl.dash.gallery.arrangement import CAPTION, Arrangement, arrange, hung
from dilctl.dash.gallery.easel import Easel, Errors, cut, cut_errors, errors_of
from dilctl.dash.gallery.finer import Finer, Tile, finer
from dilctl.dash.gallery.view import Size, View, Window, window
from dilctl.dash.graphics import Graphics
from dilctl.gallery.cache import Picture
from dilctl.gallery.studio import Plate

_USUAL = (3, 2)  # the shape of a place while nobody knows that of the image


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A place on the wall.

    Attributes:
        title: the first line below.
        details: the second, as many of them as there is room for.
        picture: what hangs there.
        note: what stands there instead.
    """

    title: str
    details: tuple[str, ...]
    picture: Picture | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is to be seen.

    Attributes:
        frames: degraded, restored by each run, true.
        plate: the pictures of the image.
        size: of the wall, in cells.
        view: which part of the image.
        chosen: the frame that is marked.
        is_alone: only that one is seen.
        shows_errors: error maps hang where restored pictures would.
        graphics: what is drawn with.
        has_colour: else paths are told instead of pictures.
        base: what text is written in, and on.
    """

    frames: tuple[Frame, ...]
    plate: Plate | None
    size: Size
    view: View
    chosen: int
    is_alone: bool
    shows_errors: bool
    graphics: Graphics
    has_colour: bool
    base: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Painting:
    """The wall.

    Attributes:
        lines: it, in half blocks.
        finer: the same in what the terminal can draw beside these; None where that is nothing.
        grid: where what lies.
        box: the room for each picture, in pixels.
        places: the numbers of the frames that hang there.
        seen: which part of the image it is; None before there is a picture.
        scale: the error that is drawn brightest, where errors are.
    """

    lines: tuple[Strip, ...]
    finer: Finer | None
    grid: Arrangement
    box: Size
    places: tuple[int, ...]
    seen: Window | None
    scale: int | None


def paint(sight: Sight, easel: Easel) -> Painting:
    """Draw the wall. Raises OSError or DataError where a picture cannot be read any more."""
    image = _size(sight.plate, easel)
    count = 1 if sight.is_alone else len(sight.frames)
    grid = arrange(count, sight.size, image or _USUAL, sight.graphics.cell)
    places = (sight.chosen,) if sight.is_alone else hung(count, grid.places, sight.chosen)
    cell = sight.graphics.cell
    box = (grid.width * cell[0], grid.height * cell[1])
    seen = window(image, box, sight.view) if image else None
    if seen is not None:  # captions stand close below
        grid = replace(grid, height=-(-seen.size[1] // cell[1]))
    wants_errors = sight.shows_errors and sight.plate is not None
    errors = errors_of(easel, sight.plate) if wants_errors and sight.plate else None
    painter = _Painter(sight, easel, grid, seen, errors)
    framed = [painter.framed(number) for number in places]
    lines = tuple(_based(line, sight.base) for line in _lines(framed, grid, sight.size))
    return Painting(
        lines=lines,
        finer=finer(lines, list(painter.tiles(places)), sight.graphics, sight.base)
        if seen
        else None,
        grid=grid,
        box=box,
        places=places,
        seen=seen,
        scale=errors.scale if errors else None,
    )


def _size(plate: Plate | None, easel: Easel) -> Size | None:
    """That of the truth, or of whatever is there already."""
    if plate is None:
        return None
    there = (plate.truth, *plate.restored, plate.degraded)
    return next((easel.decoded(each.path).size for each in there if each is not None), None)


class _Painter:
    """Draws the frames of one sight."""

    def __init__(
        self,
        sight: Sight,
        easel: Easel,
        grid: Arrangement,
        seen: Window | None,
        errors: Errors | None,
    ) -> None:
        self._sight, self._easel, self._grid = sight, easel, grid
        self._seen, self._errors = seen, errors

    def framed(self, number: int) -> blocks.Rows:
        """A picture and its caption, as wide as its place."""
        frame = self._sight.frames[number]
        width, height = self._grid.width, self._grid.height
        image = self._image(frame, self._sight.has_colour)
        if image is not None:
            image = self._as_blocks(image)
            rows = blocks.drawn(image, width, height)
        else:
            rows = _noted(frame, width, height)
        return [*rows, *_caption(frame, width, is_chosen=number == self._sight.chosen)]

    def tiles(self, places: Sequence[int]) -> Iterator[Tile]:
        """The same for better terminals."""
        if self._sight.graphics.kind == "blocks":
            return
        for place, number in enumerate(places):
            image = self._image(self._sight.frames[number], self._sight.has_colour)
            if image is not None:
                yield self._tile(place, image)

    def _tile(self, place: int, image: Image.Image) -> Tile:
        cell = self._sight.graphics.cell
        width, height = -(-image.width // cell[0]), -(-image.height // cell[1])
        canvas = Image.new("RGBA", (width * cell[0], height * cell[1]))
        canvas.paste(image)
        x, y = self._grid.corner(place)
        return Tile(
            x=x + (self._grid.width - width) // 2,
            y=y + (self._grid.height - height) // 2,
            width=width,
            height=height,
            image=canvas,
        )

    def _image(self, frame: Frame, has_colour: bool) -> Image.Image | None:  # noqa: FBT001
        if frame.picture is None or self._seen is None or not has_colour:
            return None
        path: Path = frame.picture.path
        if self._errors is not None and path in self._errors.maps:
            return cut_errors(self._errors, path, self._seen)
        return cut(self._easel.decoded(path), self._seen)

    def _as_blocks(self, image: Image.Image) -> Image.Image:
        """As many pixels as half blocks have, where it was cut for a finer terminal."""
        cell = self._sight.graphics.cell
        if cell == (1, 2):
            return image
        size = max(1, image.width // cell[0]), max(1, 2 * image.height // cell[1])
        return image.resize(size, Image.Resampling.BOX)


def _noted(frame: Frame, width: int, height: int) -> blocks.Rows:
    """Words where a picture would be: why there is none, or where its file lies."""
    said = frame.note if frame.picture is None else str(frame.picture.path)
    lines = wrap(said, max(1, width - 2))[:height]
    above = (height - len(lines)) // 2
    texts = [*[""] * above, *lines]
    texts += [""] * (height - len(texts))
    return [[_fitted(text.center(width), width, Style(dim=True))] for text in texts]


def _caption(frame: Frame, width: int, *, is_chosen: bool) -> blocks.Rows:
    assert CAPTION == 2, "title and detail"
    mark = "> " if is_chosen else "  "
    return [
        [_fitted(f"{mark}{frame.title}", width, Style(bold=True, reverse=is_chosen))],
        [_fitted(f"  {_as_many(frame.details, width - 2)}", width, Style())],
    ]


def _as_many(details: Sequence[str], width: int) -> str:
    """The first of them, and those of the others that there is room for."""
    texts = ["  ".join(details[: count + 1]) for count in range(len(details))]
    return (
        next((text for text in reversed(texts) if len(text) <= width), details[0]) if texts else ""
    )


def _fitted(text: str, width: int, style: Style) -> Segment:
    """Text in exactly so many cells."""
    (line,) = Segment.split_and_crop_lines([Segment(text, style)], width, pad=False)
    cells = sum(segment.cell_length for segment in line)
    kept = "".join(segment.text for segment in line)
    return Segment(kept + " " * (width - cells), style)


def _lines(framed: Sequence[blocks.Rows], grid: Arrangement, size: Size) -> Iterator[Strip]:
    for row in range(grid.rows):
        beside = framed[row * grid.columns : (row + 1) * grid.columns]
        for line in range(grid.height + CAPTION if beside else 0):
            segments = [s for one in beside for s in (*one[line], Segment(" "))]
            yield Strip(segments).adjust_cell_length(size[0])


def _based(line: Strip, base: Style) -> Strip:
    """A line that is ready to be sent: what can be worked out here keeps nobody's keys waiting."""
    based = line.apply_style(base)
    for segment in based:
        if segment.style is not None:
            segment.style.render(segment.text)  # which it keeps
    return based
