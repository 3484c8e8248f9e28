"""What the low-resolution synthesis draws for each image, before any pixel is touched.

The numbers are those of Real-ESRGAN's released training of RealESRNet ×4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from torch import Tensor

from trainers import chance
from trainers.degradations.kinds import LowResolution
from trainers.degradations.kinds.resolution import BlurFamily, Strength
from trainers.degradations.resolution_kernels import Kernel

Mode = Literal["area", "bilinear", "bicubic"]
Span = tuple[float, float]
Option = TypeVar("Option")

_SIZES = tuple(range(7, 22, 2))
_MODES: tuple[Mode, ...] = ("area", "bilinear", "bicubic")
# Released as a tenth of sinc, and the six others among what is left.
_FAMILIES: tuple[tuple[BlurFamily, float], ...] = (
    ("sinc", 0.1),
    ("isotropic", 0.9 * 0.45),
    ("anisotropic", 0.9 * 0.25),
    ("generalised-isotropic", 0.9 * 0.12),
    ("generalised-anisotropic", 0.9 * 0.03),
    ("plateau-isotropic", 0.9 * 0.12),
    ("plateau-anisotropic", 0.9 * 0.03),
)
_GENERALISED: Span = (0.5, 4.0)
_PLATEAU: Span = (1.0, 2.0)
_GREY = 0.4
_QUALITY: Span = (30.0, 95.0)
_FINAL_SINC = 0.8

_DRAWS = 16
"""Uniform numbers a stage of the chain may use; no pass needs more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Gaussian or Poisson noise, on all channels alike if grey.

    ``strength`` is σ on the 0-255 scale, or what Poisson noise is multiplied by.
    """

    kind: Literal["gaussian", "poisson"]
    strength: float
    is_grey: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One way through the chain; ``factor`` is what resizing multiplies the sides by."""

    kernel: Kernel | None
    factor: float
    mode: Mode
    noise: Noise
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that happens to one image; ``ends_in_jpeg`` says what comes last, JPEG or resizing."""

    passes: tuple[Pass, ...]
    mode: Mode
    sinc: Kernel | None
    ends_in_jpeg: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranges:
    """What a pass is drawn from; ``up`` and ``down`` are the chances to be resized so."""

    blurred: float
    sigma: Span
    up: float
    down: float
    factor: Span
    gaussian: Span
    poisson: Span


_FIRST = _Ranges(
    blurred=1.0,
    sigma=(0.2, 3.0),
    up=0.2,
    down=0.7,
    factor=(0.15, 1.5),
    gaussian=(1.0, 30.0),
    poisson=(0.05, 3.0),
)
_SECOND = _Ranges(
    blurred=0.8,
    sigma=(0.2, 1.5),
    up=0.3,
    down=0.4,
    factor=(0.3, 1.2),
    gaussian=(1.0, 25.0),
    poisson=(0.05, 2.5),
)


class _Lots:
    """Uniform numbers in [0, 1), each used once, and the strength they are wanted at."""

    def __init__(self, numbers: Sequence[float], strength: Strength) -> None:
        self._numbers = iter(numbers)
        self._strength: Final = strength

    def happens(self, chances: float) -> bool:
        return next(self._numbers) < chances

    def one_of(self, options: Sequence[Option]) -> Option:
        return options[int(next(self._numbers) * len(options))]

    def family(self) -> BlurFamily:
        number = next(self._numbers)
        for family, chances in _FAMILIES:
            if number < chances:
                return family
            number -= chances
        return "isotropic"  # the chances sum to 1 only as far as rounding allows

    def between(self, span: Span) -> float:
        low, high = span
        return low + (high - low) * next(self._numbers)

    def strength(self, span: Span) -> float:
        """A number of the wanted third of a range whose greatest is the strongest."""
        return self.between(_third(span, self._strength))

    def weakness(self, span: Span) -> float:
        """A number of the wanted third of a range whose least is the strongest."""
        low, high = _third((-span[1], -span[0]), self._strength)
        return self.between((-high, -low))


def _third(span: Span, strength: Strength) -> Span:
    if strength == "any":
        return span
    low, part = span[0], (span[1] - span[0]) / 3
    place = ("weak", "medium", "strong").index(strength)
    return low + place * part, low + (place + 1) * part


def courses(settings: LowResolution, keys: Tensor) -> list[Course]:
    """Draw what happens to each image, from keys derived by the numbers 0 to 2.

    The numbers leave the keys' device here, once, since sides have to be known.
    """
    stages = [chance.uniform(chance.derived(keys, stage), (_DRAWS,)) for stage in range(3)]
    numbers = zip(*(stage.tolist() for stage in stages), strict=True)
    return [_course(settings, *three) for three in numbers]


def _course(
    settings: LowResolution, first: list[float], second: list[float], ending: list[float]
) -> Course:
    lots = _Lots(ending, settings.strength)
    passes = [_pass(_FIRST, _Lots(first, settings.strength), settings.family)]
    if settings.order == 2:
        passes.append(_pass(_SECOND, _Lots(second, settings.strength), "any"))
    is_jpeg_drawn = lots.happens(0.5)
    mode = lots.one_of(_MODES)
    is_filtered = lots.happens(_FINAL_SINC) and settings.order == 2
    return Course(
        passes=tuple(passes),
        mode=mode,
        sinc=_sinc(lots, lots.one_of(_SIZES), widest=math.pi / 3) if is_filtered else None,
        ends_in_jpeg=is_jpeg_drawn if settings.last == "either" else settings.last == "jpeg",
    )


def _pass(ranges: _Ranges, lots: _Lots, family: BlurFamily | Literal["any"]) -> Pass:
    is_blurred = lots.happens(ranges.blurred)
    drawn = lots.family()
    kernel = _kernel(lots, drawn if family == "any" else family, ranges.sigma)
    return Pass(
        kernel=kernel if is_blurred else None,
        factor=_factor(ranges, lots),
        mode=lots.one_of(_MODES),
        noise=_noise(ranges, lots),
        quality=round(lots.weakness(_QUALITY)),
    )


def _kernel(lots: _Lots, family: BlurFamily, sigma: Span) -> Kernel:
    size = lots.one_of(_SIZES)
    if family == "sinc":
        return _sinc(lots, size, widest=math.pi / 3 if size < 13 else math.pi / 5)
    along = lots.strength(sigma)
    is_round = family in {"isotropic", "generalised-isotropic", "plateau-isotropic"}
    return Kernel(
        family=family,
        size=size,
        sigmas=(along, along if is_round else lots.strength(sigma)),
        rotation=0.0 if is_round else lots.between((-math.pi, math.pi)),
        shape=_shape(lots, family),
    )


def _sinc(lots: _Lots, size: int, *, widest: float) -> Kernel:
    """A sinc kernel; the lower its cut-off, the more it blurs and rings, down to the widest."""
    return Kernel(family="sinc", size=size, cutoff=lots.weakness((widest, math.pi)))


def _shape(lots: _Lots, family: BlurFamily) -> float:
    """Half of the exponents are below 1, half above; those of plateaus are 1 or above."""
    if family in {"isotropic", "anisotropic"}:
        return 1.0
    low, high = _GENERALISED if family.startswith("generalised") else _PLATEAU
    return lots.between((low, 1.0) if lots.happens(0.5) else (1.0, high))


def _factor(ranges: _Ranges, lots: _Lots) -> float:
    smallest, greatest = ranges.factor
    if lots.happens(ranges.down):
        return lots.weakness((smallest, 1.0))
    return lots.between((1.0, greatest)) if lots.happens(ranges.up / (1 - ranges.down)) else 1.0


def _noise(ranges: _Ranges, lots: _Lots) -> Noise:
    is_gaussian = lots.happens(0.5)
    return Noise(
        kind="gaussian" if is_gaussian else "poisson",
        strength=lots.strength(ranges.gaussian if is_gaussian else ranges.poisson),
        is_grey=lots.happens(_GREY),
    )
