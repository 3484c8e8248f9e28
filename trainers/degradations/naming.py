"""How the names of degradations are written, in full and short; no PyTorch."""

import json
from collections.abc import Mapping
from types import MappingProxyType

MIXED = " + "
"""Stands between the parts of a mixture."""

_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "gaussian-noise sigma=": "σ",
        "poisson-noise alpha=": "poisson ",
        "speckle-noise variance=": "speckle ",
        "salt-and-pepper density=": "s&p ",
        "correlated-noise sigma=": "corr ",
        "jpeg quality=": "jpeg ",
        "gaussian-blur sigma=": "blur ",
        "low-resolution scale=": "sr×",
        "camera-noise space=": "cam ",
        "rain density=": "rain ",
        "as-captured": "captured",
        "pairs folder=": "pairs ",
        "rain-folder folder=": "rain ",
    }
)


def plain(value: object) -> str:
    """A parameter as a user would write it; two numbers are written alike only if equal."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() if any(character.isspace() for character in value):
            return json.dumps(value, ensure_ascii=False)
        case float():
            return repr(value + 0.0).removesuffix(".0")  # -0.0 is 0
        case tuple():  # a span, as 10..20, or 10 if that is both its ends
            return "..".join(dict.fromkeys(plain(end) for end in value))
        case _:
            return str(value)


def short_name(name: str) -> str:
    """A full name made short enough for the head of a column; unknown names stay as they are.

    ``gaussian-noise sigma=30`` becomes ``σ30``, ``salt-and-pepper density=0.02`` becomes
    ``s&p .02``, a mixture of the two ``mix σ30+s&p .02``; what differs from the defaults stays.
    """
    kind, _, parameters = name.partition(" ")
    if kind == "mixture":
        return "mix " + "+".join(short_name(part) for part in parameters.split(MIXED))
    full, equals, level = name.partition("=")
    short = _SHORT.get(full + equals)
    if short is None:
        return name
    if full.endswith(" folder"):
        level = level.rpartition("/")[2]
    return short + (level[1:] if level.startswith("0.") else level)
