"""What the word under the cursor may become; pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dilctl import vocabulary
from dilctl.vocabulary import Offer, Setting

MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All there is to choose from."""

    recipes: Sequence[Offer] = ()
    settings: Sequence[Setting] = ()
    tags: Sequence[Offer] = ()


def offered(line: str, typed: str, known: Known) -> list[Offer]:
    """Words that may stand where the cursor stands, with what they mean.

    Args:
        line: what is typed there.
        typed: what stands before the cursor.
        known: what there is.
    """
    word = word_of(line, typed)
    found = [offer for offer in _all(line, word, known) if offer[0] != word]
    return found[:MOST]


def word_of(line: str, typed: str) -> str:
    """The word that is being typed; a recipe is the whole line."""
    return typed if line == "recipe" else typed.rpartition(" ")[2]


def _all(line: str, word: str, known: Known) -> Iterator[Offer]:
    match line:
        case "recipe":
            parts = word.casefold().split()
            for name, words in known.recipes:
                if all(part in f"{name} {words}".casefold() for part in parts):
                    yield name, words
        case "settings" | "sweep":
            yield from _settings(word, known.settings)
        case "tag":
            yield from (offer for offer in known.tags if offer[0].startswith(word))
        case _:
            return


def _settings(word: str, settings: Sequence[Setting]) -> Iterator[Offer]:
    """Those that begin so, then those that have it in them."""
    found = list(vocabulary.offers(word, settings))
    yield from (offer for offer in found if offer[0].startswith(word))
    if "=" not in word:
        yield from (offer for offer in found if word in offer[0] and not offer[0].startswith(word))
