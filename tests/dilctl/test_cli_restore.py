import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dilctl.errors import ExitCode
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.trained import trained


@pytest.mark.slow
def test_a_folder_is_restored_picture_by_picture(shell: Shell, photographs: Path, tmp_path: Path):
    trained(shell.home)
    (photographs / "ü b").mkdir()
    Image.fromarray(np.zeros((9, 7), np.uint8)).save(photographs / "ü b" / "grey.png")
    (photographs / "cut.png").write_bytes((photographs / "0.png").read_bytes()[:60])
    before = {path: path.read_bytes() for path in photographs.rglob("*.png")}
    out = tmp_path / "out"
    answer = json.loads(
        shell("restore", "last", str(photographs), str(out), "--json", code=ExitCode.DATA)
    )
    assert (answer["run"], answer["restored"], answer["already"]) == (1, 4, 0)
    assert len(answer["faults"]) == 1
    assert "cut.png: is cut short or damaged" in shell.result.stderr
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png")) == [
        "0.png",
        "1.png",
        "2.png",
        "ü b/grey.png",
    ]
    assert {path: path.read_bytes() for path in photographs.rglob("*.png")} == before
    (photographs / "cut.png").unlink()
    said = shell("restore", "1", str(photographs), str(out), "--resume")
    assert said.strip() == f"run 1: 0 pictures restored, written to {out}; 4 were there already"


def test_files_that_are_there_are_refused_before_anything_is_loaded(
    shell: Shell, photographs: Path, tmp_path: Path
):
    trained(shell.home)
    (tmp_path / "b.png").touch()
    source = str(photographs / "0.png")
    said = shell.error("restore", "1", source, str(tmp_path / "b.png"), code=ExitCode.USAGE)
    assert "1 file is there already" in said
    assert "never overwritten" in shell.error(
        "restore", "1", source, source, "--force", code=ExitCode.USAGE
    )


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["9"], ExitCode.NOT_FOUND, "there is no run 9"),
        (["weights.pth"], ExitCode.NOT_FOUND, "no such file; name a run or a file of weights"),
        (["1", "--weights", "average"], ExitCode.NOT_FOUND, "it has last"),
        (["1", "--weights", "ema"], ExitCode.USAGE, "last, best-seen, average"),
    ],
)
def test_a_network_that_is_not_there_is_said(
    shell: Shell,
    photographs: Path,
    tmp_path: Path,
    words: list[str],
    code: ExitCode,
    sentence: str,
):
    trained(shell.home)
    network, *options = words
    arguments = ["restore", network, str(photographs), str(tmp_path / "out"), *options]
    assert sentence in shell.error(*arguments, code=code)
    assert not (tmp_path / "out").exists()


def test_weights_of_a_run_that_is_not_done_or_lies_elsewhere_are_said(
    seeded: Shell, photographs: Path, tmp_path: Path
):
    out = str(tmp_path / "out")
    said = seeded.error("restore", "7", str(photographs), out, code=ExitCode.REFUSED)
    assert "run 7 is running; it has weights once it is done" in said
    said = seeded.error("restore", "1", str(photographs), out, code=ExitCode.NOT_FOUND)
    assert "they lie on bench, where it was trained" in said


@pytest.mark.slow
def test_a_test_enters_the_registry_as_an_evaluation_of_the_run(
    shell: Shell, photographs: Path, tmp_path: Path
):
    trained(shell.home)
    pictures = tmp_path / "pictures"
    said = shell(
        *("eval", "1", "--images", str(photographs), "--level", "20,30", "--set-name", "Mine"),
        *("--save", str(pictures), "--json"),
    )
    results = json.loads(said)["results"]
    assert [(each["degradation"], each["standing"]) for each in results] == [
        ("gaussian-noise sigma=20", "interpolated"),
        ("gaussian-noise sigma=30", "seen"),
    ]
    with Registry.open(Settings(shell.home).home / "registry.db") as registry:
        kept = registry.evaluations([1])
    assert [(each.suite, each.test_set, each.degradation) for each in kept] == [
        ("levels", "Mine", each["degradation"]) for each in results
    ]
    assert [image.psnr for image in kept[0].images] == [
        image["psnr"] for image in results[0]["images"]
    ]
    folder = pictures / "Mine" / "gaussian-noise sigma=20"
    assert sorted(path.name for path in (folder / "restored").iterdir()) == [
        path.name for path in sorted(photographs.iterdir())
    ]


def test_pictures_are_not_saved_among_the_images_that_are_tested(shell: Shell, photographs: Path):
    trained(shell.home)
    words = ["eval", "1", "--images", str(photographs), "--save", str(photographs / "x")]
    assert "a test set; name another" in shell.error(*words, code=ExitCode.USAGE)
    said = shell.error("eval", "1", "--recipe", "denoise", code=ExitCode.USAGE)
    assert "--recipe and --set are for files" in said
