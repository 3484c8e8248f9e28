"""The settings of blur."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from trainers.degradations.kinds.base import DegradationKind, Sigma


def _odd(size: int) -> int:
    if size % 2 == 0:
        raise ValueError(f"must be odd, so that the kernel has a centre, not {size}")
    return size


KernelSize = Annotated[int, Field(ge=1, le=201), AfterValidator(_odd)]


class GaussianBlur(DegradationKind):
    """Isotropic Gaussian blur, y = b * x, the border repeated.

    The paper leaves open the kernel's size (21 pixels cut σ = 5 at 2σ), residual noise, and
    whether the blurred image is rounded to 8 bit, without which blur is nearly invertible. The
    defaults are those of its hybrid generator, and an image as it comes from a file.
    """

    measured_by: ClassVar[str | None] = "sigma"

    kind: Literal["gaussian-blur"] = "gaussian-blur"
    sigma: float = Field(ge=0, le=100, description="standard deviation of the kernel, pixels")
    kernel: KernelSize = Field(default=21, description="side of the square kernel, pixels, odd")
    noise: Sigma = Field(default=0.0, description="Gaussian noise after the blur, 0-255 scale")
    quantise: bool = Field(default=True, description="round the blurred image to 8 bit")
