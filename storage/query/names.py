"""Which of the registry's metrics are meant by a short name."""

from collections.abc import Iterable

_BEFORE_A_WORD = frozenset(" =+-:")


def meant(short: str, names: Iterable[str]) -> tuple[str, ...]:
    """The metrics that a name means.

    Args:
        short: a whole name, as in ``psnr@CBSD68:gaussian-noise sigma=30``, or one whose part after
            the colon is short: ``psnr@CBSD68:sigma30`` or ``psnr@CBSD68:σ30`` means what ends in
            those words, whatever stands before them.
        names: the names that there are.

    Returns:
        The metric of exactly that name; else those that differ only in large and small letters;
        else those whose ends are meant. Sorted.
    """
    known = sorted(set(names))
    if short in known:
        return (short,)
    alike = tuple(name for name in known if name.casefold() == short.casefold())
    return alike or tuple(name for name in known if _ends(name.casefold(), _spelt(short)))


def _spelt(short: str) -> str:
    return short.casefold().replace("σ", "sigma")


def _ends(name: str, short: str) -> bool:
    place, colon, word = short.partition(":")
    there, _, words = name.partition(":")
    wanted = _squeezed(word)
    if not (colon and wanted and "@" in place and place == there):
        return False
    return any(
        _squeezed(words[start:]) == wanted
        for start in range(len(words))
        if start == 0 or words[start - 1] in _BEFORE_A_WORD
    )


def _squeezed(words: str) -> str:
    return words.replace(" ", "").replace("=", "")
