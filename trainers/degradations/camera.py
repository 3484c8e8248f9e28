"""Noise that enters along a camera's processing; see ``CameraNoise`` for what it is."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from trainers import chance
from trainers.degradations.camera_colours import inverse, recoloured, to_camera, to_xyz
from trainers.degradations.camera_mosaic import Bayer
from trainers.degradations.camera_response import Response
from trainers.degradations.kinds import CameraNoise

# What each choice about an image is drawn from (see `chance.derived`).
LEVELS, GRAINS, RESPONSE, COLOURS, GAINS, PATTERN = range(6)

_DIMMEST = 0.75
"""The least share of red and of blue light that a sensor sees, as in CBDNet's Python code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How noisy each image is.

    Attributes:
        shot: σ_s, float64, shape (N, 1, 1, 1).
        read: σ_c, float64, shape (N, 1, 1, 1).
    """

    shot: Tensor
    read: Tensor

    @classmethod
    def drawn(cls, camera: CameraNoise, keys: Tensor) -> Self:
        """Uniform from 0 to the most that is allowed."""
        shot, read = chance.uniform(chance.derived(keys, LEVELS), (2, 1, 1, 1)).double().unbind(1)
        return cls(shot=camera.shot * shot, read=camera.read * read)

    def deviation(self, light: Tensor, camera: CameraNoise) -> Tensor:
        """The deviation of the noise at some light; where that is below 0, as if it were 0."""
        light = light.clamp(min=0)
        match camera.model:
            case "deviation":
                shot = (self.shot * light).square()
            case "variance":
                shot = self.shot.square() * light
        return (shot + self.read.square()).sqrt()


def photographed(clean: Tensor, camera: CameraNoise, keys: Tensor) -> Tensor:
    """Take images back along a camera's processing, add noise, and process them again.

    Computed in float64, since a response is steep where it is dark: float32 would show the
    rounding of the colours there.

    Args:
        clean: images in [0, 1], shape (N, 3, H, W).
        camera: where the noise enters, and how strong it may be.
        keys: one key an image, int64, shape (N,).

    Returns:
        The noisy images, in [0, 1], of the same shape and type.
    """
    exact = clean.double().clamp(0, 1)
    grains = chance.normal(chance.derived(keys, GRAINS), clean.shape[1:]).double()
    match camera.space:
        case "srgb":
            noisy = exact + grains * Levels.drawn(camera, keys).deviation(exact, camera)
        case "xyz" | "camera-rgb" | "raw":
            noisy = _developed(exact, grains, camera, keys)
    return noisy.clamp(0, 1).to(clean.dtype)


def _developed(clean: Tensor, grains: Tensor, camera: CameraNoise, keys: Tensor) -> Tensor:
    response = Response.drawn(chance.derived(keys, RESPONSE))
    colours = matrices(camera, keys)
    seen = recoloured(response.light(clean), colours)
    gain = sensitivity(camera, keys)
    noisy = seen + grains * Levels.drawn(camera, keys).deviation(seen * gain, camera) / gain
    if camera.space == "raw":
        noisy = Bayer.drawn(chance.derived(keys, PATTERN)).through(noisy)
    return response.stored(recoloured(noisy, inverse(colours)).clamp(0, 1))


def matrices(camera: CameraNoise, keys: Tensor) -> Tensor:
    """Linear sRGB to the colours that noise is added to, white-balanced: (N, 3, 3)."""
    return to_xyz(keys) if camera.space == "xyz" else to_camera(chance.derived(keys, COLOURS))


def sensitivity(camera: CameraNoise, keys: Tensor) -> Tensor:
    """What each channel sees of white light; white balance divides by it: (N, 3, 1, 1).

    Red and blue are drawn evenly from 0.75 to 1. In XYZ the balance has been made.
    """
    green = torch.ones((len(keys), 1, 1, 1), dtype=torch.float64, device=keys.device)
    if camera.space == "xyz":
        return green.expand(-1, 3, 1, 1)
    drawn = chance.uniform(chance.derived(keys, GAINS), (2, 1, 1)).double()
    red, blue = (_DIMMEST + (1 - _DIMMEST) * drawn).split(1, dim=1)
    return torch.cat((red, green, blue), dim=1)
