"""The degradations that an experiment can name, and when one counts as seen; no PyTorch."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from trainers.degradations.naming import MIXED, plain, short_name

Standing = Literal["seen", "interpolated", "unseen"]

Sigma = Annotated[float, Field(ge=0, le=255, description="standard deviation, on the 0-255 scale")]
Clip = Annotated[bool, Field(description="clip the noisy image to [0, 1]")]
Quantise = Annotated[bool, Field(description="round the noisy image to 8 bit")]


class DegradationKind(BaseModel):
    """What all degradations share: a closed, frozen set of parameters.

    Attributes:
        measured_by: the parameter that says how strong a degradation of this kind is; None where
            no single number does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    measured_by: ClassVar[str | None]

    @property
    def name(self) -> str:
        """The full name, which two degradations share only if they are the same.

        The kind, then its level, then whatever differs from the defaults:
        ``gaussian-noise sigma=30``, ``gaussian-noise sigma=30 clip=false``.
        """
        values = self.model_dump()
        fields = type(self).model_fields
        said = [
            f"{key}={plain(value)}"
            for key, value in values.items()
            if key != "kind" and (fields[key].is_required() or value != fields[key].default)
        ]
        return " ".join([values["kind"], *said])

    @property
    def label(self) -> str:
        """A name short enough for the head of a column, as ``σ30`` or ``s&p .02``."""
        return short_name(self.name)


class GaussianNoise(DegradationKind):
    """White Gaussian noise of a fixed level, y = x + n with n ~ N(0, (σ/255)²)."""

    measured_by: ClassVar[str | None] = "sigma"

    kind: Literal["gaussian-noise"] = "gaussian-noise"
    sigma: Sigma
    clip: Clip = True
    quantise: Quantise = False


class PoissonNoise(DegradationKind):
    """Shot noise made α times as strong, y = x + α (k/256 − x) with k ~ Poisson(256 x).

    So its variance is α² x / 256. The form, and the strengths from 2 to 3.5, are those of the
    field's tests of generalisation: Chen et al., "Masked Image Training for Generalizable Deep
    Image Denoising" (CVPR 2023); Kim et al., "IDF" (ICCV 2025). Their 256 is the number of grey
    levels of the image, rounded up to a power of two; it is fixed here, so that a part of an
    image is spoilt as the whole is.
    """

    measured_by: ClassVar[str | None] = "alpha"

    kind: Literal["poisson-noise"] = "poisson-noise"
    alpha: float = Field(ge=0, le=100, description="how many times as strong as shot noise")
    clip: Clip = True
    quantise: Quantise = False


class SpeckleNoise(DegradationKind):
    """Multiplicative noise, y = x + n x with n uniform, of mean 0 and variance v.

    Uniform is what MATLAB's ``imnoise(x, 'speckle', v)`` draws, with which Masked Denoising
    (CVPR 2023) made its tests, at v from 0.02 to 0.04.
    """

    measured_by: ClassVar[str | None] = "variance"

    kind: Literal["speckle-noise"] = "speckle-noise"
    variance: float = Field(ge=0, le=1, description="variance of n")
    clip: Clip = True
    quantise: Quantise = False


class SaltAndPepper(DegradationKind):
    """Impulse noise: a share d of the samples turns black or white, half of them each.

    Each channel of a pixel is hit on its own, as by MATLAB's ``imnoise(x, 'salt & pepper', d)``,
    with which Masked Denoising (CVPR 2023) made its tests, at d from 0.002 to 0.02.
    """

    measured_by: ClassVar[str | None] = "density"

    kind: Literal["salt-and-pepper"] = "salt-and-pepper"
    density: float = Field(ge=0, le=1, description="share of the samples that are hit")


class CorrelatedNoise(DegradationKind):
    """Spatially correlated Gaussian noise, y = x + b * n with n ~ N(0, (σ/255)²) white.

    b is the mean over 3×3 pixels of a channel, so the noise of one pixel has deviation σ/3, at
    the border as elsewhere. Masked Denoising (CVPR 2023) tests with σ from 40 to 55.
    """

    measured_by: ClassVar[str | None] = "sigma"

    kind: Literal["correlated-noise"] = "correlated-noise"
    sigma: Sigma
    clip: Clip = True
    quantise: Quantise = False


class Jpeg(DegradationKind):
    """JPEG compression as libjpeg does it: 4:2:0 subsampling, 8 bit in and out, no chance."""

    measured_by: ClassVar[str | None] = "quality"

    kind: Literal["jpeg"] = "jpeg"
    quality: int = Field(ge=1, le=100, description="libjpeg's quality")


Part = Annotated[
    GaussianNoise | PoissonNoise | SpeckleNoise | SaltAndPepper | CorrelatedNoise | Jpeg,
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


Degradation = Annotated[
    GaussianNoise | PoissonNoise | SpeckleNoise | SaltAndPepper | CorrelatedNoise | Jpeg | Mixture,
    Field(discriminator="kind"),
]


def standing(degradation: Degradation, confounders: tuple[Degradation, ...]) -> Standing:
    """How a network trained on the confounders stands to a degradation.

    Returns:
        ``seen`` if it is one of the confounders, ``interpolated`` if it lies inside the range
        of levels that confounders of the same kind and convention span, else ``unseen``. A
        mixture, which no single level measures, is never interpolated.
    """
    if degradation in confounders:
        return "seen"
    measured_by = degradation.measured_by
    if measured_by is None:
        return "unseen"
    level = getattr(degradation, measured_by)
    levels = [
        getattr(other, measured_by)
        for other in confounders
        if type(other) is type(degradation)
        and other.model_copy(update={measured_by: level}) == degradation
    ]
    return "interpolated" if levels and min(levels) < level < max(levels) else "unseen"
