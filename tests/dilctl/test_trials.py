from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dilctl.errors import NotFoundError, UsageError
from dilctl.trials import Asked, TestPlan, plans
from trainers.errors import DataError, ExperimentError
from trainers.experiment import Experiment
from trainers.recipe import parse_experiment
from trainers.suites import LEVELS


def experiment(test: Path, *sigmas: float, **changes: Any) -> Experiment:
    noises = [{"kind": "gaussian-noise", "sigma": sigma} for sigma in sigmas or (10, 20)]
    return parse_experiment(
        {"task": "denoise", "confounders": noises, "data": {"test": [str(test)]}} | changes
    )


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return folder(tmp_path / "Clean", "a", "b")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    folder(tmp_path / "Wet" / "rainy", "1")
    folder(tmp_path / "Wet" / "norain", "1")
    return tmp_path / "Wet"


def folder(path: Path, *names: str) -> Path:
    path.mkdir(parents=True)
    for name in names:
        Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(path / f"{name}.png")
    return path


def made(asked: Asked, trained: Experiment, here: Path) -> list[tuple[str, str, list[str]]]:
    found = plans(asked, trained, here=here)
    return [(p.source.name, p.suite, [d.name for d in p.degradations]) for p in found]


def names(plan: TestPlan) -> list[str]:
    return [degradation.name for degradation in plan.degradations]


def test_a_range_has_its_ends_and_the_suites_levels_between(clean: Path, tmp_path: Path):
    asked = Asked(images=("Clean",), levels="12.5..32")
    assert made(asked, experiment(clean), tmp_path) == [
        (
            "Clean",
            LEVELS,
            [f"gaussian-noise sigma={sigma}" for sigma in ("12.5", "15", "20", "25", "30", "32")],
        )
    ]


def test_levels_are_of_the_first_confounder_by_its_own_conventions(clean: Path, tmp_path: Path):
    unclipped = [{"kind": "gaussian-noise", "sigma": 5, "clip": False}]
    trained = experiment(clean, confounders=unclipped)
    (found,) = plans(Asked(levels="7,9,7"), trained, here=tmp_path)
    assert names(found) == [
        "gaussian-noise sigma=7 clip=false",
        "gaussian-noise sigma=9 clip=false",
    ]


def test_levels_may_be_of_any_kind_that_has_them(clean: Path, tmp_path: Path):
    (found,) = plans(
        Asked(levels="10..50", degradations=("jpeg",)), experiment(clean), here=tmp_path
    )
    assert names(found) == [f"jpeg quality={quality}" for quality in (10, 20, 30, 50)]


def test_degradations_are_named_one_by_one(clean: Path, tmp_path: Path):
    mixture = '{kind = "mixture", parts = [{kind = "gaussian-noise", sigma = 5}, {kind = "jpeg", quality = 9}]}'  # noqa: E501
    asked = Asked(degradations=("gaussian-noise sigma=30 clip=false", mixture))
    (found,) = plans(asked, experiment(clean), here=tmp_path)
    assert names(found) == [
        "gaussian-noise sigma=30 clip=false",
        "mixture gaussian-noise sigma=5 + jpeg quality=9",
    ]


def test_without_a_word_the_runs_own_suites_meet_its_own_test_sets(clean: Path, tmp_path: Path):
    (found,) = plans(Asked(), experiment(clean), here=tmp_path)
    assert (found.source.source, found.suite, found.source.images) == (
        str(clean),
        "noise-levels",
        2,
    )


def test_pairs_belong_to_their_own_suite_or_to_the_one_that_is_said(
    clean: Path, pairs: Path, tmp_path: Path
):
    trained = experiment(clean)
    assert made(Asked(pairs=("Wet",)), trained, tmp_path) == [("Wet", "rain", ["as-captured"])]
    asked = Asked(pairs=("Wet",), suites=("pairs",), name="Mine")
    assert made(asked, trained, tmp_path) == [("Mine", "pairs", ["as-captured"])]
    both = Asked(images=("Clean",), pairs=("Wet",), levels="30")
    assert [plan[1] for plan in made(both, trained, tmp_path)] == [LEVELS]


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (Asked(suites=("nosuch",)), NotFoundError, "no such suite; the suites are"),
        (Asked(suites=("rain",)), UsageError, r"name a folder of pairs \(--pairs\)"),
        (Asked(suites=("noise-levels",), levels="5"), UsageError, "leave out --level"),
        (Asked(levels="75..5"), UsageError, r"runs backwards; write 5\.\.75"),
        (Asked(levels="5..x"), UsageError, "write a range or levels"),
        (Asked(levels="nan"), UsageError, "write a range or levels"),
        (Asked(levels="5,,6"), UsageError, "write a range or levels"),
        (Asked(levels="5", degradations=("hybrid",)), UsageError, "no level measures hybrid"),
        (Asked(degradations=("jpeg 10",)), UsageError, "as in 'jpeg quality=10'"),
        (Asked(degradations=("",)), UsageError, "write a kind"),
        (Asked(degradations=("{kind=",)), UsageError, "is no table of TOML"),
        (Asked(degradations=("jpeg q=10",)), ExperimentError, "quality"),
        (Asked(degradations=("noise x=1",)), ExperimentError, "must be one of"),
        (Asked(levels="3", degradations=("noise",)), ExperimentError, "must be one of"),
        (Asked(levels="300"), ExperimentError, "sigma"),
        (Asked(name="x"), UsageError, "names one folder"),
        (Asked(images=("Clean", "other/Clean"), levels="5"), UsageError, "two test sets"),
        (Asked(images=("none",)), DataError, "no folder at"),
        (Asked(pairs=("Clean",)), DataError, "holds no pairs"),
    ],
)
def test_what_cannot_be_tested_is_said(
    asked: Asked, kind: type[Exception], words: str, clean: Path, tmp_path: Path
):
    folder(tmp_path / "other" / "Clean", "a")
    with pytest.raises(kind, match=words):
        plans(asked, experiment(clean), here=tmp_path)


def test_levels_need_a_kind_where_the_confounders_have_none(clean: Path, tmp_path: Path):
    trained = experiment(clean, confounders=[{"kind": "hybrid", "lowest": 18, "highest": 20}])
    with pytest.raises(UsageError, match="say of what with --degradation KIND"):
        plans(Asked(levels="5"), trained, here=tmp_path)
