"""Streaks of rain drawn as anti-aliased lines, exact in whatever order they are added."""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from trainers import chance
from trainers.degradations.kinds import Rain

_UNIT = 2.0**-16
"""Light is added in whole multiples of it, so sums have one value in any order and any batch."""

_FARTHEST = 3.0
"""Distance of the farthest streaks; that of the nearest is 1."""

_SWAY = 0.04
"""Spread of the streaks' slopes in one image, about 2 degrees."""

_BANDS = 6
"""Into how many parts streaks are split by distance: far ones need fewer samples."""

_SAMPLES = 1 << 20
"""How many samples of streaks are held at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """How many samples hold a streak, the same for all images.

    Attributes:
        along: samples on the axis that a streak is nearer to.
        across: samples on the other, for each of those.
    """

    along: int
    across: int

    @property
    def reach(self) -> int:
        """Pixels that no streak exceeds from its middle, on either axis."""
        return self.along // 2 + self.across


@dataclass(frozen=True, slots=True, kw_only=True)
class _Streaks:
    """Streaks of N images, K each, the nearest first; float32, shape (N, K, 1).

    Attributes:
        lies: whether streaks are nearer to the horizontal: bool, (N, 1, 1).
        major, minor: place of the middle on the axis that a streak is nearer to, and on the
            other, pixels from the corner of the canvas.
        slope: steps along the minor axis for one along the major.
        length, width: pixels.
        brightness: in the middle.
    """

    lies: Tensor
    major: Tensor
    minor: Tensor
    slope: Tensor
    length: Tensor
    width: Tensor
    brightness: Tensor

    def part(self, first: int, end: int) -> "_Streaks":
        """Some of each image's streaks."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return _Streaks(lies=values.pop("lies"), **{k: v[:, first:end] for k, v in values.items()})


def streaks(height: int, width: int, rain: Rain, keys: Tensor) -> Tensor:
    """The light of streaks: float32, shape (N, 1, H, W), at least 0 and perhaps above 1.

    It rains on a canvas that exceeds the image as far as streaks reach, so that they enter from
    outside. The number of streaks is what the density promises on average, for every image.
    """
    reach = _box(rain, nearness=1).reach
    drawn = _scattered(height + 2 * reach, width + 2 * reach, reach, rain, keys)
    rows, row = height + 4 * reach, width + 4 * reach
    light = torch.zeros(len(keys), rows * row, dtype=torch.int32, device=keys.device)
    count = drawn.major.shape[1]
    band = math.ceil(count / _BANDS)
    first = 0
    while first < count:
        box = _box(rain, nearness=_nearness(torch.tensor(first / count)).item())
        end = first + max(1, min(band, _SAMPLES // (len(keys) * box.along * box.across)))
        _shine(light, drawn.part(first, end), row, box)
        first = end
    inside = slice(2 * reach, -2 * reach)
    return light.view(-1, 1, rows, row)[..., inside, inside].float() * _UNIT


def _nearness(depth: Tensor) -> Tensor:
    """What the size of a streak is multiplied by, if this share of the streaks is nearer.

    There are ever more of them the farther one looks.
    """
    return 1 / (1 + (_FARTHEST - 1) * depth.sqrt())


def _box(rain: Rain, nearness: float) -> _Box:
    length, width = max(1, rain.length[1] * nearness), rain.width[1] * nearness
    slope = math.tan(math.radians(_slant(rain.angle))) + _SWAY / 2
    across = 2 * math.ceil((width + 1) / 2 * math.hypot(1, slope))
    return _Box(along=2 * math.ceil(length / 2), across=across)


def _slant(angles: tuple[float, float]) -> float:
    """The farthest from both axes that an angle of a span can be, degrees up to 45."""
    if any(angles[0] <= diagonal <= angles[1] for diagonal in (-45, 45)):
        return 45
    return max(min(abs(angle), 90 - abs(angle)) for angle in angles)


def _scattered(height: int, width: int, margin: int, rain: Rain, keys: Tensor) -> _Streaks:
    """Streaks all over a field of some height and width that lies inside a margin."""
    expected = rain.density * height * width
    count = math.ceil(expected)
    order = torch.arange(count, device=keys.device).view(-1, 1)
    angle, length, thick, brightness = _of_images(rain, keys)
    shape = (6, count, 1)
    down, right, depth, sway, caught, kept = chance.uniform(chance.derived(keys, 1), shape).unbind(
        1
    )
    nearness = _nearness((order + depth) / count)
    down, right = margin + down * height, margin + right * width
    lies = angle.abs() > 45
    steep = torch.where(lies, 90 - angle, angle)
    slope = (torch.deg2rad(steep).tan() / _UNIT).round().float() * _UNIT  # alike on every machine
    # The last streak stands for the fraction that the density promises.
    is_left_out = (order == count - 1) & (kept >= expected - (count - 1))
    return _Streaks(
        lies=lies,
        major=torch.where(lies, right, down),
        minor=torch.where(lies, down, right),
        slope=slope + (sway - 0.5) * _SWAY,
        length=(length * nearness).clamp(min=1),
        width=thick * nearness,
        brightness=(brightness * nearness * caught).masked_fill(is_left_out, 0),
    )


def _of_images(rain: Rain, keys: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Angle (float64), length, width and brightness of each image's nearest streaks: (N, 1, 1)."""
    angle, length, width, brightness = chance.uniform(chance.derived(keys, 0), (4, 1, 1)).unbind(1)
    return (
        within(rain.angle, angle.double()),
        within(rain.length, length),
        within(rain.width, width),
        within(rain.brightness, brightness),
    )


def within(span: tuple[float, float], drawn: Tensor) -> Tensor:
    """Numbers drawn from [0, 1), spread over a span."""
    return span[0] + drawn * (span[1] - span[0])


def _shine(light: Tensor, streaks: _Streaks, row: int, box: _Box) -> None:
    """Add the light of streaks to canvases.

    A streak is the product of a parabola along it, 1 in the middle and 0 at the ends, and of the
    share of a pixel that a bar of its width covers, across it.

    Args:
        light: in whole units, int32, shape (N, pixels of a canvas); it is changed.
        streaks: K of each image.
        row: pixels in a row of a canvas.
        box: how many samples hold each of these streaks.
    """
    device = light.device
    along = torch.arange(box.along, device=device) - (box.along // 2 - 1)
    across = torch.arange(box.across, device=device) - (box.across // 2 - 1)
    major = streaks.major.floor() + along
    ahead = major - streaks.major
    middle = streaks.minor + ahead * streaks.slope
    minor = middle.floor()
    stretch = (1 + streaks.slope.square()).sqrt()
    faded = (1 - (2 * ahead * stretch / streaks.length).square()).clamp(min=0)
    off = ((minor - middle).unsqueeze(-1) + across).abs() / stretch.unsqueeze(-1)
    width = streaks.width.unsqueeze(-1)
    covered = ((width + 1) / 2 - off).clamp(min=0).minimum(width.clamp(max=1))
    value = covered * (faded * streaks.brightness / _UNIT).unsqueeze(-1)
    lies = streaks.lies
    down, right = torch.where(lies, minor, major), torch.where(lies, major, minor)
    place = (down.long() * row + right.long()).unsqueeze(-1)
    place = place + across * torch.where(lies, row, 1).unsqueeze(-1)
    light.scatter_add_(1, place.flatten(1), value.round_().int().flatten(1))
