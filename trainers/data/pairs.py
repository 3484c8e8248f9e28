"""Folders of pairs of degraded and clean images, in the layouts that data sets come in.

A folder holds pairs if its names say so, and nothing is opened to find out. In this order:

1. it holds ``ValidationNoisyBlocksSrgb.mat`` or its like (SIDD's blocks);
2. it holds ``info.mat`` and ``images_srgb`` (DND);
3. it has a sub-folder of either side, such as ``input`` and ``target``, ``noisy`` and ``gt``,
   ``rainy_image`` and ``ground_truth``, ``test_LR`` and ``test_HR``; or it holds, directly, the
   images of both sides under one name with different marks, such as ``a_real.png`` and
   ``a_mean.png``; or a sub-folder of one side, and marked images of the other. Other images that
   lie beside are no test images of their own;
4. one of its sub-folders that is a part of a data set by name (``Test``, ``Canon``, ``4``,
   ``Data``, ``CroppedImages``, a scene of SIDD) does, or one below that;
5. its name is that of a set with two images a file (Rain800, DID-MDN).

Any other folder is a plain one. Where there are several splits, one is taken; where there are
several factors of super-resolution, the one that is asked for, else 4.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, assert_never

from trainers.data.layouts import dnd, halves, sidd
from trainers.data.layouts.folders import Found, Site, Wanted, sides_of, sites
from trainers.data.layouts.known import Suite, known_suite, test_set_name
from trainers.data.layouts.matching import match_sides
from trainers.data.layouts.names import Split
from trainers.data.layouts.pair import Pair
from trainers.data.sources import ImageFile, natural
from trainers.errors import DataError
from trainers.experiment import BUNDLED

__all__ = ["Pair", "Suite", "find_pairs", "is_pairs", "suite_of", "test_set_name"]

_Layout = Literal["blocks", "dnd", "folders", "halves"]
_WORDS: dict[Suite, frozenset[str]] = {
    "rain": frozenset(("rain", "rainy", "norain")),
    "real-sr": frozenset(("lr", "hr", "l", "h")),
    "real-noise": frozenset(("noisy", "real", "mean")),
}
_NAMED = 5  # images that an error names before it only counts
_KNOWN = (
    "input/ + target/ (or noisy, rainy, LR, blur, low … + gt, clean, norain, HR, sharp …), "
    "NAME_real + NAME_mean, rain-N + norain-N, N_LR4 + N_HR, NL + NH, and the folders of PolyU, "
    "CC, SIDD, DND, Rain100, Rain800, Rain14000, DID-MDN, Outdoor-Rain, RealSR, DRealSR and City100"
)


def is_pairs(source: str) -> bool:
    """Whether a folder holds pairs, by names alone; a folder that is not there holds none.

    Raises:
        DataError: the folder cannot be read.
    """
    root = Path(source)
    return source != BUNDLED and root.is_dir() and _layout(root, Wanted()) is not None


def find_pairs(source: str, *, scale: int = 1, split: Split = "test") -> tuple[Pair, ...]:
    """The pairs of a folder, in natural order of name.

    Args:
        source: the folder.
        scale: how many times larger the clean image is, each way.
        split: which one is taken where the folder holds several; the next best where it is missing.

    Raises:
        DataError: the folder cannot be read, has no layout of pairs, holds images without a
            partner, or pairs whose sizes do not fit.
    """
    from trainers.data.layouts.fitting import refuse_misfits  # noqa: PLC0415 (numpy)

    root = Path(source)
    wanted = Wanted(split=split, factor=scale if scale > 1 else 4)
    pairs = sorted(_found(root, wanted), key=lambda pair: (natural(pair.name), pair.name))
    if not pairs:
        raise DataError(f"{root}: holds no pairs of images; known layouts: {_KNOWN}")
    refuse_misfits(root, pairs, scale)
    return tuple(pairs)


def suite_of(source: str) -> Suite:
    """The suite of a folder of pairs: by the data set's name, else by those of its sides."""
    known = known_suite(source)
    if known is not None:
        return known
    site = next(sites(Path(source), Wanted()), None) if Path(source).is_dir() else None
    if site is not None:
        for suite, words in _WORDS.items():
            if site.words & words:
                return suite
    return "pairs"


def _layout(root: Path, wanted: Wanted) -> _Layout | None:
    try:
        return _layout_told(root, wanted)
    except PermissionError as error:
        raise DataError(f"{error.filename}: may not be read; change its permissions") from error


def _layout_told(root: Path, wanted: Wanted) -> _Layout | None:
    if sidd.holds_blocks(root):
        return "blocks"
    if dnd.is_dnd(root):
        return "dnd"
    if next(sites(root, wanted), None) is not None:
        return "folders"
    return None if halves.clean_half(root) is None else "halves"


def _found(root: Path, wanted: Wanted) -> Sequence[Pair]:
    layout = _layout(root, wanted)
    match layout:
        case "blocks":
            return sidd.find_blocks(root)
        case "dnd":
            return dnd.find_crops(root)
        case "folders":
            return _in_folders(root, wanted)
        case "halves":
            clean = halves.clean_half(root)
            assert clean is not None
            return tuple(halves.find_halves(root, clean, wanted))
        case None:
            return ()
        case _:
            assert_never(layout)


def _in_folders(root: Path, wanted: Wanted) -> Sequence[Pair]:
    pairs: list[Pair] = []
    lonely: list[Found] = []
    images = 0
    for site in sites(root, wanted):
        sides = sides_of(site, wanted)
        match = match_sides(sides.degraded, sides.clean)
        pairs += [_pair(site, degraded, clean) for degraded, clean in match.pairs]
        lonely += [*match.lonely, *sides.strange]
        images += len(sides.degraded) + len(sides.clean) + len(sides.strange)
    if lonely:
        names = sorted((str(found.path.relative_to(root)) for found in lonely), key=natural)
        raise DataError(
            f"{root}: {len(lonely)} of {images} images have no partner, or several "
            f"({_listed(names)}); fetch what is missing or take them away"
        )
    return pairs


def _pair(site: Site, degraded: Found, clean: Found) -> Pair:
    name = "/".join((*site.group, degraded.inner + degraded.path.name))
    return Pair(
        name=name,
        degraded=ImageFile(name=name, path=degraded.path),
        clean=ImageFile(name=name, path=clean.path),
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
