"""Checkpoints survive what happens to files."""

import hashlib
import io

import pytest
import torch

from trainers import checkpoint
from trainers.checkpoint import Checkpoint
from trainers.errors import CheckpointError
from trainers.kept import Averaged, BestSeen, Kept
from trainers.reporter import Position
from trainers.rules.adam import AdamState
from trainers.rules.values import GroupWeights

CPU = torch.device("cpu")


def at(step, **changes):
    theta = torch.full((4,), float(step))
    values = {
        "signature": "abc",
        "seed": 1,
        "position": Position(step=step, gradients=4 * step, seconds=1.5, fraction=0.1),
        "theta": theta,
        "outer": {"state": {0: {"exp_avg": theta / 2}}, "param_groups": [{"lr": 0.1}]},
        "rule": AdamState(updates=3, first=theta, second=theta * theta),
        "kept": Kept(
            average=Averaged(updates=2, theta=theta + 1),
            best_seen=BestSeen(step=3, psnr=31.5, theta=theta + 2),
        ),
        "losses": (torch.tensor(0.5),),
    }
    return Checkpoint(**(values | changes))


def load(path, signature="abc", seed=1):
    return checkpoint.load(path, signature=signature, seed=seed, device=CPU)


def test_what_is_saved_is_loaded(tmp_path):
    checkpoint.save(at(7), tmp_path / "checkpoint")
    loaded = load(tmp_path / "checkpoint")
    assert loaded.position == at(7).position
    assert torch.equal(loaded.theta, at(7).theta)
    assert torch.equal(loaded.rule.second, at(7).rule.second)
    assert loaded.rule.updates == 3
    assert torch.equal(loaded.outer["state"][0]["exp_avg"], at(7).theta / 2)
    assert [loss.item() for loss in loaded.losses] == [0.5]
    assert loaded.kept.average.updates == 2
    assert torch.equal(loaded.kept.average.theta, at(7).theta + 1)
    assert (loaded.kept.best_seen.step, loaded.kept.best_seen.psnr) == (3, 31.5)
    assert torch.equal(loaded.kept.best_seen.theta, at(7).theta + 2)


@pytest.mark.parametrize(
    "state",
    [None, AdamState.fresh(torch.ones(3)), GroupWeights(logarithms=torch.tensor([0.5, 1.5]))],
)
def test_the_memory_of_every_rule_is_loaded_as_what_it_was(tmp_path, state):
    checkpoint.save(at(7, rule=state, kept=Kept()), tmp_path / "checkpoint")
    loaded = load(tmp_path / "checkpoint")
    assert loaded.kept == Kept()
    assert repr(loaded.rule) == repr(state)


def test_a_checkpoint_of_the_first_release_is_still_loaded(tmp_path):
    path, state = tmp_path / "checkpoint", AdamState.fresh(torch.ones(3))
    checkpoint.save(at(7, rule=state), path)
    plain = torch.load(io.BytesIO(path.read_bytes()[32:]), weights_only=True)
    del plain["average"], plain["best_seen"], plain["rule"]["state"]
    buffer = io.BytesIO()
    torch.save(plain, buffer)
    path.write_bytes(hashlib.sha256(buffer.getvalue()).digest() + buffer.getvalue())
    loaded = load(path)
    assert repr(loaded.rule) == repr(state)
    assert loaded.kept == Kept()


def test_the_outer_optimisers_count_of_steps_stays_on_the_cpu(tmp_path):
    count = {"state": {0: {"step": torch.tensor(7.0)}}, "param_groups": []}
    checkpoint.save(at(7, outer=count), tmp_path / "checkpoint")
    loaded = checkpoint.load(
        tmp_path / "checkpoint", signature="abc", seed=1, device=torch.device("meta")
    )
    tensors = (loaded.theta, loaded.rule.first, loaded.kept.average.theta)
    assert {tensor.device.type for tensor in tensors} == {"meta"}
    assert loaded.outer["state"][0]["step"].device.type == "cpu"


def test_there_is_none_before_the_first(tmp_path):
    assert load(tmp_path / "checkpoint") is None


@pytest.mark.parametrize("kept", [0, 10, 31, 32, 200, -1])
def test_a_truncated_checkpoint_gives_way_to_the_one_before(tmp_path, kept):
    path = tmp_path / "checkpoint"
    checkpoint.save(at(1), path)
    checkpoint.save(at(2), path)
    path.write_bytes(path.read_bytes()[:kept])
    assert load(path).position.step == 1


def test_a_flipped_bit_is_noticed(tmp_path):
    path = tmp_path / "checkpoint"
    checkpoint.save(at(1), path)
    checkpoint.save(at(2), path)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert load(path).position.step == 1


def test_a_crash_between_the_two_renames_loses_nothing(tmp_path):
    path = tmp_path / "checkpoint"
    checkpoint.save(at(1), path)
    path.replace(checkpoint.previous(path))
    assert load(path).position.step == 1


def test_when_all_is_damaged_it_says_so(tmp_path):
    path = tmp_path / "checkpoint"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match="damaged; delete"):
        load(path)


@pytest.mark.parametrize("other", [{"signature": "xyz"}, {"seed": 2}])
def test_a_checkpoint_of_another_experiment_is_refused(tmp_path, other):
    checkpoint.save(at(1), tmp_path / "checkpoint")
    with pytest.raises(CheckpointError, match="another experiment"):
        load(tmp_path / "checkpoint", **other)


def test_a_failed_write_leaves_the_old_checkpoint_and_no_litter(tmp_path):
    path = tmp_path / "checkpoint"
    checkpoint.save(at(1), path)
    (tmp_path / "checkpoint.new").mkdir()  # what cannot be opened as a file
    with pytest.raises(OSError, match="directory"):
        checkpoint.save(at(2), path)
    assert load(path).position.step == 1
