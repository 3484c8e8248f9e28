"""Where a restored picture differs from the truth, as a picture."""

from collections.abc import Sequence

from PIL import Image, ImageChops

_LARGEST_SHARE = 0.999
"""Of the pixels lie within the scale; a few outliers would make all others black."""

# Lightness grows evenly from dark to bright, so that it is read alike by all eyes and in greys.
_RAMP = (
    (0, 0, 4),
    (40, 11, 84),
    (101, 21, 110),
    (159, 42, 99),
    (212, 72, 66),
    (245, 125, 21),
    (250, 193, 39),
    (252, 255, 164),
)


def difference(restored: Image.Image, truth: Image.Image) -> Image.Image:
    """The largest of the three channels' errors, 8-bit grey; both pictures are of one size."""
    red, green, blue = ImageChops.difference(restored, truth).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def common_scale(differences: Sequence[Image.Image]) -> int:
    """The error, 1 to 255, that is drawn brightest in all of them."""
    return max((_within(each.histogram()) for each in differences), default=1)


def _within(histogram: Sequence[int]) -> int:
    left = _LARGEST_SHARE * sum(histogram)
    for error, pixels in enumerate(histogram):
        left -= pixels
        if left <= 0:
            return max(1, error)
    return 255


def coloured(errors: Image.Image, scale: int) -> Image.Image:
    """Errors in the colours of the ramp."""
    table = [_colour(min(1.0, error / scale)) for error in range(256)]
    channels = [errors.point([colour[n] for colour in table]) for n in range(3)]
    return Image.merge("RGB", channels)


def _colour(share: float) -> tuple[int, int, int]:
    place = share * (len(_RAMP) - 1)
    first = min(int(place), len(_RAMP) - 2)
    low, high, rest = _RAMP[first], _RAMP[first + 1], place - first
    red, green, blue = (round(a + (b - a) * rest) for a, b in zip(low, high, strict=True))
    return red, green, blue
