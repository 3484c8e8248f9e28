"""The degradations that an experiment can name, with their parameters; no PyTorch."""

from typing import Annotated

from pydantic import Field

from trainers.degradations.kinds.base import DegradationKind
from trainers.degradations.kinds.blur import GaussianBlur
from trainers.degradations.kinds.camera import CameraNoise
from trainers.degradations.kinds.hybrid import Hybrid
from trainers.degradations.kinds.jpeg import Jpeg
from trainers.degradations.kinds.mixture import Mixture
from trainers.degradations.kinds.noise import (
    CorrelatedNoise,
    GaussianNoise,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
)
from trainers.degradations.kinds.pairs import AsCaptured, Pairs
from trainers.degradations.kinds.rain import Rain, RainFolder
from trainers.degradations.kinds.resolution import LowResolution

Synthetic = Annotated[
    GaussianNoise
    | PoissonNoise
    | SpeckleNoise
    | SaltAndPepper
    | CorrelatedNoise
    | Jpeg
    | GaussianBlur
    | Hybrid
    | CameraNoise
    | LowResolution
    | Rain
    | RainFolder
    | Mixture,
    Field(discriminator="kind"),
]
"""What can be done to any clean image."""

Confounder = Annotated[Synthetic | Pairs, Field(discriminator="kind")]
"""What can be trained on."""

Degradation = Synthetic | AsCaptured
"""What can be tested."""

__all__ = [
    "AsCaptured",
    "CameraNoise",
    "Confounder",
    "CorrelatedNoise",
    "Degradation",
    "DegradationKind",
    "GaussianBlur",
    "GaussianNoise",
    "Hybrid",
    "Jpeg",
    "LowResolution",
    "Mixture",
    "Pairs",
    "PoissonNoise",
    "Rain",
    "RainFolder",
    "SaltAndPepper",
    "SpeckleNoise",
    "Synthetic",
]
