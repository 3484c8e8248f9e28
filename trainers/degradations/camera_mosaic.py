"""The Bayer mosaic in front of a sensor, with its undoing.

The demosaicing is the gradient-corrected linear one of Malvar, He and Cutler ("High-quality
linear interpolation for demosaicing of Bayer-patterned color images", ICASSP 2004), which is
MATLAB's ``demosaic`` and so CBDNet's. It is written as sums of shifted planes, whose order of
addition is the same in every batch.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from trainers import chance

_REACH = 2
"""How many pixels beyond its own a filter reads, on every side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bayer:
    """Which of the four Bayer patterns each image has, by the places of its red pixels.

    Attributes:
        red_row: 0 if the first row has red pixels, 1 if the second has, int64, shape (N,).
        red_column: the same of columns.
    """

    red_row: Tensor
    red_column: Tensor

    @classmethod
    def drawn(cls, keys: Tensor) -> Self:
        """One of the four patterns for each key: int64, shape (N,)."""
        place = chance.words(keys, 1)[:, 0] >> 30
        return cls(red_row=place >> 1, red_column=place & 1)

    def through(self, image: Tensor) -> Tensor:
        """What an image becomes by its mosaic and demosaicing: (N, 3, H, W) to (N, 3, H, W).

        The mosaic goes on beyond the border as if mirrored at the middle of the border's pixels,
        which keeps its pattern. An image of a single row or column is repeated instead, so that
        no colour is missing.
        """
        height, width = image.shape[-2:]
        wider = image.index_select(2, _mirrored(height, image.device))
        wider = wider.index_select(3, _mirrored(width, image.device))
        return self._demosaiced(self._mosaic(wider))

    def _mosaic(self, image: Tensor) -> Tensor:
        """The one colour that each pixel of an image sees: (N, H, W)."""
        red, green, blue = image.unbind(1)
        rows, columns = self._red_lines(image)
        return torch.where(
            rows, torch.where(columns, red, green), torch.where(columns, green, blue)
        )

    def _demosaiced(self, mosaic: Tensor) -> Tensor:
        """The colours of all pixels but the outermost two: (N, H + 4, W + 4) to (N, 3, H, W)."""
        own = mosaic[:, _REACH:-_REACH, _REACH:-_REACH]
        rows, columns = self._red_lines(own)
        across, down, green, opposite = _filtered(mosaic)
        is_green = rows != columns
        # On a green pixel, the red neighbours are across in rows of red, else above and below.
        red_on_green = torch.where(rows, across, down)
        blue_on_green = torch.where(rows, down, across)
        red = torch.where(is_green, red_on_green, torch.where(rows, own, opposite))
        blue = torch.where(is_green, blue_on_green, torch.where(rows, opposite, own))
        return torch.stack((red, torch.where(is_green, own, green), blue), dim=1)

    def _red_lines(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Which rows have red pixels, (N, H, 1), and which columns, (N, 1, W)."""
        row, column = (torch.arange(side, device=image.device) % 2 for side in image.shape[-2:])
        rows, columns = row == self.red_row[:, None], column == self.red_column[:, None]
        return rows[:, :, None], columns[:, None, :]


def _mirrored(side: int, device: torch.device) -> Tensor:
    """The places to read for -2 to side + 1, an odd place for every odd one unless side is 1."""
    period = max(2 * (side - 1), 1)
    place = torch.arange(-_REACH, side + _REACH, device=device) % period
    return torch.minimum(place, period - place)


def _filtered(mosaic: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The four filters of Malvar et al. everywhere, without the outermost two pixels.

    Returns:
        A colour whose nearest pixels are across, one whose nearest are above and below (both for
        green pixels), green (for red and blue pixels), and a colour whose nearest pixels are on
        the diagonals (red for blue pixels, blue for red ones).
    """
    beside = mosaic[:, :, 1:-3] + mosaic[:, :, 3:-1]
    above = mosaic[:, 1:-3] + mosaic[:, 3:-1]
    diagonal = beside[:, 1:-3] + beside[:, 3:-1]
    beside, above = beside[:, 2:-2], above[:, :, 2:-2]
    far_beside = mosaic[:, 2:-2, :-4] + mosaic[:, 2:-2, 4:]
    far_above = mosaic[:, :-4, 2:-2] + mosaic[:, 4:, 2:-2]
    own, far = mosaic[:, 2:-2, 2:-2], far_beside + far_above
    corrected = 5 * own - diagonal
    across = (corrected + 4 * beside - far_beside + far_above / 2) / 8
    down = (corrected + 4 * above - far_above + far_beside / 2) / 8
    green = (4 * own + 2 * (beside + above) - far) / 8
    opposite = (6 * own + 2 * diagonal - 1.5 * far) / 8
    return across, down, green, opposite
