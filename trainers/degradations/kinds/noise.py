"""The settings of noise, whatever it is drawn from."""

from typing import ClassVar, Literal

from pydantic import Field

from trainers.degradations.kinds.base import Clip, DegradationKind, Quantise, Sigma


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
