"""Every task trains and is tested: first losses, pairs to train on, pairs to test on, scale 4."""

import pytest
import torch

from tests.trainers.plain import write_images
from tests.trainers.test_loop import Listener
from trainers.data.images import read_rgb, write_png
from trainers.files import Files
from trainers.loop import train
from trainers.recipe import apply_assignment, parse_experiment, read_settings

TASKS = ("denoise", "deblur", "hybrid", "real-denoise", "real-sr", "derain")
TINY = (
    "network={ kind = 'rrdb', features = 4, blocks = 1, growth = 3 }",
    "train={ batch = 6, patch = 16, budget = '2 steps', log_every = 1, precision = 'float64' }",
    "evaluate.every=1",
    "evaluate.crops=1",
    "evaluate.crop=16",
    "resources.device=cpu",
    "rule=erm",
)
# First losses of the small recipes at seed 1: a refactoring must not move them.
GOLDEN = {
    "denoise": [0.46542668, 0.44586189],
    "deblur": [0.46536454, 0.44641730],
    "hybrid": [0.46557369, 0.44613528],
    "real-denoise": [0.46607127, 0.44595195],
    "real-sr": [0.46530567, 0.44597105],
    "derain": [0.46316451, 0.44058053],
}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    write_images(folder)
    return folder


@pytest.fixture(scope="module")
def tested(tmp_path_factory):
    """Two small images: what a test at the end says does not depend on how many there are."""
    folder = tmp_path_factory.mktemp("tested")
    write_images(folder, count=2)
    return folder


@pytest.fixture(scope="module")
def pairs(tmp_path_factory, images):
    """Each image beside itself turned dark, and beside every fourth pixel of that."""
    folder = tmp_path_factory.mktemp("dark")
    for inputs, step in (("dark", 1), ("small", 4)):
        for part in ("input", "target"):
            (folder / inputs / part).mkdir(parents=True)
        for path in sorted(images.iterdir()):
            clean = read_rgb(path)
            clean = clean[: clean.shape[0] // 4 * 4, : clean.shape[1] // 4 * 4].copy()
            write_png(folder / inputs / "target" / path.name, clean)
            write_png(folder / inputs / "input" / path.name, (clean // 2)[::step, ::step].copy())
    return folder


@pytest.fixture
def run(images, tested, tmp_path):
    def go(recipe, *assignments, name="run"):
        settings = read_settings(recipe)
        given = (*TINY, f"data.train={images}", f"data.test={tested}", *assignments)
        for assignment in given:
            apply_assignment(settings, assignment)
        files = Files(
            packed=tmp_path / "packed",
            checkpoint=tmp_path / f"{name}.checkpoint",
            weights=tmp_path / f"{name}.safetensors",
        )
        listener, experiment = Listener(), parse_experiment(settings)
        train(experiment, seed=1, files=files, reporter=listener, should_stop=lambda: False)
        return listener

    return go


@pytest.mark.parametrize("task", TASKS)
def test_first_losses_and_tests_of_a_task(run, task):
    listener = run(f"{task}-small")
    losses = list(listener.curve("loss").values())
    assert losses == pytest.approx(GOLDEN[task], rel=1e-6)
    assert {each.standing for each in listener.scores} >= {"seen"}
    assert {len(each.images) for each in listener.scores} == {2}
    assert "psnr@crops:seen" in listener.names()


@pytest.mark.slow
def test_pairs_are_trained_on_looked_at_and_held_out(run, pairs):
    dark = f"confounders=[{{ kind = 'pairs', folder = '{pairs / 'dark'}' }}]"
    sets = f"data.test={pairs / 'dark'}"
    listener = run(
        "derain-small",
        dark,
        sets,
        "evaluate.suites=pairs",
        "evaluate.every=10",
        "train.budget=30 steps",
    )
    looks = [value for (_, name), value in listener.points.items() if name == "psnr@crops:seen"]
    losses = list(listener.curve("loss").values())
    assert len(looks) == 3
    assert losses[-1] < losses[0]


@pytest.mark.slow
def test_pairs_and_photographs_share_a_batch(run, pairs):
    mixed = (
        f"confounders=[{{ kind = 'pairs', folder = '{pairs / 'dark'}' }}, "
        "{ kind = 'gaussian-noise', sigma = 20 }]"
    )
    names = run("denoise-small", mixed, "rule=dil-sf").names()
    assert "psnr@crops:gaussian-noise sigma=20" in names
    assert "psnr@crops:pairs folder=dark" in names


@pytest.mark.slow
def test_a_captured_suite_is_tested_on_pairs_and_others_on_plain_folders(run, pairs, images):
    sets = f"data.test=['{pairs / 'dark'}', '{images}']"
    listener = run("denoise-small", sets, "evaluate.suites=['pairs', 'noise-levels']")
    tested = {(each.suite, each.test_set, each.degradation) for each in listener.scores}
    assert ("pairs", "dark", "as-captured") in tested
    assert {test_set for suite, test_set, _ in tested if suite == "noise-levels"} == {images.name}
    assert {each.standing for each in listener.scores if each.suite == "pairs"} == {"unseen"}


@pytest.mark.slow
def test_a_network_of_scale_4_trains_and_is_tested_on_small_images(run, pairs):
    settings = (
        "confounders=[{ kind = 'low-resolution', scale = 4 }]",
        "network={ kind = 'rrdb', features = 4, blocks = 1, growth = 3, scale = 4 }",
        "evaluate.suites=['pairs', 'confounders']",
    )
    sets = f"data.test=['{pairs / 'small'}', '{pairs / 'small' / 'target'}']"
    listener = run("real-sr-small", *settings, sets)
    assert {each.suite: len(each.images) for each in listener.scores} == {
        "pairs": 5,
        "confounders": 5,
    }
    assert torch.tensor(list(listener.curve("loss").values())).isfinite().all()


@pytest.mark.slow
def test_sharpened_targets_change_what_is_aimed_at(run):
    plain, sharp = (
        run("deblur-small", f"train.sharpen={word}", name=word).curve("loss")
        for word in ("false", "true")
    )
    assert plain != sharp
