"""A batch: degraded and clean patches, and which confounder spoilt each."""

from dataclasses import dataclass, replace

from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """This process's part of a batch of degraded and clean patches.

    Attributes:
        degraded: patches in [0, 1], shape (n, 3, H/s, W/s), s the scale of the network.
        clean: what they are to become, shape (n, 3, H, W).
        total: images in the batch over all processes.
        confounders: the one that spoilt each image, by its place in the list trained on: int64,
            shape (n,), on the device.
        counts: images of each confounder over all processes, shape (confounders,), on the device.
    """

    degraded: Tensor
    clean: Tensor
    total: int
    confounders: Tensor
    counts: Tensor

    @property
    def present(self) -> Tensor:
        """Which confounders have images in the batch: bool, shape (confounders,)."""
        return self.counts > 0

    def mean_over_confounders(self, losses: Tensor) -> Tensor:
        """The mean over the confounders that are present of what is zero for all others."""
        return losses.sum() / self.present.sum()

    def alone(self) -> "Batch":
        """This part as a batch of its own, for a process that works for itself."""
        counts = self.confounders.bincount(minlength=len(self.counts))
        return replace(self, total=len(self.clean), counts=counts)

    def pieces(self, most: int | None) -> tuple["Batch", ...]:
        """The same images, at most so many at a time; each counts for what it does in the whole."""
        if most is None:
            return (self,)
        parts = (tensor.split(most) for tensor in (self.degraded, self.clean, self.confounders))
        return tuple(
            replace(self, degraded=degraded, clean=clean, confounders=confounders)
            for degraded, clean, confounders in zip(*parts, strict=True)
        )
