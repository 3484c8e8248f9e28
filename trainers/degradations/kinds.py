"""The degradations that an experiment can name, and when one counts as seen; no PyTorch."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Standing = Literal["seen", "interpolated", "unseen"]


class DegradationKind(BaseModel):
    """What all degradations share: a closed, frozen set of parameters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    def name(self) -> str:
        """The full name, which two degradations share only if they are the same.

        The kind, then its level, then whatever differs from the defaults:
        ``gaussian-noise sigma=30``, ``gaussian-noise sigma=30 clip=false``.
        """
        values = self.model_dump(exclude={"kind"})
        fields = type(self).model_fields
        said = [
            f"{key}={_plain(value)}"
            for key, value in values.items()
            if fields[key].is_required() or value != fields[key].default
        ]
        return " ".join([self.model_dump()["kind"], *said])


def _plain(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


class GaussianNoise(DegradationKind):
    """White Gaussian noise of a fixed level, y = x + n with n ~ N(0, (σ/255)²)."""

    kind: Literal["gaussian-noise"] = "gaussian-noise"
    sigma: float = Field(ge=0, le=255, description="standard deviation, on the 0-255 scale")
    clip: bool = Field(default=True, description="clip the noisy image to [0, 1]")
    quantise: bool = Field(default=False, description="round the noisy image to 8 bit")

    @property
    def label(self) -> str:
        """A name short enough for the head of a column."""
        return f"σ{self.sigma:g}"


# A second kind turns this into Annotated[GaussianNoise | ..., Field(discriminator="kind")].
Degradation = Annotated[GaussianNoise, Field()]


def standing(degradation: Degradation, confounders: tuple[Degradation, ...]) -> Standing:
    """How a network trained on the confounders stands to a degradation.

    Returns:
        ``seen`` if it is one of the confounders, ``interpolated`` if it lies inside the range
        of levels that confounders of the same kind and convention span, else ``unseen``.
    """
    if degradation in confounders:
        return "seen"
    levels = [
        other.sigma
        for other in confounders
        if other.model_copy(update={"sigma": degradation.sigma}) == degradation
    ]
    if levels and min(levels) < degradation.sigma < max(levels):
        return "interpolated"
    return "unseen"
