"""The settings of synthetic camera noise."""

from typing import ClassVar, Literal

from pydantic import Field

from trainers.degradations.kinds.base import DegradationKind


class CameraNoise(DegradationKind):
    """Noise that enters somewhere along a camera's processing, after CBDNet (CVPR 2019).

    The image is made linear by the inverse of a camera response, noise whose strength grows with
    the light L is added in one of four spaces, and the rest of the processing follows. The paper
    has four categories of it and does not say which; the four spaces, which follow each other in
    a camera, are one reading:

    * ``raw``: the sensor's colours, one a pixel, behind a Bayer mosaic, before white balance;
      demosaicing follows, and is done even where there is no noise,
    * ``camera-rgb``: the same colours, all three known at every pixel,
    * ``xyz``: colours as people see them (CIE 1931),
    * ``srgb``: the values that a file stores, behind the response; L is then such a value.

    Every image draws its own σ_s from 0 to ``shot``, σ_c from 0 to ``read``, response, camera,
    white balance and Bayer pattern. CBDNet's 201 measured responses are replaced by a family that
    was fitted to them (``camera_response.py``); its MATLAB code draws σ for each colour, here one
    is drawn for all three, as its Python code does. Values are clipped to [0, 1] at the end alone.
    """

    measured_by: ClassVar[str | None] = None

    kind: Literal["camera-noise"] = "camera-noise"
    space: Literal["raw", "camera-rgb", "xyz", "srgb"] = Field(
        description="where the noise enters; in raw, a Bayer mosaic and its demosaicing follow"
    )
    shot: float = Field(
        default=0.16, ge=0, le=1, description="largest σ_s, which multiplies the light L"
    )
    read: float = Field(default=0.06, ge=0, le=1, description="largest σ_c, which does not")
    model: Literal["deviation", "variance"] = Field(
        default="deviation",
        description="deviation: n_s ~ N(0, (σ_s L)²) and n_c ~ N(0, σ_c²) are added, as CBDNet's "
        "MATLAB code does; variance: the whole variance is σ_s² L + σ_c², as its paper reads",
    )

    def covers(self, other: DegradationKind) -> bool:
        """Strengths are drawn from 0 on: a smaller range lies within a larger one."""
        return (
            isinstance(other, CameraNoise)
            and (self.space, self.model) == (other.space, other.model)
            and other.shot <= self.shot
            and other.read <= self.read
        )
