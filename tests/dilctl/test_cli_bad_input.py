"""Bad input: one clear sentence, a documented exit code, and nothing half-written."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dilctl.settings import Settings
from tests.dilctl.shell import SET, Shell
from trainers.data.testing import SMALLEST

SWEEP = ("submit", "denoise-small", "--sweep")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("submit", "denoise-smal"), 3, "no such recipe, did you mean denoise-small?"),
        (("submit", "~nobody-of-that-name/mine.toml"), 3, "there is no such user"),
        ((*SET, "trian.batch=2"), 3, "trian: unknown key, did you mean train?"),
        ((*SET, "train.batch=0"), 3, "train.batch: must be at least 1"),
        ((*SET, "train.batch"), 3, "write KEY=VALUE"),
        ((*SET, "train.budget=3200"), 3, "3200 gradients"),
        ((*SET, "train.batch=99999999999999999999"), 3, "train.batch: must be at most 65536"),
        ((*SET, f"train.batch={'9' * 5000}"), 3, "train.batch: is too large a number"),
        ((*SET, f"rule={'[' * 5000}"), 3, "rule: must be one of"),
        ((*SET, "rule=[]"), 3, "or a table of settings, not []"),
        ((*SET, "confounders.0.sigma=nan"), 3, "confounders.0.sigma: must be a finite number"),
        ((*SET, "data.train="), 3, "data.train.0: must not be empty"),
        ((*SET, 'data.train=["bundled", "bundled"]'), 3, "bundled and bundled share images"),
        ((*SET, "data.train=\udcff"), 3, "data.train.0: is not valid UTF-8"),
        ((*SET, "data.train=nowhere"), 4, "no folder at"),
        (("submit", "denoise-small", "--name", "x" * 201), 2, "at most 200"),
        (("submit", "denoise-small", "--seeds", "9" * 20), 2, "at most nine digits"),
        (("submit", "denoise-small", "--seeds", "1..10001"), 2, "more than 10,000"),
        (("submit", "denoise-small", "--sweep", "rule="), 2, "rule=erm,dil-sf"),
        (("submit", "denoise-small", "--seeds", "3..1"), 2, "1..3 or 1,2,5"),
        ((*SWEEP, "rule=erm", "--sweep", "rule=dil-sf"), 2, "--sweep rule: is there twice"),
        ((*SWEEP, "rule=erm", "--set", "rule.kind=dil-sf"), 2, "--sweep rule: is --set, too"),
        ((*SWEEP, "rule=dil-sf,dil-ss", "--set", "rule.inner_rat=1"), 3, "mean inner_rate?"),
        (("show", "7"), 6, "there is no run yet"),
        (("logs", "7"), 6, "there is no run yet"),
        (("cancel", "7"), 6, "there is no run yet"),
        (("cancel",), 2, "--all-queued"),
        (("board", "denoize"), 6, "did you mean denoise?"),
        (("board", "denoise", "--suite", "x\x1b"), 6, "x␛: no such suite; the suites are"),
        (("board", "denoise", "--csv", "--json"), 2, "not both"),
        (("dash",), 2, "needs a terminal"),
        (("recipes", "show", "x\x1b[31m"), 3, "x␛[31m: no such recipe"),
    ],
)
def test_bad_input_gets_one_sentence_and_its_code(
    shell: Shell, words: tuple[str, ...], code: int, sentence: str
) -> None:
    assert sentence in shell.error(*words, code=code)
    assert not (shell.home / "packed").exists()


def test_every_missing_folder_is_named_at_once(shell: Shell) -> None:
    shell("submit", "denoise", code=4)
    faults = shell.result.stderr.splitlines()
    assert [fault.partition(": no folder at")[0] for fault in faults] == [
        "error: data.train.0: DF2K",
        "error: data.test.0: CBSD68",
        "error: data.test.1: Kodak24",
        "error: data.test.2: McMaster",
        "error: data.test.3: Urban100",
        "error: data.test.4: Manga109",
    ]


@pytest.mark.parametrize("words", [("runs", "--limit"), ("submit", "denoise", "--priority")])
def test_a_number_beyond_what_the_registry_holds_is_refused(
    shell: Shell, words: tuple[str, ...]
) -> None:
    shell(*words, "9" * 30, code=2)
    assert "less than or equal to 1000000" in shell.result.stderr


def test_a_home_that_is_a_file_or_below_one_is_refused_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "home"
    file.write_text("my diary")
    for home in (file, file / "below"):
        for words in (("runs",), ("submit", "denoise-small"), ("agent", "run"), ("doctor",)):
            assert f"{file}: is no folder" in Shell(home).error(*words, code=2)
    assert file.read_text() == "my diary"


def test_all_faults_of_all_members_are_said_at_once(shell: Shell) -> None:
    shell("submit", "denoise-small", "--set", "train.lr=0", "--sweep", "rule=erm,sgd", code=3)
    assert shell.result.stderr.splitlines() == [
        "error: train.lr: must be greater than 0",
        "error: rule=sgd: rule: must be one of 'erm', 'dil-sf', 'dil-pf', 'dil-ss', 'dil-ps', "
        "'group-dro', 'v-rex', 'mldg', 'fish', not 'sgd'",
    ]


def test_an_empty_folder_and_a_damaged_image_are_refused_by_name(
    shell: Shell, photographs: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    submit = ("submit", "denoise-small", "--set", "train.patch=32", "--set")
    assert str(empty) in shell.error(*submit, f"data.train={empty}", code=4)
    (photographs / "1.png").write_text("no image")
    assert "1.png" in shell.error(*submit, f"data.test={photographs}", code=4)
    shell(*submit, f"data.train={photographs}", code=4)
    assert "1.png" in shell.result.stderr
    assert shell("runs", "--json") == "[]\n"


def _cut_short(path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:-4000])


def _see_through(path: Path) -> None:
    Image.new("RGBA", (64, 64), (1, 2, 3, 128)).save(path)


def _tiny(path: Path) -> None:
    Image.new("RGB", (64, SMALLEST - 1)).save(path)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut_short, "bad.png: is cut short or damaged"),
        (_see_through, "bad.png: is partly transparent"),
        (_tiny, "bad.png: 64x10 pixels are too few to test on; SSIM needs 11"),
        (os.mkfifo, "bad.png: is a pipe or a device"),
    ],
)
def test_a_test_image_that_cannot_be_used_is_refused_before_anything_is_written(
    shell: Shell, photographs: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(photographs / "bad.png")
    assert sentence in shell.error(*SET, f"data.test={photographs}", code=4)
    assert not shell.home.exists()


def test_a_file_name_that_is_not_text_is_refused(shell: Shell, photographs: Path) -> None:
    (photographs / "0.png").rename(photographs / "\udcff.png")
    for side in ("train", "test"):
        assert "not valid UTF-8" in shell.error(*SET, f"data.{side}={photographs}", code=4)


def test_one_image_never_counts_twice_nor_on_two_sides(shell: Shell, photographs: Path) -> None:
    inner = photographs / "inner"
    shutil.copytree(photographs, inner)
    both = f'data.train=["{photographs}", "{inner}"]'
    assert f"{photographs} and {inner} share images" in shell.error(*SET, both, code=3)
    for tested in (photographs, inner):
        sides = (f"data.train={photographs}", "--set", f"data.test={tested}")
        assert f"{tested} would be trained on" in shell.error(*SET, *sides, code=3)


def test_one_image_is_too_few_to_hold_one_out(shell: Shell, photographs: Path) -> None:
    for number in (1, 2):
        (photographs / f"{number}.png").unlink()
    assert "add a second one" in shell.error(*SET, f"data.train={photographs}", code=4)


def test_images_smaller_than_the_patch_are_refused(shell: Shell, photographs: Path) -> None:
    submit = ("submit", "denoise-small", "--set", f"data.train={photographs}", "--set")
    for more in ((), ("--dry-run",)):
        shell(*submit, "train.patch=56", *more, code=4)
        assert "0.png" in shell.result.stderr
    assert not shell.home.exists()


def test_two_test_sets_of_one_name_are_refused(shell: Shell, photographs: Path) -> None:
    other = photographs / "other" / photographs.name
    other.mkdir(parents=True)
    (photographs / "0.png").rename(other / "0.png")
    sources = f'data.test=["{photographs}", "{other}"]'
    assert "two test sets are called photographs" in shell.error(
        "submit", "denoise-small", "--set", sources, code=3
    )


def test_a_registry_that_is_no_database_is_left_alone(shell: Shell) -> None:
    shell.home.mkdir()
    file = Settings(shell.home).registry
    file.write_text("my shopping list")
    assert str(file) in shell.error("runs", code=5)
    assert file.read_text() == "my shopping list"
