"""Looks at a network in training."""

import pytest
import torch
from torch import Tensor

from trainers.degradations.kinds import GaussianNoise
from trainers.degradations.standing import standing
from trainers.look import Crops, degraded_crops, look

CPU = torch.device("cpu")


def crops(*sigmas: float, seen: tuple[float, ...] = (), count: int = 3) -> Crops:
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(count, 3, 4, 5, generator=generator)
    fine = torch.nn.functional.interpolate(coarse, (32, 32), mode="bicubic")
    clean = fine.clamp(0, 1).mul(255).to(torch.uint8)
    degradations = levels(*sigmas)
    return Crops(
        clean=torch.stack([clean] * len(sigmas)),
        degraded=torch.stack([degraded_crops(clean, each) for each in degradations]),
        degradations=tuple(each.name for each in degradations),
        standings=tuple(standing(each, levels(*seen)) for each in degradations),
    )


def levels(*sigmas: float) -> tuple[GaussianNoise, ...]:
    return tuple(GaussianNoise(sigma=sigma) for sigma in sigmas)


def untouched(degraded: Tensor) -> Tensor:
    return degraded


def test_a_look_names_every_level_and_means_over_seen_and_unseen_ones_apart() -> None:
    values = look(untouched, crops(5, 10, 20, 30, 50, seen=(5, 20)), device=CPU)
    by_level = [values.pop(f"psnr@crops:gaussian-noise sigma={s}") for s in (5, 10, 20, 30, 50)]
    assert by_level == sorted(by_level, reverse=True)
    assert values == {
        "psnr@crops:seen": pytest.approx((by_level[0] + by_level[2]) / 2),
        "psnr@crops:unseen": pytest.approx((by_level[3] + by_level[4]) / 2),
    }


def test_a_look_at_other_weights_goes_by_another_name() -> None:
    values = look(untouched, crops(5, seen=(5,)), device=CPU, name="psnr@crops-average")
    assert list(values) == [
        "psnr@crops-average:gaussian-noise sigma=5",
        "psnr@crops-average:seen",
    ]


def test_a_level_looks_the_same_whatever_is_looked_at_beside_it() -> None:
    name = "psnr@crops:gaussian-noise sigma=20"
    together, alone = look(untouched, crops(5, 20, 50), device=CPU), crops(20)
    assert look(untouched, alone, device=CPU)[name] == together[name]


def test_crops_are_restored_in_the_type_of_the_weights_many_at_a_time() -> None:
    given: list[Tensor] = []

    def network(degraded: Tensor) -> Tensor:
        given.append(degraded)
        return degraded

    look(network, crops(5, 20, count=4), device=CPU, dtype=torch.float64)
    assert [(batch.shape, batch.dtype) for batch in given] == [((8, 3, 32, 32), torch.float64)]


def test_a_look_is_finite_for_a_perfect_restorer() -> None:
    spoilt = crops(10, 20, seen=(10, 20))

    def perfect(_: Tensor) -> Tensor:
        return spoilt.clean.flatten(0, 1) / 255

    assert look(perfect, spoilt, device=CPU)["psnr@crops:seen"] == 100
