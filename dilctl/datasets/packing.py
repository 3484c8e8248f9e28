"""Images decoded in advance, where every later run finds them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainers.data import packed, sources
from trainers.data.manifest import Changes, Manifest, changes
from trainers.data.needed import pairs_in
from trainers.data.pairs import is_pairs
from trainers.data.sources import ImageFile, test_set_name
from trainers.data.verifying import Verdict, verify

Told = Callable[[str, int, int], None]
"""Told how far something is: (what, done, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Images that are decoded together.

    Attributes:
        what: the folders' names, for people.
        files: the images.
    """

    what: str
    files: tuple[ImageFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Decoded images.

    Attributes:
        what: the names of the folders they come from.
        place: the folder that holds them.
        images: how many.
        size: of their pixels, bytes.
        was_there: whether they had been decoded before, and could stay.
        changes: how the folders differ from what was decoded of them last; None where nothing was,
            or nothing changed.
        verdict: what hashing found before anything was decoded; None where nothing was hashed.
    """

    what: str
    place: Path
    images: int
    size: int
    was_there: bool
    changes: Changes | None
    verdict: Verdict | None


def lots(named: Sequence[str], *, scale: int) -> tuple[Lot, ...]:
    """What an experiment decodes together that trains on these folders.

    Plain folders, in the order in which ``data.train`` names them, make one lot; a folder of pairs
    makes two, degraded and clean.

    Args:
        named: ``bundled``, or folders by their absolute paths.
        scale: how many times larger the clean image of a pair is, each way.

    Raises:
        DataError: a folder cannot be read, holds no image, or pairs without truth.
    """
    plain = [source for source in named if not is_pairs(source)]
    pairs = [lot for source in named if source not in plain for lot in _paired(source, scale)]
    if not plain:
        return tuple(pairs)
    files = tuple(file for source in plain for file in sources.training_images(source))
    return (Lot(what=", ".join(test_set_name(source) for source in plain), files=files), *pairs)


def store(lot: Lot, root: Path, *, is_verified: bool, workers: int, told: Told) -> Store:
    """Decode images, unless they are there, whole and up to date.

    Args:
        lot: the images.
        root: the folder of all decoded images.
        is_verified: whether what is there is hashed first.
        workers: threads that decode.
        told: told of images decoded, and of bytes hashed.

    Raises:
        DataError: images that cannot be used.
        NoSpaceError: no space for the pixels.
    """
    was_there = packed.is_packed(lot.files, root)
    before = None if was_there else packed.former(lot.files, root)
    place = packed.place_of(lot.files, root)
    verdict = None
    if is_verified and was_there:
        verdict = verify(
            place,
            workers=workers,
            progress=lambda done, total: told(f"hashing {lot.what}", done, total),
        )
    is_good = was_there and (verdict is None or verdict.is_good)
    packed.pack(
        lot.files,
        root,
        workers=workers,
        progress=lambda done, total: told(f"decoding {lot.what}", done, total),
        anew=not is_good,
    )
    manifest = Manifest.read(place)
    assert manifest is not None, "it was just written, or read"
    return Store(
        what=lot.what,
        place=place,
        images=len(manifest.names),
        size=manifest.size,
        was_there=is_good,
        changes=None if before is None else changes(before, lot.files),
        verdict=verdict,
    )


def _paired(source: str, scale: int) -> tuple[Lot, Lot]:
    found = pairs_in(source, scale=scale)
    what = test_set_name(source)
    return (
        Lot(what=f"{what}, degraded", files=found.degraded),
        Lot(what=f"{what}, clean", files=found.clean),
    )
