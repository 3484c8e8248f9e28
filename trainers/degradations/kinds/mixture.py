"""The settings of several degradations, one after the other."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainSerializer

from trainers.degradations.kinds.base import DegradationKind
from trainers.degradations.kinds.blur import GaussianBlur
from trainers.degradations.kinds.jpeg import Jpeg
from trainers.degradations.kinds.noise import (
    CorrelatedNoise,
    GaussianNoise,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.degradations.kinds.rain import Rain
from trainers.degradations.naming import MIXED

Part = Annotated[
    GaussianNoise
    | PoissonNoise
    | SpeckleNoise
    | SaltAndPepper
    | CorrelatedNoise
    | Jpeg
    | GaussianBlur
    | Rain,
    Field(discriminator="kind"),
]


def _several(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    # `min_length` would count a part with a fault of its own as missing.
    if len(parts) < 2:
        raise ValueError("must have at least 2 entries")
    return parts


def _in_full(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    # A dump without defaults would drop the kinds, and mixtures of different kinds look alike.
    return [part.model_dump() for part in parts]


class Mixture(DegradationKind):
    """Several degradations, one after the other, each with chance of its own."""

    measured_by: ClassVar[str | None] = None

    kind: Literal["mixture"] = "mixture"
    parts: Annotated[tuple[Part, ...], AfterValidator(_several), PlainSerializer(_in_full)] = Field(
        description="what is done to the image, in this order, 2 at least"
    )

    @property
    def name(self) -> str:
        """The names of the parts: ``mixture gaussian-noise sigma=15 + jpeg quality=30``."""
        return f"{self.kind} {MIXED.join(part.name for part in self.parts)}"
