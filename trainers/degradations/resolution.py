"""The synthesis of low-resolution images, after Real-ESRGAN (Wang et al., ICCVW 2021).

Every image has a course of its own, with sizes in between that no other has. So what works on
pixels takes one image at a time, except where several have the same size, or need not.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from trainers import chance
from trainers.degradations.filtering import filtered
from trainers.degradations.jpeg import compress
from trainers.degradations.kinds import LowResolution
from trainers.degradations.resolution_course import Course, Mode, courses
from trainers.degradations.resolution_kernels import Kernel, weights
from trainers.degradations.resolution_noise import noisy

Sides = tuple[int, int]

_FIRST_NOISE = 3
"""The keys of noise are derived by this number and the next; courses use those below."""


def shrunk(clean: Tensor, settings: LowResolution, keys: Tensor) -> Tensor:
    """Blur, resize, add noise and compress, once or twice.

    Args:
        clean: images in [0, 1], shape (N, 3, H, W), H and W multiples of the scale.
        settings: scale, order, and what the chain is drawn from.
        keys: one an image, int64, shape (N,), on the images' device.

    Returns:
        On the 8-bit grid in [0, 1], shape (N, 3, H / scale, W / scale), of the same type.
    """
    drawn = courses(settings, keys)
    images = list(clean.split(1))
    height, width = (side // settings.scale for side in clean.shape[-2:])
    for number, passes in enumerate(zip(*(course.passes for course in drawn), strict=True)):
        # The second pass resizes relative to the size that is wanted in the end.
        around = clean.shape[-2:] if number == 0 else (height, width)
        images = [
            _resized(_blurred(image, each.kernel), _sides(around, each.factor), each.mode)
            for image, each in zip(images, passes, strict=True)
        ]
        images = noisy(
            images, [each.noise for each in passes], chance.derived(keys, _FIRST_NOISE + number)
        )
        if number + 1 < settings.order:
            images = _compressed(images, [each.quality for each in passes])
    return torch.cat(_ended(images, drawn, (height, width)))


def _blurred(image: Tensor, kernel: Kernel | None) -> Tensor:
    return image if kernel is None else filtered(image, weights(kernel).to(image))


def _resized(image: Tensor, sides: Sides, mode: Mode) -> Tensor:
    """Sample at other sides, without smoothing first where they are smaller, as released."""
    if image.shape[-2:] == sides:
        return image
    # In float32 the result hangs on the processor's instructions, and rounds otherwise to 8 bit.
    return interpolate(image.double(), size=sides, mode=mode).to(image.dtype)


def _sides(around: Sequence[int], factor: float) -> Sides:
    height, width = (max(1, int(side * factor)) for side in around)
    return height, width


def _ended(images: Sequence[Tensor], drawn: Sequence[Course], sides: Sides) -> list[Tensor]:
    """Brought to the final size before or after the last JPEG, then rounded to 8 bit."""
    images = [
        _brought(image, course, sides) if course.ends_in_jpeg else image
        for image, course in zip(images, drawn, strict=True)
    ]
    images = _compressed(images, [course.passes[-1].quality for course in drawn])
    images = [
        image if course.ends_in_jpeg else _brought(image, course, sides)
        for image, course in zip(images, drawn, strict=True)
    ]
    return [(image * 255).round().clamp(0, 255) / 255 for image in images]


def _brought(image: Tensor, course: Course, sides: Sides) -> Tensor:
    return _blurred(_resized(image, sides, course.mode), course.sinc)


def _compressed(images: Sequence[Tensor], qualities: Sequence[int]) -> list[Tensor]:
    """JPEG, which is exact in any batch, so images of the same size go together."""
    alike: dict[Sides, list[int]] = {}
    for place, image in enumerate(images):
        alike.setdefault((image.shape[-2], image.shape[-1]), []).append(place)
    done = dict[int, Tensor]()
    for places in alike.values():
        batch = torch.cat([images[place] for place in places])
        quality = torch.tensor([qualities[place] for place in places], device=batch.device)
        done.update(zip(places, compress(batch, quality).split(1), strict=True))
    return [done[place] for place in range(len(images))]
