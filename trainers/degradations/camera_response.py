"""A camera's response: how the light of a pixel becomes the value that a picture stores."""

from dataclasses import dataclass
from typing import Self

from torch import Tensor

from trainers import chance

# Mean and deviation of the fit, and how many deviations away a draw may lie.
_EXPONENT, _KNEE, _DEVIATION = 0.9, 0.6, 0.1
_FARTHEST = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """f(L) = (1 + s) Lⁿ / (Lⁿ + s), one curve an image; f(0) = 0, f(1) = 1, always rising.

    CBDNet draws one of the 201 curves that Grossberg and Nayar measured ("Modeling the space of
    camera response functions", PAMI 2004), which may not be handed on. This family is the fit to
    those curves of Eilertsen et al. ("HDR image reconstruction from a single exposure using deep
    CNNs", SIGGRAPH Asia 2017): n ~ N(0.9, 0.1²), s ~ N(0.6, 0.1²), here within 3 deviations.

    Attributes:
        exponent: n, float64, shape (N, 1, 1, 1).
        knee: s, float64, shape (N, 1, 1, 1).
    """

    exponent: Tensor
    knee: Tensor

    @classmethod
    def drawn(cls, keys: Tensor) -> Self:
        """The curve of each key: int64, shape (N,)."""
        normal = chance.normal(keys, (2, 1, 1, 1)).double().clamp(-_FARTHEST, _FARTHEST)
        exponent, knee = (_DEVIATION * normal).unbind(1)
        return cls(exponent=_EXPONENT + exponent, knee=_KNEE + knee)

    def stored(self, light: Tensor) -> Tensor:
        """Light in [0, 1] to picture values in [0, 1]: float64, shape (N, 3, H, W)."""
        raised = _power(light, self.exponent)
        return (1 + self.knee) * raised / (raised + self.knee)

    def light(self, stored: Tensor) -> Tensor:
        """Picture values in [0, 1] to light in [0, 1], the inverse in closed form."""
        return _power(self.knee * stored / (1 + self.knee - stored), 1 / self.exponent)


def _power(base: Tensor, exponent: Tensor) -> Tensor:
    # `torch.pow` rounds the last few numbers of a tensor otherwise than the rest, so that an image
    # would depend on the batch that it is in. The logarithm of 0 is -inf, and its exponential 0.
    return (base.log() * exponent).exp()
