import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch import Tensor

from trainers.data.testing import SMALLEST  # what `submit` asks of test images
from trainers.metrics import luma, psnr, ssim, to_8_bit

BESIDE_REPOSITORY = Path(__file__).parents[2].parent / "shared" / "data"
SHARED = Path(os.environ.get("DILCTL_SHARED_DATA", BESIDE_REPOSITORY)) / "test"

needs_shared_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the published image pairs are not on this machine"
)


def noisy_pair(*, height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    """A batch of two random 8-bit images and a spoilt copy, (2, 3, H, W)."""
    generator = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, 256, (2, 3, height, width), generator=generator)
    noise = torch.randint(-30, 31, truth.shape, generator=generator)
    return (truth + noise).clamp(0, 255).to(torch.uint8), truth.to(torch.uint8)


def rgb_file(path: Path) -> Tensor:
    """(1, 3, H, W) uint8."""
    with Image.open(path) as image:
        return torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)[None]


def pairs_of(name: str) -> list[tuple[Tensor, Tensor]]:
    """Input and target of a test set."""
    inputs = sorted((SHARED / name / "input").iterdir())
    return [(rgb_file(path), rgb_file(SHARED / name / "target" / path.name)) for path in inputs]


SIZES = [(11, 11), (11, 40), (37, 53), (64, 49)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_psnr_is_that_of_scikit_image(height: int, width: int) -> None:
    restored, truth = noisy_pair(height=height, width=width, seed=1)
    expected = [
        peak_signal_noise_ratio(a.numpy(), b.numpy(), data_range=255)
        for a, b in zip(truth, restored, strict=True)
    ]
    assert psnr(restored, truth).tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_ssim_is_that_of_scikit_image(height: int, width: int) -> None:
    restored, truth = noisy_pair(height=height, width=width, seed=2)
    expected = [
        structural_similarity(
            a.numpy(),
            b.numpy(),
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=255,
            channel_axis=0,
        )
        for a, b in zip(truth, restored, strict=True)
    ]
    assert ssim(restored, truth).tolist() == pytest.approx(expected, abs=1e-6)


def test_identical_images_have_infinite_psnr_and_an_ssim_of_one() -> None:
    image, _ = noisy_pair(height=16, width=16, seed=3)
    assert psnr(image, image).tolist() == [math.inf, math.inf]
    assert ssim(image, image).tolist() == pytest.approx([1.0, 1.0], abs=1e-12)


def test_psnr_is_taken_image_by_image_and_never_of_the_pooled_error() -> None:
    truth = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    restored = truth.clone()
    restored[0] = 1
    restored[1] = 255
    assert psnr(restored, truth).tolist() == pytest.approx([20 * math.log10(255), 0.0])


def test_an_image_smaller_than_the_window_has_no_ssim() -> None:
    image, _ = noisy_pair(height=10, width=30, seed=4)
    with pytest.raises(ValueError, match=f"at least {SMALLEST} by {SMALLEST}"):
        ssim(image, image)


def test_values_are_clipped_and_rounded_halves_to_even() -> None:
    image = torch.tensor([-0.2, 0.5 / 255, 1.5 / 255, 2.4 / 255, 1.0, 1.7], dtype=torch.float64)
    assert to_8_bit(image).tolist() == [0, 0, 2, 2, 255, 255]


def test_luma_spans_16_to_235() -> None:
    black_and_white = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1).expand(2, 3, 1, 1)
    assert luma(black_and_white).flatten().tolist() == pytest.approx([16.0, 235.0])


@needs_shared_data
@pytest.mark.slow
def test_the_published_input_row_of_cc15_comes_out() -> None:
    scores = [psnr(*pair).item() for pair in pairs_of("CC15")]
    assert len(scores) == 15
    assert f"{np.mean(scores):.2f}" == "33.41"


@needs_shared_data
@pytest.mark.slow
def test_the_published_input_row_of_rain100l_comes_out_on_luma() -> None:
    pairs = [(luma(rainy), luma(clean)) for rainy, clean in pairs_of("Rain100L")]
    assert len(pairs) == 100
    assert f"{np.mean([psnr(*pair).item() for pair in pairs]):.2f}" == "26.90"
    assert f"{np.mean([ssim(*pair).item() for pair in pairs]):.4f}" == "0.8384"
