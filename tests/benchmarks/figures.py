"""What a benchmark finds: figures, each with its target and whether it is met."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        topic: what it belongs to, as in ``reading``.
        name: what was measured.
        value, unit: the number; ``x`` is a ratio.
        at_most, at_least: the target; none is information.
        note: what the number is made of.
    """

    topic: str
    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def target(self) -> str:
        """The target in words, empty where there is none."""
        if self.at_most is not None:
            return f"at most {amount(self.at_most)} {self.unit}"
        return "" if self.at_least is None else f"at least {amount(self.at_least)} {self.unit}"

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return {True: "met", False: "MISSED", None: ""}[self.is_met]

    def __str__(self) -> str:
        value = f"{amount(self.value)} {self.unit}"
        return f"{self.name:<62} {value:>18}  {self.target:<20} {self.verdict:<6} {self.note}"


Figures = Iterator[Figure]


def amount(value: float) -> str:
    """A number with as many digits as mean something."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def seconds(work: Work) -> float:
    """How long work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def milliseconds(work: Work, *, rounds: int = 9) -> float:
    """The median of what work takes, after a first time that pays for what is set up once."""
    work()
    return 1000 * statistics.median(seconds(work) for _ in range(rounds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A product beside its reference: medians of rounds in which they took turns.

    Attributes:
        ratio: how many times longer the product takes.
        product, reference: milliseconds.
    """

    ratio: float
    product: float
    reference: float

    def __str__(self) -> str:
        return f"{amount(self.product)} ms against {amount(self.reference)} ms"


def compared(product: Work, reference: Work, *, rounds: int = 5) -> Comparison:
    """Let product and reference take turns, after a first round that counts for nothing."""
    product(), reference()
    pairs = [(seconds(product), seconds(reference)) for _ in range(rounds)]
    columns: Sequence[Sequence[float]] = list(zip(*pairs, strict=True))
    return Comparison(
        ratio=statistics.median(mine / plain for mine, plain in pairs),
        product=1000 * statistics.median(columns[0]),
        reference=1000 * statistics.median(columns[1]),
    )
