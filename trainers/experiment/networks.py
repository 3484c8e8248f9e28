"""What can be said of a network (the networks themselves are in ``trainers.networks``)."""

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from trainers.experiment.base import Kind, kind


class Rrdb(Kind):
    """Residual-in-residual dense blocks, without a global residual."""

    kind: Literal["rrdb"] = "rrdb"
    features: int = Field(default=64, ge=1, le=1024, description="channels between blocks")
    blocks: int = Field(default=23, ge=1, le=256, description="number of RRDB blocks")
    growth: int = Field(default=32, ge=1, le=1024, description="channels each dense layer adds")
    bias: bool = Field(
        default=True,
        description="additive constants; without them a network scales with its input "
        "(Mohan et al., ICLR 2020)",
    )
    scale: Literal[1, 4] = Field(
        default=1, description="how many times larger than its input the restored image is"
    )

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        features, growth = self.features, self.growth
        dense = [(features + k * growth, growth) for k in range(4)]
        dense.append((features + 4 * growth, features))
        outside = [(3, features), (features, features), (features, features), (features, 3)]
        enlarging = [(features, features)] * (2 if self.scale == 4 else 0)
        layers = [*outside, *enlarging, *(dense * (3 * self.blocks))]
        return sum((9 * inputs + self.bias) * outputs for inputs, outputs in layers)


class SwinIr(Kind):
    """Attention in shifted windows with a global residual, SwinIR (Liang et al., ICCVW 2021).

    The defaults are the published configuration for denoising in colour.
    """

    kind: Literal["swinir"] = "swinir"
    features: int = Field(default=180, ge=1, le=1024, description="channels between blocks")
    groups: int = Field(default=6, ge=1, le=64, description="residual groups of blocks")
    blocks: int = Field(
        default=6, ge=1, le=64, description="blocks in a group; every second shifts its windows"
    )
    heads: int = Field(
        default=6, ge=1, le=64, description="attention heads, which share the features evenly"
    )
    window: int = Field(default=8, ge=1, le=64, description="side of a window, pixels")
    mlp_ratio: int = Field(
        default=2, ge=1, le=16, description="width of the hidden layers, in features"
    )

    @field_validator("heads")
    @classmethod
    def _share_evenly(cls, heads: int, info: ValidationInfo) -> int:
        features = info.data.get("features", heads)
        if features % heads:
            raise ValueError(f"must divide features: {heads} heads cannot share {features} evenly")
        return heads

    @property
    def scale(self) -> Literal[1]:
        """How many times larger than its input the restored image is."""
        return 1

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        features, hidden = self.features, self.mlp_ratio * self.features
        normalisation = 2 * features
        positions = (2 * self.window - 1) ** 2 * self.heads
        attention = 4 * features * (features + 1) + positions
        mlp = hidden * (features + 1) + features * (hidden + 1)
        convolution = features * (9 * features + 1)
        group = self.blocks * (2 * normalisation + attention + mlp) + convolution
        ends = features * (9 * 3 + 1) + 3 * (9 * features + 1)
        return self.groups * group + ends + 2 * normalisation + convolution


def _kind(value: object) -> object:
    """Settings that name no kind are those of an RRDB: the only network there once was."""
    value = kind(value)
    if isinstance(value, Mapping) and "kind" not in value:
        return {"kind": "rrdb", **cast("Mapping[str, object]", value)}
    return value


Network = Annotated[Rrdb | SwinIr, Field(discriminator="kind"), BeforeValidator(_kind)]
