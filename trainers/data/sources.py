"""Where images come from: a folder, or the photographs that scikit-image ships."""

import hashlib
import importlib.util
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainers.errors import DataError
from trainers.experiment import BUNDLED

DATA_VARIABLE = "DILCTL_DATA"
"""Environment variable that names a folder of data sets."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".ppm"})

# motorcycle_right is left out for good: it is the other eye of motorcycle_left.
_BUNDLED_TRAINING = (
    "brick.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
_BUNDLED_TEST = ("astronaut.png", "camera.png", "chelsea.png", "coffee.png", "moon.png")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """An image that has not been opened yet.

    Attributes:
        name: path inside its source, with ``/``, as in ``summer/12.png``; unique there.
        path: the file.
        part: which part of the file, for files that hold several images (see ``reading``);
            empty for the whole.
    """

    name: str
    path: Path
    part: str = ""


def resolve(source: str, *, base: Path, environment: Mapping[str, str]) -> str:
    """The source with an absolute path, wherever the program is started later.

    Args:
        source: ``bundled`` or the path of a folder; ``~`` is the home folder.
        base: folder that a relative path starts from.
        environment: holds ``DILCTL_DATA``, perhaps: a folder in which a relative path is looked
            for if there is nothing below ``base``.

    Raises:
        DataError: there is no such folder in either place.
    """
    if source == BUNDLED:
        return BUNDLED
    _refuse_undecodable(source)
    wanted = _expanded(source)
    places = [Path(os.path.normpath(base.absolute() / wanted))]
    if DATA_VARIABLE in environment and not wanted.is_absolute():
        shelf = _expanded(environment[DATA_VARIABLE]).absolute()
        places.append(Path(os.path.normpath(shelf / wanted)))
    for place in places:
        if place.is_dir():
            return str(place)
        if place.exists():
            raise DataError(f"{place}: is a file; name the folder that holds the images")
    cure = f"correct the path, or set ${DATA_VARIABLE} to the folder that holds your data sets"
    raise DataError(f"{source}: no folder at {' or '.join(map(str, places))}; {cure}")


def training_images(source: str) -> tuple[ImageFile, ...]:
    """The images of a source to train on, sub-folders included, in natural order of name.

    Raises:
        DataError: the folder cannot be read or holds no image.
    """
    if source == BUNDLED:
        return _bundled(_BUNDLED_TRAINING)
    root = Path(source)
    files = _sorted(
        ImageFile(name=path.relative_to(root).as_posix(), path=path) for path in _walk(root)
    )
    if not files:
        raise _no_images(root)
    return files


def test_images(source: str) -> tuple[ImageFile, ...]:
    """The images of a test set, which lie directly in its folder, in natural order of name.

    Raises:
        DataError: the folder cannot be read, or holds no image but perhaps sub-folders.
    """
    if source == BUNDLED:
        return _bundled(_BUNDLED_TEST)
    root = Path(source)
    try:
        entries = [entry for entry in root.iterdir() if not entry.name.startswith(".")]
        folders = sorted(entry.name for entry in entries if entry.is_dir())
    except OSError as error:
        raise _unreadable(root, error) from error
    files = _sorted(
        ImageFile(name=entry.name, path=entry)
        for entry in entries
        if entry.name not in folders and _is_image(entry.name)
    )
    if files:
        return files
    if folders:
        raise DataError(
            f"{root}: holds only sub-folders ({', '.join(folders[:5])}); "
            "a test set is one folder of images, so name one of them"
        )
    raise _no_images(root)


def test_set_name(source: str) -> str:
    """The name that tables show for a test set: its folder's, or ``bundled``."""
    return BUNDLED if source == BUNDLED else Path(source).name


def split(names: Sequence[str], share: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Holds a share of the images out for validation.

    The choice goes by a hash of the name, so it depends neither on the order of the names, nor on
    the machine, nor on the run's seed.

    Args:
        names: names of the images, at least two.
        share: part that is held out, between 0 and 1; at least one image stays on either side.

    Returns:
        Ascending indices of the training images, and of the validation images.

    Raises:
        DataError: fewer than two images.
    """
    if len(names) < 2:
        raise DataError("one training image cannot be split: add a second one for validation")
    held_out = min(max(1, round(share * len(names))), len(names) - 1)
    ranked = sorted(range(len(names)), key=lambda index: (_hash(names[index]), names[index]))
    return tuple(sorted(ranked[held_out:])), tuple(sorted(ranked[:held_out]))


def _hash(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8, person=b"validation").digest()


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise DataError(f"{path}: there is no such user; write the path in full") from error


def _bundled(names: Sequence[str]) -> tuple[ImageFile, ...]:
    # Found without importing skimage, which would load scipy for nothing.
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        raise DataError("bundled: scikit-image is not installed; run pip install scikit-image")
    folder = Path(package.origin).parent / "data"
    return tuple(ImageFile(name=name, path=folder / name) for name in names)


def _walk(root: Path) -> Iterator[Path]:
    """All images below a folder, through links, each real folder once."""

    def refuse(error: OSError) -> None:
        raise _unreadable(Path(error.filename), error) from error

    entered: set[str] = set()
    for folder, folders, names in os.walk(root, onerror=refuse, followlinks=True):
        real = os.path.realpath(folder)
        if real in entered:
            folders.clear()
            continue
        entered.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in names if _is_image(name))


def _is_image(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES


def _sorted(files: Iterator[ImageFile]) -> tuple[ImageFile, ...]:
    ordered = sorted(files, key=lambda file: (natural(file.name), file.name))
    for file in ordered:
        _refuse_undecodable(str(file.path))
    return tuple(ordered)


def _refuse_undecodable(path: str) -> None:
    # Names go into hashes, JSON and the registry, which all hold text.
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise DataError(f"{path}: its name is not valid UTF-8; rename it") from error


def natural(name: str) -> list[str | int]:
    """A key by which ``img2`` comes before ``img10``: words and numbers take turns."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


def _unreadable(folder: Path, error: OSError) -> DataError:
    if isinstance(error, PermissionError):
        return DataError(f"{folder}: may not be read; change its permissions")
    return DataError(f"{folder}: cannot be read as a folder ({error.strerror}); correct the path")


def _no_images(folder: Path) -> DataError:
    kinds = ", ".join(sorted(suffix[1:] for suffix in SUFFIXES))
    return DataError(f"{folder}: holds no image ({kinds}); put images there or correct the path")
