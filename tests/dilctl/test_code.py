import subprocess
import sys
from pathlib import Path

import pytest

from dilctl.code import snapshot
from dilctl.launch import Launch
from dilctl.launch.local import environment
from dilctl.order import Order


def write_package(root: Path, age: str) -> Path:
    package = root / "trainers"
    (package / "recipes").mkdir(parents=True)
    (package / "__init__.py").write_text(f'AGE = "{age}"\n')
    (package / "recipes" / "noise.toml").write_text("task = 'denoise'\n")
    (package / "__init__.pyc").write_bytes(b"compiled")
    return package


def test_a_snapshot_is_named_by_its_content_and_kept_when_the_source_changes(tmp_path: Path):
    package, root = write_package(tmp_path, "old"), tmp_path / "code"
    old = snapshot(root, source=package)
    assert snapshot(root, source=package) == old
    (package / "__init__.py").write_text('AGE = "new"\n')
    new = snapshot(root, source=package)
    assert new != old
    assert (root / old / "trainers" / "__init__.py").read_text() == 'AGE = "old"\n'
    assert sorted(p.name for p in (root / old).rglob("*") if p.is_file()) == [
        "__init__.py",
        "noise.toml",
    ]
    assert {p.name for p in root.iterdir()} == {old, new}


def test_moving_bytes_between_files_changes_the_name(tmp_path: Path):
    package, root = write_package(tmp_path, "old"), tmp_path / "code"
    (package / "a.py").write_text("12")
    (package / "b.py").write_text("3")
    before = snapshot(root, source=package)
    (package / "a.py").write_text("1")
    (package / "b.py").write_text("23")
    assert snapshot(root, source=package) != before


def test_a_snapshot_that_cannot_be_written_leaves_nothing(tmp_path: Path):
    package, root = write_package(tmp_path, "old"), tmp_path / "code"
    root.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="code"):
        snapshot(root, source=package)
    assert root.is_file()


def test_a_run_executes_the_snapshot_and_the_installed_dilctl(tmp_path: Path):
    root = tmp_path / "code"
    identity = snapshot(root, source=write_package(tmp_path / "source", "long ago"))
    launch = Launch(
        order=Order(run=1, attempt=1, home=tmp_path, seed=1, experiment={}),
        code=root / identity,
        processes=1,
        threads=1,
        gpus=(),
    )
    (tmp_path / "trainers.py").write_text("AGE = 'of the current folder'\n")
    script = "import trainers, dilctl; print(trainers.AGE, dilctl.__file__)"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(launch, {}),
        capture_output=True,
        text=True,
        check=True,
    )
    import dilctl

    assert ran.stdout.split() == ["long", "ago", dilctl.__file__]
