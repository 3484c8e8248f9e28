"""The training loop, in one process on a tiny network."""

import itertools

import pytest
import torch
from safetensors.torch import load_file

from tests.trainers.kept_for_backward import KeptForBackward
from tests.trainers.plain import write_images
from trainers.errors import DivergedError
from trainers.files import Files
from trainers.loop import Ending, train
from trainers.recipe import apply_assignment, parse_experiment
from trainers.suites import degradations_of

# First losses at seed 1: a refactoring must not move them.
GOLDEN = {
    "erm": [0.45298222, 0.40437236],
    "dil-sf": [0.44409308, 0.45197804],
    "dil-pf": [0.44405034, 0.45197991],
    "dil-ss": [0.49799299, 0.40932277],
    "dil-ps": [0.41613777, 0.41928247],
    "group-dro": [0.45298222, 0.40437236],
    "v-rex": [0.45298222, 0.40439440],
    "mldg": [0.43457933, 0.44303344],
    "fish": [0.44408607, 0.46412320],
}


# Everything that a run can keep beside its last weights.
KEPT = (
    "train.average={ kind = 'ema', decay = 0.5 }",
    "evaluate.weights=['last', 'average', 'best-seen']",
)


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
        assert scores not in self.scores
        self.scores.append(scores)

    def secure(self):
        pass

    def working(self, position, activity):
        pass

    def names(self):
        return {name for _, name in self.points}

    def curve(self, name):
        return {step: value for (step, metric), value in self.points.items() if metric == name}


def exported(files):
    return [files.exported(name) for name in ("last", "average", "best-seen")]


def are_equal(first, second):
    one, other = load_file(first), load_file(second)
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


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


@pytest.fixture
def run(images, tested, tmp_path):
    def go(*assignments, name="run", stop=lambda: False, listener=None):
        settings = {
            "task": "denoise",
            "confounders": [{"kind": "gaussian-noise", "sigma": s} for s in (5, 10, 15, 20)],
            "network": {"kind": "rrdb", "features": 4, "blocks": 1, "growth": 3},
            "data": {"train": str(images), "test": str(tested)},
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


@pytest.mark.parametrize("rule", GOLDEN)
def test_first_losses_are_those_of_before(run, rule):
    settings = ("train.log_every=1", "train.precision=float64", "train.budget=2 steps")
    _, listener, _ = run(f"rule={rule}", *settings)
    assert list(listener.curve("loss").values()) == pytest.approx(GOLDEN[rule], rel=1e-7)


@pytest.mark.slow
def test_a_run_reports_losses_looks_and_every_degradation_of_its_suite(run):
    ending, listener, files = run("rule=dil-sf")
    assert ending is Ending.DONE
    assert list(listener.curve("loss")) == [2, 4, 6, 8, 10, 12]
    assert list(listener.curve("psnr@crops:unseen")) == list(range(1, 13))
    assert [scores.standing for scores in listener.scores] == ["seen"] * 4 + ["unseen"] * 6
    assert all(len(scores.images) == 2 for scores in listener.scores)
    assert load_file(files.weights)["head.weight"].shape == (4, 3, 3, 3)


@pytest.mark.slow
def test_a_run_tests_every_suite_with_all_weights_that_are_asked_for(run):
    _, listener, files = run(*KEPT, "evaluate.suites=['noise-levels', 'noise-types']")
    tested = [(scores.weights, scores.suite) for scores in listener.scores]
    counts = {pair: tested.count(pair) for pair in tested}
    levels, types = len(degradations_of("noise-levels")), len(degradations_of("noise-types"))
    assert counts == {
        (weights, suite): count
        for weights in ("average", "best-seen", "last")
        for suite, count in (("noise-levels", levels), ("noise-types", types))
    }
    looked = [name for name in listener.names() if name.startswith("psnr@crops:")]
    averages = [name for name in listener.names() if name.startswith("psnr@crops-average:")]
    assert len(looked) == len(averages) == levels + types + 2
    assert all(path.is_file() for path in exported(files))


@pytest.mark.slow
def test_the_average_is_the_mean_of_the_weights_after_each_step_of_its_share(run):
    settings = ("train.halve_at=1", "train.precision=float64")
    ends = [run(*settings, f"train.budget={n} steps", name=f"{n}")[2].weights for n in (3, 4)]
    _, _, files = run(
        *settings,
        "train.budget=4 steps",
        "train.average={ kind = 'swa', start = 0.75 }",
        "evaluate.weights=average",
    )
    third, fourth = (load_file(path) for path in ends)
    for name, average in load_file(files.exported("average")).items():
        torch.testing.assert_close(average, (third[name] + fourth[name]) / 2, rtol=0, atol=1e-15)


@pytest.mark.slow
def test_the_best_seen_weights_are_those_of_the_best_look_at_what_is_trained_on(run):
    settings = ("train.halve_at=1", "train.lr=0.1")
    _, listener, files = run(*settings, "evaluate.weights=best-seen")
    looks = listener.curve("psnr@crops:seen")
    best = max(looks, key=looks.get)
    assert best < 12, "the last weights should not be the best, for the test to mean something"
    _, _, ended = run(*settings, f"train.budget={best} steps", name="ended")
    assert are_equal(files.exported("best-seen"), ended.weights)


@pytest.mark.slow
def test_a_run_too_short_for_a_look_looks_once_where_the_best_is_asked_for(run):
    _, listener, files = run("evaluate.every=100", "evaluate.weights=best-seen")
    assert list(listener.curve("psnr@crops:seen")) == [12]
    assert are_equal(files.exported("best-seen"), files.weights)


@pytest.mark.slow
def test_a_run_that_trains_again_is_tested_again(run):
    _, first, files = run("rule=erm")
    files.checkpoint.unlink()
    _, again, _ = run("rule=erm")
    assert again.scores == first.scores


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


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["erm", "dil-sf"])
def test_a_run_stopped_between_steps_and_in_its_test_equals_one_that_never_was(run, rule):
    _, whole, whole_files = run(f"rule={rule}", *KEPT, name="whole")
    torn, asked = Listener(), itertools.count()
    stops = {3, 8, 17}  # after 3 steps, after 7, and in the test at the end
    endings = [
        run(f"rule={rule}", *KEPT, name="torn", stop=lambda: next(asked) in stops, listener=torn)
        for _ in range(4)
    ]
    assert [ending for ending, _, _ in endings] == [Ending.INTERRUPTED] * 3 + [Ending.DONE]
    _, _, torn_files = endings[-1]
    assert torn.points == whole.points
    assert torn.scores == whole.scores
    assert all(map(are_equal, exported(torn_files), exported(whole_files)))


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["dil-sf", "dil-ps", "group-dro"])
def test_an_attempt_with_a_smaller_micro_batch_goes_on_from_the_checkpoint(run, rule):
    settings = (f"rule={rule}", "train.precision=float64")
    _, whole, whole_files = run(*settings, name="whole")
    asked, torn, ending = itertools.count(), Listener(), None
    for micro_batch in ([], ["resources.micro_batch=3"], ["resources.micro_batch=1"]):
        assert ending in (None, Ending.INTERRUPTED)
        ending, _, files = run(
            *settings, *micro_batch, name="torn", stop=lambda: next(asked) in {4, 9}, listener=torn
        )
    assert ending is Ending.DONE
    assert torn.names() == whole.names()
    for (step, name), value in whole.points.items():
        assert torn.points[step, name] == pytest.approx(value, rel=1e-9), name
    weights = load_file(files.weights)
    for name, weight in load_file(whole_files.weights).items():
        torch.testing.assert_close(weights[name], weight, rtol=0, atol=1e-9)


def test_a_micro_batch_bounds_what_training_keeps_in_memory(run):
    with KeptForBackward() as whole:
        run("train.budget=1 steps", name="whole")
    with KeptForBackward() as pieces:
        run("train.budget=1 steps", "resources.micro_batch=1", name="pieces")
    assert pieces.most < 0.3 * whole.most


@pytest.mark.slow
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
    with pytest.raises(DivergedError, match=r"the loss is nan after \d+ steps; try lower rates"):
        run("rule=erm", "train.lr=1e30")
