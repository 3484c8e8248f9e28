"""Which degraded image belongs to which clean one, by their names."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never, get_args

from trainers.data.layouts.folders import Found
from trainers.data.layouts.names import key_of, origin_of, role_of_file

_Rule = Literal["equal names", "equal but for a mark", "equal but for marks", "several of one"]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one rule makes of the two sides.

    Attributes:
        pairs: degraded and clean image of each pair.
        lonely: images that belong to no pair.
    """

    pairs: tuple[tuple[Found, Found], ...]
    lonely: tuple[Found, ...]


def match_sides(degraded: Sequence[Found], clean: Sequence[Found]) -> Match:
    """The pairs by the first rule that leaves no image alone; else by the one that leaves fewest.

    One rule holds for all images, so that a missing file is noticed and never mended by a guess:
    names are equal; or they are once one mark such as ``_real``, ``rain-`` or ``x4`` is taken away,
    or all marks; or each degraded name is that of a clean image and a number, as in Rain14000
    (``901_14.jpg`` from ``901.jpg``) and Outdoor-Rain (``im_0001_s80_a04.png`` from
    ``im_0001.png``).
    """
    matches: list[Match] = []
    for rule in get_args(_Rule):
        matches.append(_match(degraded, clean, rule))
        if not matches[-1].lonely:
            break
    return min(matches, key=lambda match: len(match.lonely))


def _match(degraded: Sequence[Found], clean: Sequence[Found], rule: _Rule) -> Match:
    degraded_key, clean_key = _keys(rule)
    wanted = [degraded_key(found) for found in degraded]
    there = [clean_key(found) for found in clean]
    repeated = _repeated(there) | (set() if rule == "several of one" else _repeated(wanted))
    partners = {
        key: found
        for key, found in zip(there, clean, strict=True)
        if key is not None and key not in repeated
    }
    pairs = [
        (found, partners[key])
        for key, found in zip(wanted, degraded, strict=True)
        if key is not None and key in partners
    ]
    matched = {found.path for pair in pairs for found in pair}
    lonely = tuple(found for found in (*degraded, *clean) if found.path not in matched)
    return Match(pairs=tuple(pairs), lonely=lonely)


def _keys(rule: _Rule) -> tuple[Callable[[Found], _Key | None], Callable[[Found], _Key | None]]:
    match rule:
        case "equal names":
            return _name, _name
        case "equal but for a mark":
            return _without_mark, _without_mark
        case "equal but for marks":
            return _unmarked, _unmarked
        case "several of one":
            return _origin, _unmarked
        case _:
            assert_never(rule)


def _name(found: Found) -> _Key:
    return found.inner, found.stem


def _without_mark(found: Found) -> _Key:
    return found.inner, role_of_file(found.stem)[1]


def _unmarked(found: Found) -> _Key:
    return found.inner, key_of(found.stem)


def _origin(found: Found) -> _Key | None:
    origin = origin_of(found.stem)
    return None if origin is None else (found.inner, origin)


def _repeated(keys: Sequence[_Key | None]) -> set[_Key | None]:
    return {key for key, count in Counter(keys).items() if count > 1}
