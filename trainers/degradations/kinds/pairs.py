"""The settings of degradation that was not made here: pairs of degraded and clean images."""

from pathlib import PurePath
from typing import Any, ClassVar, Literal

from pydantic import Field

from trainers.degradations.kinds.base import DegradationKind


class Pairs(DegradationKind):
    """Whatever a folder of pairs shows: to train on, each pair is its own clean and degraded image.

    No image but the folder's own can be spoilt by it.
    """

    measured_by: ClassVar[str | None] = None

    kind: Literal["pairs"] = "pairs"
    folder: str = Field(min_length=1, description="folder of pairs, in any layout that is known")
    scale: Literal[1, 4] = Field(
        default=1, description="how many times smaller the degraded images are, each way"
    )

    def said(self) -> dict[str, Any]:
        """Without where the folder lies, so that two machines mean the same by a name."""
        return {**self.model_dump(), "folder": PurePath(self.folder).name}

    @property
    def shrinks_by(self) -> int:
        """How many times smaller the degraded image is than the clean one, each way."""
        return self.scale


class AsCaptured(DegradationKind):
    """Whatever a camera, or another's generator, did to the images of a test set of pairs."""

    measured_by: ClassVar[str | None] = None

    kind: Literal["as-captured"] = "as-captured"
