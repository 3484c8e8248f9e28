"""The settings of JPEG compression."""

from typing import ClassVar, Literal

from pydantic import Field

from trainers.degradations.kinds.base import DegradationKind


class Jpeg(DegradationKind):
    """JPEG compression as libjpeg does it: 4:2:0 subsampling, 8 bit in and out, no chance."""

    measured_by: ClassVar[str | None] = "quality"

    kind: Literal["jpeg"] = "jpeg"
    quality: int = Field(ge=1, le=100, description="libjpeg's quality")
