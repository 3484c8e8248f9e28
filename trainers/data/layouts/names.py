"""What the name of a file or a folder tells: which side of a pair it holds, of what.

The names are those of published data sets: PolyU (``*_real.JPG``, ``*_mean.JPG``), SIDD
(``NOISY_SRGB_010.PNG``, ``GT_SRGB_010.PNG``), RealSR (``*_LR4.png``, ``*_HR.png``), DRealSR
(``test_LR``, ``test_HR``, ``*_x4.png``, ``*_x1.png``), City100 (``001L.PNG``, ``001H.PNG``),
Rain100 (``rain-001.png``, ``norain-001.png``; or ``rain/X2/norain-1x2.png``,
``norain/norain-1.png``), Rain14000 (``rainy_image``, ``ground_truth``) and Outdoor-Rain (``in``,
``gt``).
"""

import re
import unicodedata
from typing import Literal

Role = Literal["degraded", "clean"]
Split = Literal["test", "validation", "train"]

_DEGRADED = frozenset(
    "input inputs in noisy lq lr low rain rainy blur blurry blurred degraded".split()
)
_CLEAN = frozenset(
    "target targets gt gts groundtruth clean clear hr hq high norain rainfree sharp mean "
    "reference".split()
)
_ENDINGS = frozenset(("lq", "lr", "gt", "hr", "hq"))  # tell the side after any name: DIV2K_HR

_SPLITS: dict[str, Split] = {
    "test": "test",
    "testing": "test",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "train": "train",
    "training": "train",
}

# Words that tell neither a role nor a data set.
_NEUTRAL = frozenset(
    "image images img imgs crop crops cropped patch patches real srgb bicubic data small medium "
    "only".split()
)
_CAMERAS = frozenset("canon nikon sony olympus panasonic".split())
_CITY = re.compile(r"city100_", re.IGNORECASE)
_SCENE = re.compile(r"\d{4}_\d{3}_[A-Z0-9]{2}_\d+_\d+_\d+_[LNH]")  # of SIDD

_BREAK = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_FACTOR = re.compile(r"(?:lr|hr)?x?([2-8])")
_TRAILING_FACTOR = re.compile(r"(?<=r)x?[2-8]$")

# What marks a file, by its place in the name. Only words that nobody ends a title with by chance.
_INSIDE = re.compile(r"(?:^|(?<=_))(?:(?P<degraded>noisy)|(?P<clean>gt))(?=_srgb_)")
_BEFORE = re.compile(
    r"(?:(?P<degraded>rainy?|noisy|lq|lr|input)|(?P<clean>norain|gt|clean|hq|hr|target))[-_ ]"
)
_BEHIND = re.compile(
    r"(?:[-_ ](?:(?P<degraded>real|noisy|lq|lr(?:x?[2-8])?|x[2-8]|rainy?|in|input|blur|low)"
    r"|(?P<clean>mean|clean|clear|gt|hq|hr(?:x?[2-8])?|x1|norain|target|sharp|high)))$"
)
_BEHIND_NUMBER = re.compile(r"(?<=\d)(?:(?P<degraded>l|x[2-8])|(?P<clean>h))$")
_BESIDE = re.compile(r"^(?:rain)?(?:streaks?|regions?|masks?)[-_ ]", re.IGNORECASE)
_VARIANT = re.compile(r"_(?:s\d+_a\d+|\d+)$")


def stem_of(name: str) -> str:
    """A file's name without its suffix; pathlib takes ten times as long."""
    return name.rpartition(".")[0]


def words(folder: str) -> list[str]:
    """The words in a folder's name, in small letters: ``GroundTruth_x4``, ground, truth, x4."""
    return [word.casefold() for word in _BREAK.split(folder) if word]


def role_of_folder(folder: str) -> Role | None:
    """Which side of pairs a folder of this name holds."""
    word = word_of_folder(folder)
    if not word:
        return None
    return "degraded" if word in _DEGRADED else "clean"


def is_passage(folder: str) -> bool:
    """Whether a folder of this name is a part of a data set: a split, a camera, a factor, a scene.

    Only such folders are entered in search of pairs, so that the folder above several data sets
    is never taken for one.
    """
    if _CITY.match(folder) or _SCENE.fullmatch(folder):
        return True
    told = words(folder)
    return bool(told) and all(_is_neutral(word) or word in _CAMERAS | {"sidd"} for word in told)


def split_of(folder: str) -> Split | None:
    """The split that a folder's name tells."""
    return next((_SPLITS[word] for word in words(folder) if word in _SPLITS), None)


def factor_of(folder: str) -> int | None:
    """The factor of super-resolution that a folder's name tells."""
    found = (_FACTOR.fullmatch(word) for word in words(folder))
    return next((int(match[1]) for match in found if match), None)


def role_of_file(stem: str) -> tuple[Role | None, str]:
    """Which side of a pair a file holds by its own name, and that name without the mark."""
    folded = _folded(stem)
    match = _mark(folded)
    if match is None:
        return None, folded
    rest = folded[: match.start()] + folded[match.end() :]
    return ("degraded" if match["degraded"] else "clean"), rest


def word_of_file(stem: str) -> str:
    """The word that marks a file's side, without a factor: ``lr`` of ``Canon_001_LR4``, or none."""
    match = _mark(_folded(stem))
    return "" if match is None else _plain(match["degraded"] or match["clean"])


def word_of_folder(folder: str) -> str:
    """The word that tells a folder's side, without a factor: ``lr`` of ``test_LRx4``, or none."""
    rest = [word for word in words(folder) if not _is_neutral(word)]
    told = (_plain(word) for word in ("".join(rest), *_ENDINGS.intersection(rest[-1:])))
    return next((word for word in told if word in _DEGRADED | _CLEAN), "")


def key_of(stem: str) -> str:
    """What both sides of a pair are called once every mark is taken away."""
    role, rest = role_of_file(stem)
    while role is not None:
        role, rest = role_of_file(rest)
    return rest


def origin_of(stem: str) -> str | None:
    """The clean image that one of several degraded ones was made from: ``901_14`` from 901."""
    match = _VARIANT.search(stem)
    return key_of(stem[: match.start()]) if match and match.start() else None


def is_beside(stem: str) -> bool:
    """Whether a file accompanies pairs and is none: the streaks or the mask of rain."""
    return _BESIDE.match(stem) is not None


def _mark(folded: str) -> re.Match[str] | None:
    match = (
        (_INSIDE.search(folded) if "_srgb_" in folded else None)
        or _BEHIND.search(folded)
        or _BEHIND_NUMBER.search(folded)
        or _BEFORE.match(folded)
    )
    return match if match and len(match[0]) < len(folded) else None


def _plain(word: str) -> str:
    return _TRAILING_FACTOR.sub("", word)


def _is_neutral(word: str) -> bool:
    return word in _NEUTRAL or word in _SPLITS or re.fullmatch("x?[2-8]", word) is not None


def _folded(stem: str) -> str:
    # A Mac stores an umlaut as two characters, and archives carry them along.
    return stem.lower() if stem.isascii() else unicodedata.normalize("NFC", stem).casefold()
