from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from dilctl.errors import ExitCode
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.stage import new_run
from tests.trainers.published import ESRGAN, PublishedRRDB


@pytest.fixture
def released(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    network = PublishedRRDB(6, 2, 3, scale=1, names=ESRGAN)
    path = tmp_path / "model_30.pt"
    torch.save({"model_meta": network.state_dict(), "model_task": network.state_dict()}, path)
    return path


def queued(shell: Shell) -> int:
    with Registry.open(Settings(shell.home).registry) as registry:
        return registry.submit([new_run()], who="test")[0].id


def test_a_run_without_weights_says_so(shell: Shell, tmp_path: Path):
    run = queued(shell)
    said = shell.error("weights", "export", str(run), str(tmp_path / "w"), code=ExitCode.NOT_FOUND)
    assert "run 1 is queued and has no checkpoint here yet" in said
    shell.error("weights", "export", "7", str(tmp_path / "w"), code=ExitCode.NOT_FOUND)
    which = ("--weights", "best")
    said = shell.error("weights", "export", "1", str(tmp_path / "w"), *which, code=ExitCode.USAGE)
    assert "last, best-seen, average" in said


def test_weights_are_written_only_where_they_do_no_harm(shell: Shell, tmp_path: Path):
    folder = Settings(shell.home).run(queued(shell))
    folder.path.mkdir(parents=True)
    folder.checkpoint.touch()
    there = tmp_path / "there"
    there.write_text("precious")
    cases = {
        (str(there),): (ExitCode.REFUSED, "--force replaces it"),
        (str(tmp_path), "--force"): (ExitCode.USAGE, "is a folder"),
        (str(tmp_path / "no" / "w"),): (ExitCode.NOT_FOUND, "no such folder"),
        (str(folder.checkpoint), "--force"): (ExitCode.USAGE, "among the runs' own files"),
    }
    for words, (code, sentence) in cases.items():
        assert sentence in shell.error("weights", "export", "1", *words, code=code)
    assert there.read_text() == "precious"


def test_what_is_no_file_is_said_before_pytorch_is_asked(shell: Shell, tmp_path: Path):
    for command in ("show", "import"):
        said = shell.error("weights", command, str(tmp_path / "no.pth"), code=ExitCode.NOT_FOUND)
        assert "no such file" in said
        assert "is a folder" in shell.error("weights", command, str(tmp_path), code=ExitCode.USAGE)
    assert not shell.home.exists()


@pytest.mark.slow
def test_a_file_that_others_published_becomes_a_run_and_a_file_again(
    shell: Shell, tmp_path: Path, released: Path
):
    recipe = ("--recipe", "denoise-small", "--name", "a\x1b[31mname\n")
    said = shell("weights", "import", str(released), *recipe, "--tag", "theirs")
    assert said == "run 1: a␛[31mname␊, seed 1: imported\n"
    assert "DIL's released code, model_meta: rrdb features=6 blocks=2" in shell.result.stderr
    assert "model_30.pt (checkpoint of DIL's released code" in shell("show", "1")
    assert "its weights were imported" in shell("explain", "1")
    assert "nothing is wrong" in shell("db", "check")
    out = tmp_path / "out ünï.safetensors"
    assert shell("weights", "export", "last", str(out)) == f"{out}\n"
    assert torch.equal(
        load_file(out)["refine.weight"], torch.load(released)["model_meta"]["HRconv.weight"]
    )
