"""``dilctl compare`` and ``dilctl diff``: what differs between runs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.seeded import new_run
from tests.dilctl.shell import Shell


def test_only_settings_that_differ_are_shown_and_seeds_are_one(seeded: Shell) -> None:
    compared = json.loads(seeded("compare", "1", "2", "3", "--json"))
    assert compared["settings"]["rule"] == ["erm", "dil-sf", "erm"]
    assert compared["settings"]["rule.inner_rate"] == [None, "0.0001", None]
    assert compared["settings"]["seed"] == [1, 1, 2]
    assert "task" not in compared["settings"]
    assert "they differ in no setting" not in seeded("compare", "1", "3")


def test_tests_are_compared_with_the_first_run(seeded: Shell) -> None:
    compared = json.loads(seeded("compare", "1", "2", "--json"))
    (line,) = [
        line
        for line in compared["evaluations"]
        if (line["test_set"], line["of"], line["metric"]) == ("CBSD68", "unseen", "psnr")
    ]
    assert line["degradations"] == 6
    assert line["runs"][1]["difference"] == pytest.approx(0.3)
    assert line["runs"][1]["low"] == pytest.approx(0.3)
    page = seeded("compare", "1", "2", columns=80)
    assert "CBSD68 unseen (6)" in page
    assert "+0.30 [+0.30, +0.30]" in page
    assert "as run 1 was trained" in page
    assert "0.8000" in seeded("compare", "1", "2", "--ssim")


def test_more_runs_than_the_width_holds_are_named(seeded: Shell) -> None:
    lines = seeded("compare", "status=done", columns=50).splitlines()
    assert max(map(len, lines)) <= 80
    assert "too narrow for run 3, run 4" in seeded.result.stderr
    assert "run 4" in seeded("compare", "status=done")


def test_runs_without_tests_are_compared_all_the_same(seeded: Shell) -> None:
    page = seeded("compare", "5", "8")
    assert "none of them has been tested yet" in page
    assert "dilctl curves 5 8" in seeded.result.stderr


def test_one_run_is_no_comparison(seeded: Shell) -> None:
    assert "name two runs" in seeded.error("compare", "1", code=2)
    assert "name two" in seeded.error("diff", "1", "2", "3", code=2)


def keep(code: Path, name: str, **files: str) -> str:
    """A snapshot of the trainers' source."""
    folder = code / name / "trainers"
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / f"{file}.py").write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def two(shell: Shell) -> Shell:
    """Two runs of different source, commit, changes and packages."""
    settings = Settings(shell.home)
    settings.home.mkdir(parents=True)
    provenances = [
        {
            "code": keep(settings.code, "a", loop="step = 1\n", gone="x = 1\n", same="y = 1\n"),
            "commit": "1" * 40, "diff": "", "python": "3.11.2",
            "packages": {"torch": "2.5.0", "numpy": "1.26.0"},
        },
        {
            "code": keep(settings.code, "b", loop="step = 2 # \x1b[31m\n", same="y = 1\n"),
            "commit": "2" * 40, "diff": "+ a change", "python": "3.11.2",
            "packages": {"torch": "2.6.0", "numpy": "1.26.0", "pillow": None},
        },
    ]  # fmt: skip
    with Registry.open(settings.registry) as registry:
        runs = [replace(new_run("erm", 1), provenance=each) for each in provenances]
        registry.submit(runs, who="ada")
    return shell


def test_source_commit_changes_and_packages_that_differ_are_shown(two: Shell) -> None:
    page = two("diff", "1", "2")
    for line in (
        "source of the trainers: 2 files differ",
        "-step = 1",
        "+step = 2 # ␛[31m",
        "-x = 1",
        f"commit: {'1' * 40} → {'2' * 40}",
        "++ a change",
        "  torch 2.5.0 → 2.6.0",
    ):
        assert line in page.splitlines()
    assert "numpy" not in page
    assert "same.py" not in page
    assert "\x1b" not in page


def test_a_difference_is_data_too(two: Shell) -> None:
    found = json.loads(two("diff", "1..2", "--json"))
    assert [file["path"] for file in found["source"]] == ["trainers/gone.py", "trainers/loop.py"]
    assert found["versions"] == {"torch": ["2.5.0", "2.6.0"]}


def test_a_run_equals_itself(two: Shell) -> None:
    two("submit", "denoise-small", "--seeds", "1..2")
    page = two("diff", "3", "4")
    assert "source of the trainers: the same" in page
    assert "uncommitted changes: the same" in page
    assert "packages: the same" in page


def test_source_that_is_not_kept_is_said(seeded: Shell) -> None:
    assert "that of run 1, run 2 is not kept" in seeded("diff", "1", "2")
