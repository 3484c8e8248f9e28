"""The settings of the synthesis that networks for real super-resolution are trained on."""

from typing import ClassVar, Literal

from pydantic import Field

from trainers.degradations.kinds.base import DegradationKind

BlurFamily = Literal[
    "isotropic",
    "anisotropic",
    "generalised-isotropic",
    "generalised-anisotropic",
    "plateau-isotropic",
    "plateau-anisotropic",
    "sinc",
]
Strength = Literal["any", "weak", "medium", "strong"]


class LowResolution(DegradationKind):
    """Blur, resizing, noise and JPEG as in Real-ESRGAN (Wang et al., ICCVW 2021), once or twice.

    Kernels, probabilities and ranges are those of its released training (RealESRNet ×4). It is
    made for a whole ``scale``: a ×4 image is a quarter as wide and high; at scale 1 the image is
    resized and brought back. What the released code leaves open is chosen so:

    * How the paper divides the synthesis into confounders is not said. Two readings can be
      written: by ``family`` (of the first pass; the second always draws any) and by ``strength``.
    * ``family = "any"`` draws sinc kernels with probability 0.1 and the six others as published;
      a named family, of which sinc is the seventh, is the only one of the first pass.
    * ``strength`` takes the lower, middle or upper third of every range of both passes: σ of the
      blur, noise, and reversed, since less is worse, the quality of JPEG, the factor of resizing
      down and the cut-off of sinc. The factor of resizing up and the shapes of kernels are no
      strengths and stay whole, as do all probabilities.
    * In the second order the image is brought to its final size (and filtered by a sinc kernel)
      either before or after the last JPEG, half each. The first order ends likewise, without the
      sinc filter; ``last`` fixes what comes last.
    """

    measured_by: ClassVar[str | None] = None

    kind: Literal["low-resolution"] = "low-resolution"
    scale: Literal[1, 4] = Field(description="how many times smaller the result is, each way")
    order: Literal[1, 2] = Field(default=1, description="how often the chain is gone through")
    family: BlurFamily | Literal["any"] = Field(
        default="any", description="family of the blur kernels of the first pass"
    )
    strength: Strength = Field(
        default="any", description="a third of every range of strengths, or all of it"
    )
    last: Literal["either", "jpeg", "resizing"] = Field(
        default="either", description="what is done last: half each, JPEG, or resizing"
    )

    @property
    def shrinks_by(self) -> int:
        """How many times smaller the degraded image is than the clean one, each way."""
        return self.scale

    def covers(self, other: DegradationKind) -> bool:
        """Any family holds each, and any strength every third."""
        return (
            isinstance(other, LowResolution)
            and (self.scale, self.order) == (other.scale, other.order)
            and self.family in ("any", other.family)
            and self.strength in ("any", other.strength)
            and self.last in ("either", other.last)
        )
