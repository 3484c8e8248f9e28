"""Several real processes compute what one does."""

import json
import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from tests.trainers.outer_gradients import of_every_rule
from tests.trainers.plain import ALONE, open_store, write_images

pytestmark = pytest.mark.slow


def settings(images, rule, processes):
    return {
        "task": "denoise",
        "confounders": [{"kind": "gaussian-noise", "sigma": sigma} for sigma in (5, 10, 15, 20)],
        "rule": rule,
        "network": {"kind": "rrdb", "features": 4, "blocks": 1, "growth": 3},
        "data": {"train": str(images), "test": str(images)},
        "train": {"batch": 8, "patch": 16, "budget": "20 steps", "precision": "float64"},
        "evaluate": {"every": 1000, "crops": 2, "crop": 16},
        "resources": {"device": "cpu", "processes": processes},
    }


def launch(processes, module, *arguments):
    """Run a module under torchrun."""
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    ran = subprocess.run(
        [sys.executable, *launcher, "-m", module, *arguments],
        capture_output=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")[-3000:]


@pytest.mark.parametrize("processes", [2, 3])
def test_eight_images_shared_by_processes_give_every_rule_the_gradients_of_one(processes, tmp_path):
    alone = of_every_rule(open_store(tmp_path), ALONE)
    launch(processes, "tests.trainers.outer_gradients", tmp_path, tmp_path / "told")
    told = torch.load(tmp_path / "told")
    assert told.keys() == alone.keys()
    for case, gradients in alone.items():
        torch.testing.assert_close(told[case], gradients, rtol=0, atol=1e-9, msg=case)


def train(folder, name, processes, rule):
    order = folder / f"{name}.json"
    order.write_text(json.dumps(settings(folder / "images", rule, processes)))
    launch(processes, "tests.trainers.train_alone", order, folder / name)
    weights = load_file(folder / name / "weights.safetensors")
    heard = json.loads((folder / name / "heard.json").read_text())
    return weights, [entry for entry in heard if entry[0] == "evaluated"]


@pytest.mark.parametrize("rule", ["erm", "dil-sf", "dil-ps"])
def test_twenty_steps_of_two_processes_equal_those_of_one(rule, tmp_path):
    write_images(tmp_path / "images")
    alone, scores_alone = train(tmp_path, "one", 1, rule)
    shared, scores_shared = train(tmp_path, "two", 2, rule)
    assert alone.keys() == shared.keys()
    for name, weight in alone.items():
        assert weight.dtype == torch.float64
        assert (weight - shared[name]).abs().max() < 1e-9
    assert len(scores_alone) == 10
    for one, two in zip(scores_alone, scores_shared, strict=True):
        assert one[1] == two[1]
        assert one[2] == pytest.approx(two[2], abs=1e-6)
