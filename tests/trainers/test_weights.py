import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.trainers.published import BASICSR, ESRGAN, PublishedRRDB, PublishedSwinIR
from trainers.checkpoint import Checkpoint, export_weights, save
from trainers.errors import CheckpointError, WeightsError
from trainers.experiment import Experiment, Rrdb, SwinIr
from trainers.kept import Averaged, Kept
from trainers.networks.build import build
from trainers.reporter import Position
from trainers.weights import load_network
from trainers.weights.layouts import read
from trainers.weights.taking import take

pytestmark = pytest.mark.slow

SMALL = Rrdb(features=6, blocks=2, growth=3)
EXPERIMENT = Experiment.model_validate(
    {
        "task": "denoise",
        "confounders": [{"kind": "gaussian-noise", "sigma": 15}],
        "network": SMALL.model_dump(),
    }
)


def released(*, scale: int = 1, names: tuple[str, ...] = ESRGAN) -> nn.Module:
    torch.manual_seed(3)
    return PublishedRRDB(6, 2, 3, scale=scale, names=names)


def image(height: int = 8, width: int = 8) -> Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(4))


def of_first_release(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """As ESRGAN's first release names them."""
    layers = {
        "conv_first": "model.0",
        "trunk_conv": "model.1.sub.2",
        "upconv1": "model.3",
        "upconv2": "model.6",
        "HRconv": "model.8",
        "conv_last": "model.10",
    }
    named: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        layer, _, kind = name.rpartition(".")
        known = layers.get(layer) or f"{layer.replace('RRDB_trunk', 'model.1.sub')}.0"
        named[f"{known}.{kind}"] = tensor
    return named


def test_weights_of_the_released_code_restore_as_there(tmp_path: Path):
    meta, task = released(), released()
    torch.nn.init.zeros_(task.get_parameter("conv_last.weight"))
    path = tmp_path / "model_30.pt"
    torch.save({"model_meta": meta.state_dict(), "model_task": task.state_dict()}, path)
    loaded = load_network(path)
    assert loaded.settings == SMALL
    assert loaded.experiment is None
    assert loaded.held.part == "model_meta"
    assert "released code" in loaded.held.layout
    torch.testing.assert_close(loaded.network(image()), meta(image()))
    other = load_network(path, part="task")
    torch.testing.assert_close(other.network(image()), task(image()))


@pytest.mark.parametrize("names", [ESRGAN, BASICSR])
@pytest.mark.parametrize("scale", [1, 4])
def test_weights_of_basicsr_restore_as_there_and_the_average_is_preferred(
    tmp_path: Path, scale: int, names: tuple[str, ...]
):
    network = released(scale=scale, names=names)
    blank = {name: torch.zeros_like(tensor) for name, tensor in network.state_dict().items()}
    path = tmp_path / "net_g.pth"
    torch.save({"params": blank, "params_ema": network.state_dict()}, path)
    loaded = load_network(path)
    assert loaded.settings == Rrdb(features=6, blocks=2, growth=3, scale=scale)
    torch.testing.assert_close(loaded.network(image()), network(image()))
    assert loaded.held.parts == ("params", "params_ema")
    assert not load_network(path, part="params").network(image()).any()


def test_weights_of_swinir_restore_as_there(tmp_path: Path):
    torch.manual_seed(5)
    network = PublishedSwinIR(12, [2, 2], 3, 4)
    path = tmp_path / "colorDN.pth"
    torch.save({"params": network.state_dict()}, path)
    loaded = load_network(path)
    assert loaded.settings == SwinIr(features=12, groups=2, blocks=2, heads=3, window=4)
    torch.testing.assert_close(loaded.network(image(16, 12)), network(image(16, 12)))


def wrapped(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {f"{prefix}{name}": tensor for name, tensor in tensors.items()}


@pytest.mark.parametrize(
    "prefix", ["", "module.", "_orig_mod.", "module._orig_mod.", "model.module.", "netG."]
)
@pytest.mark.parametrize("key", [None, "state_dict", "model", "anything"])
def test_what_training_loops_put_around_weights_is_taken_off(
    tmp_path: Path, prefix: str, key: str | None
):
    network = released()
    state = wrapped(network.state_dict(), prefix)
    optimiser = {"state": {0: {"exp_avg": torch.ones(1)}}, "param_groups": [{"lr": 1e-4}]}
    path = tmp_path / "last.ckpt"
    torch.save(state if key is None else {key: state, "optimizer": optimiser, "epoch": 3}, path)
    torch.testing.assert_close(load_network(path).network(image()), network(image()))


def test_weights_of_esrgans_first_release_restore_as_the_later_ones(tmp_path: Path):
    network = released(scale=4)
    path = tmp_path / "RRDB_ESRGAN_x4_old_arch.pth"
    torch.save(of_first_release(network.state_dict()), path)
    torch.testing.assert_close(load_network(path).network(image()), network(image()))


def test_half_precision_and_foreign_safetensors_are_read(tmp_path: Path):
    network = released()
    halves = {name: tensor.half() for name, tensor in network.state_dict().items()}
    path = tmp_path / "no suffix at all"
    save_file(halves, path)
    loaded = load_network(path)
    assert {p.dtype for p in loaded.network.parameters()} == {torch.float32}
    assert not any(p.requires_grad for p in loaded.network.parameters())
    torch.testing.assert_close(loaded.network(image()), network(image()), atol=1e-2, rtol=1e-2)


@pytest.mark.parametrize("settings", [SMALL, SMALL.model_copy(update={"bias": False}), None])
def test_our_own_weights_come_back_bit_by_bit(tmp_path: Path, settings: Rrdb | None):
    chosen = settings or SwinIr(features=8, groups=1, blocks=2, heads=2, window=4)
    network = build(chosen, seed=2)
    said = EXPERIMENT.model_copy(update={"network": chosen})
    path = tmp_path / "weights.safetensors"
    export_weights(
        network.state_dict(), path, experiment=said.model_dump_json(), said={"seed": "2"}
    )
    loaded = load_network(path)
    assert loaded.experiment == said
    assert loaded.held.said["seed"] == "2"
    assert torch.equal(loaded.network(image()), network(image()))
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


class Malicious:
    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.victim),)


@pytest.mark.parametrize("is_zip", [True, False])
def test_a_pickle_that_needs_code_is_refused_and_nothing_is_executed(tmp_path: Path, is_zip: bool):
    path, victim = tmp_path / "model.pth", tmp_path / "owned"
    if is_zip:
        torch.save({"params": released().state_dict(), "extra": Malicious(victim)}, path)
    else:
        path.write_bytes(pickle.dumps(Malicious(victim), protocol=2))
    with pytest.raises(WeightsError, match=r"needs code to be read \(posix.mkdir\).*refused"):
        read(path)
    assert not victim.exists()


def test_a_whole_network_that_was_pickled_is_refused(tmp_path: Path):
    path = tmp_path / "network.pth"
    torch.save(released(), path)
    with pytest.raises(WeightsError, match=r"needs code to be read \(tests.*PublishedRRDB\)"):
        read(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no file of weights"),
        (b"\x80", "no file of weights"),
        (b"not weights at all, but a text", "no file of weights"),
        (b"PK\x03\x04 damaged", "no file of weights"),
        (bytes(32) + b"PK\x03\x04", "is a checkpoint.*dilctl weights export"),
        ((9).to_bytes(8, "little") + b'{"broken"', "damaged"),
    ],
)
def test_what_is_no_file_of_weights_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
):
    path = tmp_path / "ünï.pth"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=f"ünï.pth: .*{words}"):
        read(path)


@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: float):
    for path in (tmp_path / "a.pth", tmp_path / "a.safetensors"):
        state = released().state_dict()
        if path.suffix == ".pth":
            torch.save(state, path)
        else:
            save_file(state, path)
        raw = path.read_bytes()
        path.write_bytes(raw[: int(kept * len(raw))])
        with pytest.raises(WeightsError, match="damaged"):
            read(path)


def test_a_part_that_is_not_there_or_not_clear_is_said(tmp_path: Path):
    path = tmp_path / "two.pth"
    torch.save({"one": released().state_dict(), "other": released().state_dict()}, path)
    with pytest.raises(WeightsError, match="holds one, other; say which with --weights"):
        read(path)
    with pytest.raises(WeightsError, match="has no ema; it holds one, other"):
        read(path, part="ema")
    assert read(path, part="other").part == "other"
    torch.save({"epoch": 3}, path)
    with pytest.raises(WeightsError, match="holds no named tensors"):
        read(path)


def without(name: str) -> dict[str, Tensor]:
    return {key: tensor for key, tensor in released().state_dict().items() if key != name}


def test_tensors_that_do_not_fit_are_named(tmp_path: Path):
    path = tmp_path / "w.pth"
    cases = {
        "network rrdb features=6 blocks=2 growth=3: without tail.bias": without("conv_last.bias"),
        "no place for mystery": {**released().state_dict(), "mystery": torch.zeros(1)},
        r"head.weight is \(6, 1, 3, 3\), not \(6, 3, 3, 3\)": {
            **released().state_dict(),
            "conv_first.weight": torch.zeros(6, 1, 3, 3),
        },
        "not finite, in tail.bias": {
            **released().state_dict(),
            "conv_last.bias": torch.full((3,), torch.nan),
        },
        "holds no rrdb and no swinir.*: fc.weight, fc.bias": {
            "fc.weight": torch.zeros(2, 2),
            "fc.bias": torch.zeros(2),
        },
        "no rrdb has such shapes": {**released().state_dict(), "upconv1.weight": torch.zeros(1)},
        "the tensor head.weight is there twice": {
            **released().state_dict(),
            "head.weight": torch.zeros(1),
        },
    }
    for words, tensors in cases.items():
        torch.save(tensors, path)
        with pytest.raises(WeightsError, match=f"w.pth: .*{words}"):
            load_network(path)


def test_weights_of_another_network_than_was_said_do_not_fit(tmp_path: Path):
    path = tmp_path / "w.pth"
    torch.save(released().state_dict(), path)
    with pytest.raises(WeightsError, match="does not fit a network rrdb features=6 blocks=3"):
        load_network(path, settings=Rrdb(features=6, blocks=3, growth=3))


def write_checkpoint(path: Path) -> None:
    network = build(SMALL, seed=1)
    theta = torch.cat([p.detach().flatten() for p in network.parameters()])
    kept = Kept(average=Averaged(updates=2, theta=2 * theta))
    place = Position(step=7, gradients=28, seconds=1.5, fraction=0.5)
    made = Checkpoint(
        signature="s",
        seed=1,
        position=place,
        theta=theta,
        outer={},
        rule=None,
        kept=kept,
        losses=(),
    )
    save(made, path)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path)
    return path


def test_the_weights_of_a_run_that_goes_on_are_taken_from_its_checkpoint(checkpoint: Path):
    taken = take(checkpoint, "last", SMALL, signature="s", seed=1)
    assert taken.position.step == 7
    state = build(SMALL, seed=1).state_dict()
    assert taken.tensors.keys() == state.keys()
    average = take(checkpoint, "average", SMALL, signature="s", seed=1)
    for name, tensor in state.items():
        assert torch.equal(taken.tensors[name], tensor)
        assert torch.equal(average.tensors[name], 2 * tensor)


def test_weights_that_a_checkpoint_does_not_keep_are_said(checkpoint: Path):
    with pytest.raises(WeightsError, match="keeps no best-seen weights; there are last, average"):
        take(checkpoint, "best-seen", SMALL, signature="s", seed=1)
    with pytest.raises(CheckpointError, match="of another experiment"):
        take(checkpoint, "last", SMALL, signature="other", seed=1)
