"""A degraded image and the clean one it was taken from."""

from dataclasses import dataclass

from trainers.data.sources import ImageFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A degraded image with its truth.

    Attributes:
        name: unique in its folder of pairs.
        degraded: what is to be restored.
        clean: the truth; None where it is not public (DND, SIDD's benchmark).
    """

    name: str
    degraded: ImageFile
    clean: ImageFile | None
