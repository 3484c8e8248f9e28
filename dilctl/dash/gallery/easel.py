"""Cuts and scales the pictures that are seen, in a thread; keeps what it decoded last."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from dilctl.dash.gallery.error_map import coloured, common_scale, difference
from dilctl.dash.gallery.view import Size, Window
from dilctl.gallery.studio import Plate
from trainers.data.images import opened

_MOST_BYTES = 400 << 20
"""Of decoded pictures; the test sets of the field need a few megabytes."""


@dataclass(slots=True)
class Easel:
    """Decoded pictures, by their files and when those were written."""

    _kept: "OrderedDict[tuple[Path, int, Path | None], Image.Image]" = field(
        default_factory=OrderedDict[tuple[Path, int, Path | None], Image.Image]
    )

    def decoded(self, path: Path) -> Image.Image:
        """A picture, RGB. Raises OSError or DataError where its file has gone or is damaged."""
        return self._keep((path, path.stat().st_mtime_ns, None))

    def errors(self, plate: Plate) -> dict[Path, Image.Image]:
        """What each restored picture misses of the truth, by its file."""
        assert plate.truth is not None, "errors are of a truth"
        size = self.decoded(plate.truth.path).size
        return {
            each.path: self._keep((each.path, each.path.stat().st_mtime_ns, plate.truth.path))
            for each in plate.restored
            if each is not None and self.decoded(each.path).size == size
        }

    def _keep(self, key: tuple[Path, int, Path | None]) -> Image.Image:
        path, _, truth = key
        if key not in self._kept:
            if truth is not None:
                self._kept[key] = difference(self.decoded(path), self.decoded(truth))
            else:
                with opened(path) as image:
                    self._kept[key] = image.convert("RGB")
        self._kept.move_to_end(key)
        image = self._kept[key]
        while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > _MOST_BYTES:
            self._kept.popitem(last=False)
        return image


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Error maps on one scale.

    Attributes:
        maps: by the files of what was restored.
        scale: the error, of 255, that is drawn brightest.
    """

    maps: dict[Path, Image.Image]
    scale: int


def errors_of(easel: Easel, plate: Plate) -> Errors | None:
    """The error maps of a plate; None while there is no truth to take them from."""
    if plate.truth is None:
        return None
    maps = easel.errors(plate)
    return Errors(maps=maps, scale=common_scale(list(maps.values())))


def cut(image: Image.Image, seen: Window) -> Image.Image:
    """The part of a picture that is seen, as large as it is drawn.

    Means over areas where it is made smaller; where it is enlarged, each pixel stays a square.
    """
    box = seen.of_other(image.size)
    is_enlarged = seen.size[0] >= box[2] - box[0]
    method = Image.Resampling.NEAREST if is_enlarged else Image.Resampling.BOX
    return image.resize(seen.size, method, box=box)


def cut_errors(errors: Errors, path: Path, seen: Window) -> Image.Image:
    """The same of an error map: means are taken of errors, not of colours."""
    return coloured(cut(errors.maps[path], seen), errors.scale)


def _bytes(image: Image.Image) -> int:
    size: Size = image.size
    return size[0] * size[1] * len(image.getbands())
