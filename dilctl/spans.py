"""Numbers of runs, written short: ``1..3, 7``."""

from collections.abc import Iterable, Iterator

_SHOWN_AT_MOST = 8


def spans(numbers: Iterable[int]) -> str:
    """Numbers in order, neighbours as a span; of very many spans, the first few."""
    found = [str(first) if first == last else f"{first}..{last}" for first, last in _spans(numbers)]
    more = len(found) - _SHOWN_AT_MOST
    shown = found if more <= 0 else [*found[:_SHOWN_AT_MOST], "..."]
    return ", ".join(shown)


def _spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for number in sorted(set(numbers)):
        if first is not None and last is not None and number == last + 1:
            last = number
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = number
    if first is not None and last is not None:
        yield first, last
