"""Submitting from the command line: what is asked for is queued, once, or nothing is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.demands import parse_gpu, with_demands
from dilctl.errors import UsageError
from dilctl.request import Request
from dilctl.settings import Settings
from dilctl.spans import spans
from storage.records import Run, Status
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.test_cli import train

SUBMIT = ("submit", "denoise-small")


def run_of(shell: Shell, number: int) -> Run:
    with Registry.open(Settings(shell.home).registry) as registry:
        return registry.run(number)


def count(shell: Shell) -> int:
    with Registry.open(Settings(shell.home).registry) as registry:
        return registry.count()


def test_what_is_said_of_a_run_is_kept_with_it(shell: Shell) -> None:
    shell(*SUBMIT, "--priority", "5", "--tag", "ablation", "--tag", "draft", "--retries", "7",
          "--note", "after the talk", "--name", "first")  # fmt: skip
    run = run_of(shell, 1)
    assert (run.priority, run.tags, run.retries) == (5, ("ablation", "draft"), 7)
    assert run.name == "first"
    with Registry.open(Settings(shell.home).registry) as registry:
        assert [note.text for note in registry.notes(1)] == ["after the talk"]


def test_gpus_are_processes_each_on_its_own_and_memory_is_a_need(shell: Shell) -> None:
    shell(*SUBMIT, "--gpus", "2", "--gpu", "3,1", "--gpu-memory", "12GiB")
    assert run_of(shell, 1).needs == {
        "device": "cuda", "processes": 2, "threads": 1, "gpu": [1, 3], "gpu_memory": 12 * 2**30,
    }  # fmt: skip
    assert run_of(shell, 1).experiment["resources"]["device"] == "cuda"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--gpus", "2", "--set", "resources.processes=4"), 2, "resources.processes=4 says oth"),
        (("--gpus", "2", "--set", "resources.device=cpu"), 2, "resources.device=cpu says oth"),
        (("--gpus", "2", "--sweep", "resources.processes=1,2"), 2, "--sweep resources.processes"),
        (("--gpu-memory", "12GiB", "--set", "resources.device=cpu"), 2, "has no GPU"),
        (("--gpu-memory", "12GiB", "--set", "resources.gpu_memory=1GiB"), 2, "says otherwise"),
        (("--gpu-memory", "much"), 3, "as in 12GiB"),
        (("--gpu", "1,x"), 2, "as in --gpu 1,3"),
        (("--gpu", "-1"), 2, "as in --gpu 1,3"),
        (("--gpu", "1", "--gpus", "2"), 2, "2 processes need as many GPUs"),
        (("--after-any",), 2, "say after which run"),
        (("--after", "7"), 6, "there is no run yet"),
        (("--after", "last"), 6, "there is no run yet"),
        (("--tag", "two words"), 2, "one word"),
        (("--set", "train.batch=true"), 3, "train.batch: must be a number, not true"),
        (("--set", "confounders.0.sigma=false"), 3, "confounders.0.sigma: must be a number"),
        (("--set", "train.betas=[false, 0.9]"), 3, "train.betas.0: must be a number"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(
    shell: Shell, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in shell.error(*SUBMIT, *words, code=code)
    assert not shell.home.exists()


def test_saying_the_same_twice_is_no_contradiction() -> None:
    request = Request(recipe="denoise-small", assignments=("resources.processes = '2'",))
    assert with_demands(request, gpus=2).assignments[-1] == "resources.device=cuda"
    with pytest.raises(UsageError, match="says otherwise"):
        with_demands(request, gpus=3)


def test_gpu_numbers_are_read_as_a_set() -> None:
    assert parse_gpu("3, 1,3") == (1, 3)
    assert parse_gpu(None) == ()


def test_a_fault_of_one_member_keeps_the_whole_sweep_out(shell: Shell) -> None:
    shell(*SUBMIT, "--sweep", "train.lr=1e-4,0,-1", "--sweep", "rule=erm,sgd", code=3)
    said = shell.result.stderr
    assert "rule=sgd" in said
    assert "train.lr=0" in said
    assert "train.lr=-1" in said
    assert not shell.home.exists()


def test_a_sweep_submitted_again_adds_what_is_missing(shell: Shell) -> None:
    shell(*SUBMIT, "--sweep", "rule=erm,dil-sf", "--seeds", "1..2")
    train(shell.home, 1, unseen=20.0)
    words = (*SUBMIT, "--sweep", "rule=erm,dil-sf,dil-ps", "--seeds", "1..3")
    listed = shell(*words)
    assert listed.count(": queued\n") == 5
    assert listed.count("already there, queued") == 3
    assert "run 1: denoise-small rule=erm, seed 1: already there, done" in listed
    assert "--again repeats it" in shell.result.stderr
    assert shell(*words).count(": queued\n") == 0
    assert count(shell) == 9


def test_a_run_follows_others_that_are_named_or_the_newest(shell: Shell) -> None:
    shell(*SUBMIT, "--seeds", "1..2")
    shell(*SUBMIT, "--set", "rule=erm", "--after", "1", "--after", "last")
    assert run_of(shell, 3).after == (1, 2)
    assert run_of(shell, 3).reason == "waits for runs 1, 2"
    assert "no run 99" in shell.error(*SUBMIT, "--again", "--after", "99", code=6)
    assert count(shell) == 3


def test_what_follows_a_cancelled_run_is_cancelled_unless_it_goes_on_anyhow(shell: Shell) -> None:
    shell(*SUBMIT)
    shell(*SUBMIT, "--set", "rule=erm", "--after", "1")
    shell(*SUBMIT, "--set", "rule=dil-ps", "--after", "1", "--after-any")
    shell("cancel", "1")
    assert run_of(shell, 2).status is Status.CANCELLED
    assert run_of(shell, 3).status is Status.QUEUED
    refused = shell.error(*SUBMIT, "--seeds", "9", "--after", "1", code=8)
    assert "--after-any" in refused


def test_a_thousand_runs_are_queued_and_listed(shell: Shell) -> None:
    queued = json.loads(shell(*SUBMIT, "--seeds", "1..1000", "--json"))
    assert queued == {"queued": list(range(1, 1001)), "already": [], "absent": []}
    again = json.loads(shell(*SUBMIT, "--seeds", "1..1001", "--json"))
    assert again["queued"] == [1001]
    assert len(again["already"]) == 1000


def test_the_runs_of_a_sweep_share_what_is_long(shell: Shell) -> None:
    shell(*SUBMIT, "--seeds", "1..40")
    with Registry.open(Settings(shell.home).registry) as registry:
        found = registry.runs()
    assert len({id(run.provenance) for run in found}) == 1
    assert len({id(run.experiment) for run in found}) == 1


def test_a_dry_run_says_what_the_machine_must_have(shell: Shell) -> None:
    (entry,) = json.loads(shell(*SUBMIT, "--gpus", "2", "--dry-run", "--json"))
    assert entry["needs"]["processes"] == 2
    assert not shell.home.exists()


def test_numbers_in_order_are_written_as_spans() -> None:
    assert spans([3, 1, 2, 7, 9, 10]) == "1..3, 7, 9..10"
    assert spans([]) == ""
    assert spans(range(0, 40, 2)).endswith("14, ...")


@pytest.mark.slow
def test_a_home_without_a_name_is_the_usual_one_not_the_current_folder(tmp_path: Path) -> None:
    here, data = tmp_path / "here", tmp_path / "data"
    here.mkdir()
    subprocess.run(
        [sys.executable, "-m", "dilctl", "--home", "", *SUBMIT],
        cwd=here,
        env=os.environ | {"XDG_DATA_HOME": str(data)},
        capture_output=True,
        check=True,
    )
    assert not list(here.iterdir())
    assert (data / "dilctl" / "registry.db").exists()
