"""The colour spaces along a camera's processing, as a 3×3 matrix an image.

Matrices are applied by elementwise sums: a matrix product may add in another order in another
batch, and the same image would be spoilt otherwise.
"""

import torch
from torch import Tensor

from trainers import chance

# Linear sRGB to XYZ under D65, IEC 61966-2-1 (digits of Lindbloom, as in the code of Brooks et
# al.).
_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
# XYZ to the raw colours of four cameras, from the code of Brooks et al. ("Unprocessing images for
# learned raw denoising", CVPR 2019); CBDNet's Python code has the same four.
_XYZ_TO_CAMERA = (
    ((1.0234, -0.2969, -0.2266), (-0.5625, 1.6328, -0.0469), (-0.0703, 0.2188, 0.6406)),
    ((0.4913, -0.0541, -0.0202), (-0.613, 1.3513, 0.2906), (-0.1564, 0.2151, 0.7183)),
    ((0.838, -0.263, -0.0639), (-0.2887, 1.0725, 0.2496), (-0.0627, 0.1427, 0.5438)),
    ((0.6596, -0.2079, -0.0562), (-0.4782, 1.3016, 0.1933), (-0.097, 0.1581, 0.5181)),
)


def to_xyz(keys: Tensor) -> Tensor:
    """Linear sRGB to XYZ, the same for every image: float64, shape (N, 3, 3)."""
    matrix = torch.tensor(_RGB_TO_XYZ, dtype=torch.float64, device=keys.device)
    return matrix.expand(len(keys), 3, 3)


def to_camera(keys: Tensor) -> Tensor:
    """Linear sRGB to the white-balanced colours of a camera of each image's own.

    As Brooks et al. have it: a random mean of the four cameras, each row then scaled so that
    white stays white.

    Args:
        keys: int64, shape (N,).

    Returns:
        Matrices, float64, shape (N, 3, 3).
    """
    cameras = torch.tensor(_XYZ_TO_CAMERA, dtype=torch.float64) @ torch.tensor(
        _RGB_TO_XYZ, dtype=torch.float64
    )
    shares = chance.fine_uniform(keys, (4, 1, 1)).unbind(1)
    first, second, third, fourth = (
        share * camera for share, camera in zip(shares, cameras.to(keys.device), strict=True)
    )
    mixed = first + second + third + fourth
    return mixed / (mixed[..., :1] + mixed[..., 1:2] + mixed[..., 2:])


def recoloured(image: Tensor, matrices: Tensor) -> Tensor:
    """The matrix of each image, (N, 3, 3), times each of its pixels, (N, 3, H, W)."""
    red, green, blue = (column[..., None, None] for column in matrices.unbind(2))
    return red * image[:, :1] + green * image[:, 1:2] + blue * image[:, 2:]


def inverse(matrices: Tensor) -> Tensor:
    """Inverses of 3×3 matrices by cross products of their columns, (N, 3, 3)."""
    first, second, third = matrices.unbind(2)
    rows = torch.stack((_cross(second, third), _cross(third, first), _cross(first, second)), dim=1)
    terms = rows[:, 0] * first
    volume = terms[:, :1] + terms[:, 1:2] + terms[:, 2:]
    return rows / volume[..., None]


def _cross(left: Tensor, right: Tensor) -> Tensor:
    return left.roll(-1, 1) * right.roll(1, 1) - left.roll(1, 1) * right.roll(-1, 1)
