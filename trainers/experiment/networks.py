"""What can be said of a network."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainers.experiment.base import Kind, kind


class Rrdb(Kind):
    """Residual-in-residual dense blocks at full resolution, without a global residual."""

    kind: Literal["rrdb"] = "rrdb"
    features: int = Field(default=64, ge=1, le=1024, description="channels between blocks")
    blocks: int = Field(default=23, ge=1, le=256, description="number of RRDB blocks")
    growth: int = Field(default=32, ge=1, le=1024, description="channels each dense layer adds")
    bias: bool = Field(
        default=True,
        description="additive constants; without them a network scales with its input "
        "(Mohan et al., ICLR 2020)",
    )

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        features, growth = self.features, self.growth
        dense = [(features + k * growth, growth) for k in range(4)]
        dense.append((features + 4 * growth, features))
        outside = [(3, features), (features, features), (features, features), (features, 3)]
        layers = [*outside, *(dense * (3 * self.blocks))]
        return sum((9 * inputs + self.bias) * outputs for inputs, outputs in layers)


# A second network turns this into a union with a discriminator, as Rule is.
Network = Annotated[Rrdb, BeforeValidator(kind)]
