from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from dilctl.incoming import Incoming
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Status
from tests.dilctl.stage import live_attempt, new_run, progress
from tests.trainers.published import BASICSR, PublishedRRDB
from tests.trainers.test_weights import EXPERIMENT, Malicious, image, write_checkpoint
from trainers.errors import WeightsError


def here(errand: str, request: Any) -> Any:
    """Does an errand in this process, which has PyTorch already."""
    module = import_module(f"dilctl.errands.{errand.replace('-', '_')}")
    return module.carry_out(request, lambda _: None)


@pytest.fixture
def jobs(tmp_path: Path):
    with Jobs(Settings(tmp_path / "home")) as jobs:
        yield jobs


@pytest.fixture
def published(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    path = tmp_path / "net_g.pth"
    network = PublishedRRDB(6, 2, 3, scale=1, names=BASICSR)
    torch.save({"params": network.state_dict()}, path)
    return path


def incoming(file: Path, **said: Any) -> Incoming:
    return Incoming(file=file, **said)


def test_weights_go_in_and_out_and_in_elsewhere_without_a_change(
    jobs: Jobs, tmp_path: Path, published: Path
):
    coming = incoming(published, recipe="denoise-small", seed=4, tags=("theirs",))
    first = jobs.import_weights(coming, errands=here)
    assert (first.is_new, first.run.status, first.run.seed) == (True, Status.DONE, 4)
    out = tmp_path / "out ünï.safetensors"
    jobs.export_weights(first.run.id, out, errands=here)
    with Jobs(Settings(tmp_path / "other")) as other:
        second = other.import_weights(incoming(out), errands=here)
        theirs = load_file(other.weights(second.run.id))
    ours = load_file(jobs.weights(first.run.id))
    assert second.run.seed == 4
    assert second.run.signature == first.run.signature
    assert second.run.experiment == first.run.experiment
    assert torch.equal(ours["refine.weight"], torch.load(published)["params"]["conv_hr.weight"])
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_the_same_file_is_imported_once_unless_it_is_wanted_again(
    jobs: Jobs, tmp_path: Path, published: Path
):
    first = jobs.import_weights(incoming(published, recipe="denoise-small"), errands=here)
    renamed = published.rename(tmp_path / "renamed.bin")
    second = jobs.import_weights(incoming(renamed, recipe="denoise-small"), errands=here)
    assert (second.is_new, second.run) == (False, first.run)
    again = incoming(renamed, recipe="denoise-small", again=True)
    assert jobs.import_weights(again, errands=here).run.id == 2
    other = incoming(renamed, recipe="denoise-small", assignments=("rule=erm",))
    assert jobs.import_weights(other, errands=here).run.id == 3


def test_what_cannot_become_a_run_leaves_none(jobs: Jobs, tmp_path: Path, published: Path):
    evil = tmp_path / "evil.pth"
    torch.save({"a": Malicious(tmp_path / "owned")}, evil)
    cases = (
        (incoming(published), "--recipe denoise"),
        (incoming(evil, recipe="denoise-small"), "needs code to be read"),
        (
            incoming(published, recipe="denoise-small", assignments=("network.blocks=1",)),
            "does not fit",
        ),
    )
    for coming, sentence in cases:
        with pytest.raises(Exception, match=sentence):
            jobs.import_weights(coming, errands=here)
    assert not (tmp_path / "owned").exists()
    assert list(jobs.runs()) == []
    assert list(jobs.settings.home.glob("imported*")) == []
    assert not (jobs.settings.home / "runs").exists()


def test_a_folder_that_a_lost_registry_left_is_not_taken_for_the_runs(jobs: Jobs, published: Path):
    left = jobs.settings.run(1)
    left.path.mkdir(parents=True)
    left.checkpoint.write_text("of another run")
    jobs.import_weights(incoming(published, recipe="denoise-small"), errands=here)
    assert [file.name for file in left.path.iterdir()] == ["weights.safetensors"]


def test_the_newest_checkpoint_of_a_run_that_goes_on_is_exported(jobs: Jobs, tmp_path: Path):
    said = new_run(experiment=EXPERIMENT.model_dump(mode="json"), signature="s")
    (run,) = jobs.registry.submit([said], who="test")
    attempt = live_attempt(jobs.registry, run=run.id)
    jobs.registry.heartbeat(run.id, attempt, progress(9))
    jobs.settings.run(run.id).path.mkdir(parents=True)
    write_checkpoint(jobs.settings.run(run.id).checkpoint)
    exported = jobs.export_weights(
        run.id, tmp_path / "average.safetensors", choice="average", errands=here
    )
    assert (exported.is_final, exported.step) == (False, 7)
    with Jobs(Settings(tmp_path / "other")) as other:
        imported = other.import_weights(incoming(exported.file), errands=here)
    assert (imported.run.step, imported.run.gradients) == (7, 28)
    assert imported.run.signature != "s"


def test_a_file_is_looked_at_whether_a_network_here_fits_or_not(tmp_path: Path, published: Path):
    shown = here("read-weights", {"file": str(published), "part": None})
    assert shown["network"]["features"] == 6
    assert shown["fault"] is None
    foreign = tmp_path / "vgg.pth"
    torch.save({"fc.weight": image()}, foreign)
    shown = here("read-weights", {"file": str(foreign), "part": None})
    assert shown["network"] is None
    assert "holds no rrdb and no swinir" in shown["fault"]
    with pytest.raises(WeightsError, match="has no ema"):
        here("read-weights", {"file": str(published), "part": "ema"})
