import math

import pytest
import torch
from torch import Tensor

from trainers.degradations.kinds import GaussianNoise
from trainers.evaluate import Bench, TestImage, Trial, evaluate_suite
from trainers.tiling import Restorer, Tiling, restore

CPU = torch.device("cpu")
SMALL_TILES = Tiling(pixels=100, core=16, halo=4)


def photograph(seed: int, *, height: int = 24, width: int = 31) -> Tensor:
    """A smooth random image, uint8, (3, H, W)."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 4, 5, generator=generator)
    fine = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic")
    return fine[0].clamp(0, 1).mul(255).to(torch.uint8)


def images(count: int) -> list[TestImage]:
    return [TestImage(name=f"{i}.png", pixels=photograph(i)) for i in range(count)]


def bench(network: Restorer) -> Bench:
    return Bench(network=network, device=CPU)


def untouched(degraded: Tensor) -> Tensor:
    return degraded


def averaging(radius: int) -> torch.nn.Conv2d:
    """A network that looks exactly ``radius`` pixels far."""
    side = 2 * radius + 1
    network = torch.nn.Conv2d(3, 3, side, padding=radius)
    with torch.no_grad():
        network.weight.copy_(torch.linspace(0, 1, network.weight.numel()).view_as(network.weight))
    return network.double()


@pytest.mark.parametrize(("height", "width"), [(40, 33), (16, 17), (5, 70)])
def test_tiles_join_without_a_trace_where_the_halo_covers_the_receptive_field(
    height: int, width: int
) -> None:
    image = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0)).double()
    network = averaging(SMALL_TILES.halo)
    tiled = restore(network, image, CPU, dtype=torch.float64, tiling=SMALL_TILES)
    whole = restore(network, image, CPU, dtype=torch.float64)
    torch.testing.assert_close(tiled, whole, rtol=0, atol=1e-12)


def test_no_tile_is_larger_than_core_and_halo_and_small_images_stay_whole() -> None:
    seen: list[tuple[int, ...]] = []

    def network(tile: Tensor) -> Tensor:
        seen.append(tuple(tile.shape[-2:]))
        return tile

    restore(network, torch.rand(1, 3, 64, 64), CPU, tiling=SMALL_TILES)
    assert len(seen) == 16
    assert max(side for shape in seen for side in shape) == 24
    seen.clear()
    restore(network, torch.rand(1, 3, 10, 10), CPU, tiling=SMALL_TILES)
    assert seen == [(10, 10)]


def test_restoring_keeps_no_graph() -> None:
    assert not restore(averaging(1), torch.rand(1, 3, 8, 8), CPU, dtype=torch.float64).requires_grad


def test_the_score_of_an_untouched_image_is_that_of_the_noise() -> None:
    (score,) = evaluate_suite(
        [TestImage(name="grey.png", pixels=torch.full((3, 200, 200), 128, dtype=torch.uint8))],
        Trial(suite="noise-levels", degradation=GaussianNoise(sigma=10)),
        bench(untouched),
    )
    # Rounding to 8 bit adds a twelfth of a step squared to the variance.
    assert score.psnr == pytest.approx(10 * math.log10(255**2 / (100 + 1 / 12)), abs=0.05)


def test_an_image_is_spoilt_the_same_whatever_is_evaluated_beside_it() -> None:
    together = evaluate_suite(
        images(3),
        Trial(suite="noise-levels", degradation=GaussianNoise(sigma=30)),
        bench(untouched),
    )
    alone = evaluate_suite(
        images(3)[2:],
        Trial(suite="noise-levels", degradation=GaussianNoise(sigma=30)),
        bench(untouched),
    )
    assert together[2:] == alone
    assert [score.image for score in together] == ["0.png", "1.png", "2.png"]


def test_suites_images_and_levels_draw_different_noise() -> None:
    drawn: list[Tensor] = []

    def network(degraded: Tensor) -> Tensor:
        drawn.append(degraded)
        return degraded

    grey = torch.full((3, 16, 16), 128, dtype=torch.uint8)
    for name, sigma, suite in [
        ("a", 10, "one"),
        ("b", 10, "one"),
        ("a", 11, "one"),
        ("a", 10, "two"),
    ]:
        image = TestImage(name=name, pixels=grey)
        evaluate_suite(
            [image], Trial(suite=suite, degradation=GaussianNoise(sigma=sigma)), bench(network)
        )
    noise = [((image - 128 / 255) / (image - 128 / 255).std()) for image in drawn]
    for other in noise[1:]:
        assert (noise[0] * other).mean().abs() < 0.2


def test_a_perfect_restorer_scores_infinity_and_an_ssim_of_one() -> None:
    (image,) = images(1)
    (score,) = evaluate_suite(
        [image],
        Trial(suite="noise-levels", degradation=GaussianNoise(sigma=50)),
        bench(lambda _: image.pixels[None] / 255),
    )
    assert score.psnr == math.inf
    assert score.ssim == pytest.approx(1.0)
