"""Faults of many images on stderr, a line each."""

from collections.abc import Sequence

from dilctl.cli import output

_MOST = 20


def say_faults(faults: Sequence[str], *, as_json: bool) -> None:
    """Name the first ones, and count the others.

    Args:
        faults: sentences.
        as_json: whether an answer in JSON has named all.
    """
    for fault in faults[:_MOST]:
        output.say(f"error: {fault}")
    if len(faults) > _MOST:
        all_of_them = "" if as_json else "; --json names all"
        output.say(f"error: and {len(faults) - _MOST:,} more{all_of_them}")
