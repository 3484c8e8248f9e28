"""Patches for training, cut, flipped and turned by one gather over all pixels."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from trainers.data.packed import Packed

SYMMETRIES = 8
"""Ways to lay a square onto itself: four quarter turns, each with or without a mirror."""

# Each symmetry is a walk over the crop, told as (row, column): the corner where it begins (0 first,
# 1 last), the step to the next pixel below, the step to the next pixel on the right. Symmetry k is
# k mod 4 quarter turns against the clock, mirrored left to right from 4 on.
_WALKS = torch.tensor(
    [
        ((0, 0), (1, 0), (0, 1)),
        ((0, 1), (0, -1), (1, 0)),
        ((1, 1), (-1, 0), (0, -1)),
        ((1, 0), (0, 1), (-1, 0)),
        ((0, 1), (1, 0), (0, -1)),
        ((1, 1), (0, -1), (-1, 0)),
        ((1, 0), (-1, 0), (0, 1)),
        ((0, 0), (0, 1), (1, 0)),
    ]
)  # (8, 3, 2)


def free_device_bytes(device: torch.device) -> int:
    """Bytes of memory that are free on a GPU."""
    free, _ = torch.cuda.mem_get_info(device)
    return free


class PatchStore:
    """Images as one flat tensor of bytes, from which batches of patches are gathered.

    On a CPU the pixels are mapped from the file and never copied. On a GPU they are copied there
    if they fit into half of its free memory; else they stay mapped and each batch travels.

    Args:
        packed: decoded images.
        images: indices into ``packed`` of the images to use; image i below is ``images[i]``.
        device: where patches are wanted. Which patches is told by small tensors on the CPU.
        free: bytes of memory that are free on a GPU.
    """

    def __init__(
        self,
        packed: Packed,
        images: Sequence[int],
        *,
        device: torch.device,
        free: Callable[[torch.device], int] = free_device_bytes,
    ) -> None:
        chosen = list(images)
        heights = torch.from_numpy(packed.heights)[chosen]
        widths = torch.from_numpy(packed.widths)[chosen]
        starts = torch.from_numpy(packed.offsets)[chosen] // 3
        # from_file maps without copying, and without from_numpy's warning of read-only memory.
        pixels = torch.from_file(
            str(packed.file), shared=False, size=packed.pixels.size, dtype=torch.uint8
        ).view(-1, 3)
        sizes = heights * widths
        if device.type == "cuda" and int(sizes.sum()) * 3 <= free(device) // 2:
            parts = zip(starts.tolist(), sizes.tolist(), strict=True)
            pixels = _copied([pixels[start : start + size] for start, size in parts], device)
            starts = sizes.cumsum(0) - sizes
        self._pixels = pixels  # (all pixels, 3)
        self._device = device
        self._starts, self._heights, self._widths = starts, heights, widths  # in pixels

    @property
    def count(self) -> int:
        """How many images there are."""
        return len(self._starts)

    def limits(self, images: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """The largest top and left that a crop may have, so that it ends with the image.

        Args:
            images: int64 (N,) on the CPU, indices of images.
            size: side of the crop, at most that of the smallest image, pixels.

        Returns:
            Two int64 (N,) on the CPU: tops range from 0 to the first, lefts from 0 to the second,
            inclusive.
        """
        return self._heights[images] - size, self._widths[images] - size

    def crops(
        self, images: Tensor, tops: Tensor, lefts: Tensor, flips: Tensor, size: int
    ) -> Tensor:
        """Patches, one an entry of the arguments, in one gather.

        Args:
            images: int64 (N,) on the CPU, as the next three: indices of images.
            tops: first rows, within ``limits``.
            lefts: first columns, within ``limits``.
            flips: 0 to 7: k mod 4 quarter turns against the clock, then mirrored left to right
                from 4 on.
            size: side of a patch, pixels.

        Returns:
            uint8 (N, 3, size, size) on the store's device, channels last in memory.
        """
        widths = self._widths[images]
        # A step of one row passes a whole row of the image, a step of one column one pixel.
        strides = torch.stack([widths, torch.ones_like(widths)], dim=1)  # (N, 2)
        corner, down, right = (_WALKS[flips] * strides[:, None]).sum(2).unbind(1)  # (N,) each
        first = self._starts[images] + tops * widths + lefts + corner * (size - 1)
        walks = torch.stack([first, down, right]).to(self._pixels.device, non_blocking=True)
        first, down, right = walks[:, :, None, None]
        steps = torch.arange(size, device=self._pixels.device)
        places = first + down * steps[:, None] + right * steps  # (N, size, size)
        gathered = self._pixels.index_select(0, places.flatten())
        patches = gathered.view(-1, size, size, 3).to(self._device, non_blocking=True)
        return patches.permute(0, 3, 1, 2)

    def image(self, index: int) -> Tensor:
        """A whole image.

        Returns:
            uint8 (3, H, W) on the store's device.
        """
        start, height, width = (
            int(table[index]) for table in (self._starts, self._heights, self._widths)
        )
        pixels = self._pixels[start : start + height * width].view(height, width, 3)
        return pixels.permute(2, 0, 1).contiguous().to(self._device)


class PairStore:
    """Pairs of degraded and clean images, from which patches of the same places are cut.

    Args:
        degraded: decoded degraded images.
        clean: decoded clean images, each of which may belong to several pairs.
        pairs: indices of the degraded and the clean image of the pairs to use; pair i below is
            ``pairs[i]``.
        scale: how many times larger the clean images are, each way.
        device: where patches are wanted.
    """

    def __init__(
        self,
        degraded: Packed,
        clean: Packed,
        pairs: Sequence[tuple[int, int]],
        *,
        scale: int,
        device: torch.device,
    ) -> None:
        truths = list(dict.fromkeys(truth for _, truth in pairs))
        places = {truth: place for place, truth in enumerate(truths)}
        self._degraded = PatchStore(degraded, [image for image, _ in pairs], device=device)
        self._clean = PatchStore(clean, truths, device=device)
        self._truths = torch.tensor([places[truth] for _, truth in pairs])
        self._scale = scale

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return self._degraded.count

    def limits(self, images: Tensor, size: int) -> tuple[Tensor, Tensor]:
        """The largest top and left of a crop, counted in pixels of the degraded images.

        Args:
            images: int64 (N,) on the CPU, indices of pairs.
            size: side of the clean crop, a multiple of the scale, pixels.
        """
        return self._degraded.limits(images, size // self._scale)

    def crops(
        self, images: Tensor, tops: Tensor, lefts: Tensor, flips: Tensor, size: int
    ) -> tuple[Tensor, Tensor]:
        """Degraded and clean patches of the same places, turned alike.

        Args:
            images: int64 (N,) on the CPU, as the next three: indices of pairs.
            tops: first rows of the degraded crops, within ``limits``.
            lefts: first columns of the degraded crops, within ``limits``.
            flips: as of ``PatchStore.crops``.
            size: side of the clean crop, a multiple of the scale, pixels.

        Returns:
            uint8 (N, 3, size / scale, size / scale) and (N, 3, size, size).
        """
        by = self._scale
        degraded = self._degraded.crops(images, tops, lefts, flips, size // by)
        truths = self._truths[images]
        return degraded, self._clean.crops(truths, tops * by, lefts * by, flips, size)


def _copied(parts: Sequence[Tensor], device: torch.device) -> Tensor:
    """Slices (n_i, 3) of a mapped file, joined on a device without a second copy in main memory."""
    joined = torch.empty((sum(map(len, parts)), 3), dtype=torch.uint8, device=device)
    done = 0
    for part in parts:
        joined[done : done + len(part)].copy_(part)
        done += len(part)
    return joined
