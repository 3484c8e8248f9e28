"""Rules train where patches are of two sizes, or of two sources."""

from pathlib import Path

import pytest

from tests.trainers.plain import write_images
from tests.trainers.test_loop import Listener
from trainers.data.images import read_rgb, write_png
from trainers.files import Files
from trainers.loop import train
from trainers.recipe import apply_assignment, parse_experiment, read_settings

TINY = (
    "network={ kind = 'rrdb', features = 4, blocks = 1, growth = 3 }",
    "train={ batch = 6, patch = 16, budget = '2 steps', log_every = 1, precision = 'float64' }",
    "evaluate={ suites = 'confounders', crops = 1, crop = 16 }",
    "resources.device=cpu",
)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    write_images(tmp_path / "images")
    return tmp_path / "images"


@pytest.fixture
def dark(tmp_path: Path, images: Path) -> Path:
    """Each image beside itself turned dark."""
    for side, by in (("input", 2), ("target", 1)):
        (tmp_path / "dark" / side).mkdir(parents=True)
        for path in images.iterdir():
            write_png(tmp_path / "dark" / side / path.name, read_rgb(path) // by)
    return tmp_path / "dark"


def _losses(folder: Path, images: Path, recipe: str, *assignments: str) -> list[float]:
    """The losses of two steps, after which every confounder that can be is tested."""
    settings = read_settings(recipe)
    for assignment in (*TINY, f"data.train={images}", f"data.test={images}", *assignments):
        apply_assignment(settings, assignment)
    files = Files(
        packed=folder / "packed",
        checkpoint=folder / "checkpoint",
        weights=folder / "weights.safetensors",
    )
    listener = Listener()
    experiment = parse_experiment(settings)
    train(experiment, seed=1, files=files, reporter=listener, should_stop=lambda: False)
    assert listener.scores
    return list(listener.curve("loss").values())


@pytest.mark.parametrize("rule", ["dil-sf", "dil-ps"])
def test_a_rule_trains_a_network_that_enlarges(tmp_path: Path, images: Path, rule: str) -> None:
    first, second = _losses(tmp_path, images, "real-sr-small", f"rule={rule}")
    assert 0 < second != first


@pytest.mark.parametrize("rule", ["dil-sf", "dil-ps"])
def test_a_rule_trains_on_pairs_and_photographs_together(
    tmp_path: Path, images: Path, dark: Path, rule: str
) -> None:
    mixed = (
        f"confounders=[{{ kind = 'pairs', folder = '{dark}' }}, "
        "{ kind = 'gaussian-noise', sigma = 20 }]"
    )
    first, second = _losses(tmp_path, images, "denoise-small", f"rule={rule}", mixed)
    assert 0 < second != first
