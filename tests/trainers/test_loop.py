"""The training loop, in one process on a tiny network."""

import itertools

import pytest
import torch
from safetensors.torch import load_file

from tests.trainers.plain import write_images
from trainers.errors import DivergedError
from trainers.loop import Ending, Files, train
from trainers.recipe import apply_assignment, parse_experiment

# First losses at seed 1: a refactoring must not move them.
GOLDEN = {
    "erm": [0.45298222, 0.40437236],
    "dil-sf": [0.44409308, 0.45197804],
}


class Listener:
    """A reporter that keeps what it hears, as a registry would: a resumption voids what follows."""

    def __init__(self):
        self.points = {}
        self.scores = []

    def resumed(self, position):
        self.points = {at: value for at, value in self.points.items() if at[0] <= position.step}

    def measured(self, position, values):
        for name, value in values.items():
            assert (position.step, name) not in self.points
            self.points[position.step, name] = value

    def evaluated(self, position, scores):
        self.scores.append(scores)

    def secure(self):
        pass

    def working(self, position, activity):
        pass

    def curve(self, name):
        return {step: value for (step, metric), value in self.points.items() if metric == name}


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    write_images(folder)
    return folder


@pytest.fixture
def run(images, tmp_path):
    def go(*assignments, name="run", stop=lambda: False, listener=None):
        settings = {
            "task": "denoise",
            "confounders": [{"kind": "gaussian-noise", "sigma": s} for s in (5, 10, 15, 20)],
            "network": {"kind": "rrdb", "features": 4, "blocks": 1, "growth": 3},
            "data": {"train": str(images), "test": str(images)},
            "train": {"batch": 4, "patch": 16, "budget": "12 steps", "log_every": 2, "lr": 1e-3},
            "evaluate": {"every": 4, "crops": 2, "crop": 16},
            "resources": {"device": "cpu"},
        }
        for assignment in assignments:
            apply_assignment(settings, assignment)
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        files = Files(
            packed=tmp_path / "packed",
            checkpoint=folder / "checkpoint",
            weights=folder / "weights.safetensors",
        )
        listener = listener or Listener()
        experiment = parse_experiment(settings)
        ending = train(experiment, seed=1, files=files, reporter=listener, should_stop=stop)
        return ending, listener, files

    return go


@pytest.mark.parametrize("rule", ["erm", "dil-sf"])
def test_first_losses_are_those_of_before(run, rule):
    _, listener, _ = run(f"rule={rule}", "train.log_every=1", "train.precision=float64")
    first = list(listener.curve("loss").values())[:2]
    assert first == pytest.approx(GOLDEN[rule], rel=1e-7)


def test_a_run_reports_losses_looks_and_every_degradation_of_its_suite(run):
    ending, listener, files = run("rule=dil-sf")
    assert ending is Ending.DONE
    assert list(listener.curve("loss")) == [2, 4, 6, 8, 10, 12]
    assert list(listener.curve("psnr@crops:unseen")) == list(range(1, 13))
    assert [scores.standing for scores in listener.scores] == ["seen"] * 4 + ["unseen"] * 6
    assert all(len(scores.images) == 5 for scores in listener.scores)
    assert load_file(files.weights)["head.weight"].shape == (4, 3, 3, 3)


def test_losses_after_the_last_point_are_reported_at_the_end(run):
    _, listener, _ = run("rule=erm", "train.log_every=5")
    assert list(listener.curve("loss")) == [5, 10, 12]


def test_a_loss_that_is_no_number_is_found_though_no_point_was_due(run):
    with pytest.raises(DivergedError):
        run("rule=erm", "train.lr=1e30", "train.log_every=100")


def test_an_attempt_that_may_not_write_leaves_no_checkpoint(run, tmp_path):
    class Fenced(Listener):
        def secure(self):
            raise PermissionError("another attempt has taken over")

    with pytest.raises(PermissionError):
        run("rule=erm", listener=Fenced(), stop=lambda: True)
    assert list((tmp_path / "run").iterdir()) == []


def test_the_rate_is_halved_once_after_its_share_of_the_budget(run):
    _, listener, _ = run("rule=erm", "train.halve_at=0.5", "train.log_every=1")
    rates = listener.curve("lr")
    assert [rates[step] for step in (1, 5)] == [1e-3, 1e-3]
    assert [rates[step] for step in (7, 12)] == [5e-4, 5e-4]


@pytest.mark.parametrize("rule", ["erm", "dil-sf"])
def test_a_run_stopped_between_steps_and_in_its_test_equals_one_that_never_was(run, rule):
    _, whole, whole_files = run(f"rule={rule}", name="whole")
    torn, asked = Listener(), itertools.count()
    stops = {3, 8, 17}  # after 3 steps, after 7, and in the test at the end
    endings = [
        run(f"rule={rule}", name="torn", stop=lambda: next(asked) in stops, listener=torn)
        for _ in range(4)
    ]
    assert [ending for ending, _, _ in endings] == [Ending.INTERRUPTED] * 3 + [Ending.DONE]
    _, _, torn_files = endings[-1]
    assert torn.points == whole.points
    expected, weights = load_file(whole_files.weights), load_file(torn_files.weights)
    assert all(torch.equal(weights[name], expected[name]) for name in expected)


def test_a_budget_of_gradients_buys_fewer_steps_of_a_dearer_rule(run):
    budget = "train.budget=8 gradients"
    _, cheap, _ = run("rule=erm", budget, "train.log_every=1", name="cheap")
    _, dear, _ = run("rule=dil-sf", budget, "train.log_every=1", name="dear")
    assert max(cheap.curve("loss")) == 8
    assert max(dear.curve("loss")) == 2


def test_a_budget_of_seconds_ends(run):
    ending, listener, _ = run("rule=erm", "train.budget=1 seconds", "train.log_every=1")
    assert ending is Ending.DONE
    assert listener.curve("loss")


def test_a_loss_that_is_no_number_ends_the_run_in_words(run):
    with pytest.raises(DivergedError, match=r"the loss is nan after \d+ steps; try a lower"):
        run("rule=erm", "train.lr=1e30")
