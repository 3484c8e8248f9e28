"""The settings of rain: drawn streaks, streaks from a folder, and veiling."""

from pathlib import PurePath
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from trainers.degradations.kinds.base import DegradationKind


def _both_ends(said: object) -> object:
    """One number stands for both ends of a span."""
    return (said, said) if isinstance(said, int | float) else said


def _ordered(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError(f"must begin with the smaller number, not {span[0]:g}")
    return span


_SPAN = (BeforeValidator(_both_ends), AfterValidator(_ordered))

Angle = Annotated[float, Field(ge=-90, le=90)]
Length = Annotated[float, Field(ge=1, le=500)]
Width = Annotated[float, Field(ge=0.1, le=50)]
Share = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0, le=10)]
ShareSpan = Annotated[tuple[Share, Share], *_SPAN]
Veil = Annotated[ShareSpan, Field(description="share v of the light that drops far away scatter")]
Light = Annotated[ShareSpan, Field(description="brightness A of the veil")]


_SPANS = ("angle", "length", "width", "brightness", "strength", "veil")


def _lie_within(inner: "Rain | RainFolder", outer: "Rain | RainFolder") -> bool:
    """Whether every span of one lies within that of the other; light counts where a veil is."""
    spans = [span for span in _SPANS if hasattr(outer, span)]
    if inner.veil != (0, 0):
        spans.append("light")
    ends = ((getattr(inner, span), getattr(outer, span)) for span in spans)
    return all(wide[0] <= low and high <= wide[1] for (low, high), wide in ends)


class Rain(DegradationKind):
    """Rain whose streaks are drawn, y = (x + s) (1 - v) + v A.

    Each streak s is a line of its own place and distance: up to three times as far away as the
    nearest, and as much shorter, thinner and dimmer. The veil v A is what is left of drops too
    far away to be seen one by one, as in the model of heavy rain of Li et al. (CVPR 2019), with
    one transmission 1 - v for the whole image.

    What is a span holds for an image and is drawn evenly; one number stands for both ends. With
    the defaults, ``density = 0.01`` is near Rain100L in what it costs (27 dB on Y) and covers.
    """

    measured_by: ClassVar[str | None] = "density"

    kind: Literal["rain"] = "rain"
    density: Share = Field(description="streaks for each pixel")
    angle: Annotated[tuple[Angle, Angle], *_SPAN] = Field(
        default=(-30.0, 30.0),
        description="from the vertical, degrees; positive runs down to the right",
    )
    length: Annotated[tuple[Length, Length], *_SPAN] = Field(
        default=(20.0, 80.0), description="of the nearest streaks, pixels"
    )
    width: Annotated[tuple[Width, Width], *_SPAN] = Field(
        default=(1.0, 3.0), description="of the nearest streaks, pixels"
    )
    brightness: ShareSpan = Field(
        default=(0.3, 1.0), description="of the nearest streaks, in the middle, at most"
    )
    veil: Veil = (0.0, 0.0)
    light: Light = (0.7, 0.95)

    def covers(self, other: DegradationKind) -> bool:
        """As dense, and every span inside."""
        return (
            isinstance(other, Rain) and self.density == other.density and _lie_within(other, self)
        )


class RainFolder(DegradationKind):
    """Rain from a folder of streak images on black, y = (x + c s) (1 - v) + v A.

    For each image one of the folder's is chosen, cropped, mirrored or not, and made c times as
    bright. Where it is too small it goes on as its mirror image. What is a span is drawn evenly
    for each image; one number stands for both ends.
    """

    measured_by: ClassVar[str | None] = None

    kind: Literal["rain-folder"] = "rain-folder"
    folder: str = Field(min_length=1, description="folder of streak images, sub-folders included")
    strength: Annotated[tuple[Strength, Strength], *_SPAN] = Field(
        default=(0.5, 1.1), description="c, what streaks are multiplied by"
    )
    veil: Veil = (0.0, 0.0)
    light: Light = (0.7, 0.95)

    def said(self) -> dict[str, Any]:
        """Without where the folder lies, so that two machines mean the same by a name."""
        return {**self.model_dump(), "folder": PurePath(self.folder).name}

    def covers(self, other: DegradationKind) -> bool:
        """The same streaks, and every span inside."""
        return (
            isinstance(other, RainFolder)
            and self.folder == other.folder
            and _lie_within(other, self)
        )
