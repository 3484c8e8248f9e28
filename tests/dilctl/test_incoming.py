from pathlib import Path
from typing import Any

import pytest

from dilctl.incoming import Incoming, experiment_of, is_network_said, new_run, past
from trainers.errors import ExperimentError
from trainers.recipe import parse_experiment, read_settings

EXPERIMENT = parse_experiment(read_settings("denoise-small"))


def answer(**changes: Any) -> dict[str, Any]:
    """What the errand that reads a file of our own answers."""
    read = {
        "layout": "weights of dilctl",
        "part": "",
        "sha256": "ab" * 32,
        "weights": "last",
        "signature": "0123456789abcdef",
        "seed": 3,
        "experiment": EXPERIMENT.model_dump(mode="json"),
        "run": {"name": "their name", "status": "done", "step": 90, "gradients": 360},
    }
    return {**read, **changes}


def test_the_last_weights_of_a_run_that_ended_are_that_run():
    run = new_run(Incoming(file=Path("w.safetensors")), answer())
    assert (run.signature, run.seed, run.name) == ("0123456789abcdef", 3, "their name")
    assert (run.task, run.rule, run.network) == ("denoise", EXPERIMENT.rule.kind, "rrdb")


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": "average"},
        {"run": {"status": "running"}},
        {"run": None},
        {"signature": None},
    ],
)
def test_other_weights_are_like_themselves_alone(changes: dict[str, Any]):
    incoming = Incoming(file=Path("w.safetensors"))
    one = new_run(incoming, answer(**changes))
    assert one.signature not in {"0123456789abcdef", EXPERIMENT.signature}
    assert new_run(Incoming(file=Path("renamed.pth")), answer(**changes)).signature == one.signature
    other = new_run(incoming, answer(**changes, sha256="cd" * 32))
    assert other.signature != one.signature
    assert new_run(incoming, answer(**changes, part="params")).signature != one.signature


def test_a_run_is_called_as_the_person_says_or_the_file():
    unnamed = answer(run=None)
    assert new_run(Incoming(file=Path("a/model_30.pt")), unnamed).name == "model_30"
    assert new_run(Incoming(file=Path("w"), name="mine"), answer()).name == "mine"
    assert len(new_run(Incoming(file=Path("w")), answer(run={"name": "x" * 9999})).name) == 200


def test_where_a_run_comes_from_is_kept():
    told = {"commit": "0123", "packages": {"torch": "2.6"}, "python": 7}
    run = new_run(Incoming(file=Path("/a/w.pth")), answer(run=told))
    assert run.provenance == {
        "commit": "0123",
        "packages": {"torch": "2.6"},
        "imported": {
            "file": "w.pth",
            "sha256": "ab" * 32,
            "layout": "weights of dilctl",
            "part": "",
            "weights": "last",
        },
    }


@pytest.mark.parametrize("lie", [-1, "many", None, True, 10**30, 1.5, float("nan")])
def test_what_a_file_says_of_its_past_is_believed_only_where_it_can_be(lie: object):
    found = past(answer(run={"step": lie, "gradients": lie, "seconds": lie}), host="box")
    assert found.host == "box"
    assert found.step in {0, 1}
    assert 0 <= found.seconds < 2
    assert past(answer(), host="box").gradients == 360


def test_a_recipe_whose_folders_are_not_here_will_do(tmp_path: Path):
    incoming = Incoming(file=Path("w.pth"), recipe="denoise", assignments=("rule=dil-sf",))
    experiment = experiment_of(incoming, here=tmp_path)
    assert experiment is not None
    assert experiment.rule.kind == "dil-sf"


def test_settings_without_a_recipe_are_refused(tmp_path: Path):
    with pytest.raises(ExperimentError, match="--set: changes a recipe; name it with --recipe"):
        experiment_of(Incoming(file=Path("w"), assignments=("rule=erm",)), here=tmp_path)
    assert experiment_of(Incoming(file=Path("w")), here=tmp_path) is None


def test_a_network_is_said_by_its_name_or_by_a_setting_of_it():
    for said in ("network=swinir", "network.kind=rrdb", " network.features =8"):
        assert is_network_said(Incoming(file=Path("w"), assignments=("seed=1", said)))
    assert not is_network_said(Incoming(file=Path("w"), assignments=("networks=1", "rule=erm")))
