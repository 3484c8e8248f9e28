"""Rain: streaks added to an image, then the veil that they make far away."""

from torch import Tensor

from trainers import chance
from trainers.degradations.kinds import Rain, RainFolder
from trainers.degradations.rain_drawn import streaks, within
from trainers.degradations.rain_library import streak_library


def rained_on(clean: Tensor, rain: Rain, keys: Tensor) -> Tensor:
    """Draw streaks onto images, then the veil.

    Args:
        clean: images in [0, 1], shape (N, 3, H, W).
        rain: how much of what.
        keys: one an image, int64, shape (N,), on the images' device.

    Returns:
        Images of the same shape and type, clipped to [0, 1].
    """
    drawn, far = (chance.derived(keys, choice) for choice in range(2))
    height, width = clean.shape[-2:]
    wet = clean
    if rain.density > 0:
        wet = clean + streaks(height, width, rain, drawn).to(clean.dtype)
    return _veiled(wet, rain, far).clamp(0, 1)


def rained_on_from_folder(clean: Tensor, rain: RainFolder, keys: Tensor) -> Tensor:
    """Put streaks of a folder onto images, then the veil.

    Args:
        clean: images in [0, 1], shape (N, 3, H, W).
        rain: where the streaks are, and how much of them.
        keys: one an image, int64, shape (N,), on the images' device.

    Returns:
        Images of the same shape and type, clipped to [0, 1].

    Raises:
        DataError: the folder holds no streaks that can be used.
    """
    chosen, bright, far = (chance.derived(keys, choice) for choice in range(3))
    strength = within(rain.strength, chance.uniform(bright, (1, 1, 1))).to(clean.dtype)
    height, width = clean.shape[-2:]
    crops = streak_library(rain.folder, clean.device).crops(height, width, chosen)
    return _veiled(clean + strength * crops.to(clean.dtype), rain, far).clamp(0, 1)


def _veiled(wet: Tensor, rain: Rain | RainFolder, keys: Tensor) -> Tensor:
    """What is seen through drops too far away to be seen: y = x (1 - v) + v A."""
    if rain.veil[1] == 0:
        return wet
    veil, light = chance.uniform(keys, (2, 1, 1, 1)).to(wet.dtype).unbind(1)
    veil, light = within(rain.veil, veil), within(rain.light, light)
    return wet * (1 - veil) + veil * light
