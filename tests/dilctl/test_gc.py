import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dilctl.garbage import Contents, Folder, Kind, Known, Seen, garbage
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.records import Status
from storage.registry import Registry
from tests.dilctl.shell import Shell
from tests.dilctl.stage import new_run
from tests.storage.samples import finish
from trainers.data import packed
from trainers.data.sources import training_images

pytestmark = pytest.mark.slow

DAYS = 24 * 3600


def old(path: Path) -> Path:
    """The same, as if nothing had changed there for two days."""
    for part in (path, *path.rglob("*")):
        os.utime(part, (part.stat().st_atime, part.stat().st_mtime - 2 * DAYS))
    return path


def fill(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        content = b"x" * 1000
        head = hashlib.sha256(content).digest() if name.startswith("checkpoint") else b""
        (folder / name).write_bytes(head + content)
    return folder


ALL = ("checkpoint.pt", "checkpoint.pt.previous", "checkpoint.pt.tested", "log.txt", "order.json")
WEIGHTS = ("weights.safetensors", "weights-average.safetensors")


@pytest.fixture
def jobs(shell: Shell) -> Jobs:
    return Jobs(Settings(shell.home))


def run_of(jobs: Jobs, status: Status, **changes: object) -> Path:
    """A run that has come to a status, and its folder with all that a run may leave."""
    registry = jobs.registry
    run = registry.submit([new_run(**changes)], who="ada")[0].id
    if status is not Status.QUEUED:
        registry.claim(run, "box")
        registry.running(run, 1)
        if status is not Status.RUNNING:
            finish(registry, run, status)
    names = (*ALL, *WEIGHTS) if status is Status.DONE else ALL
    return fill(jobs.settings.run(run).path, *names)


def gone(jobs: Jobs) -> set[tuple[str, Kind]]:
    home = jobs.settings.home
    return {(str(piece.path.relative_to(home)), piece.kind) for piece in jobs.garbage()}


def test_of_done_runs_the_weights_stay_and_the_checkpoints_go(jobs: Jobs, shell: Shell):
    folder = run_of(jobs, Status.DONE)
    assert "Delete" not in shell("gc", "--yes")
    left = {path.name for path in folder.iterdir()}
    assert left == {"log.txt", "order.json", *WEIGHTS}
    shell("gc", "--yes")
    assert "nothing to delete" in shell.result.stderr


def test_a_done_run_without_weights_keeps_its_newest_checkpoint(jobs: Jobs):
    folder = run_of(jobs, Status.DONE)
    (folder / "weights.safetensors").unlink()
    assert gone(jobs) == {("runs/1/checkpoint.pt.previous", Kind.PREVIOUS)}


@pytest.mark.parametrize("status", [Status.FAILED, Status.PAUSED, Status.CANCELLED])
def test_runs_that_rest_keep_their_newest_checkpoint(jobs: Jobs, status: Status):
    run_of(jobs, status)
    assert gone(jobs) == {("runs/1/checkpoint.pt.previous", Kind.PREVIOUS)}


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_nothing_of_runs_that_wait_or_live_is_touched(jobs: Jobs, status: Status):
    old(fill(run_of(jobs, status), "checkpoint.pt.new"))
    assert gone(jobs) == set()


def test_a_second_checkpoint_stays_where_the_newest_is_damaged(jobs: Jobs, shell: Shell):
    folder = run_of(jobs, Status.PAUSED)
    (folder / "checkpoint.pt").write_bytes(b"x" * 1000)
    shell("gc", "--yes")
    assert (folder / "checkpoint.pt.previous").exists()
    assert "1 piece stayed" in shell.result.stderr


def test_folders_of_runs_that_are_no_more_go_and_others_stay(jobs: Jobs, tmp_path: Path):
    run_of(jobs, Status.CANCELLED)
    folder = run_of(jobs, Status.CANCELLED)
    jobs.registry.remove([2])
    runs = folder.parent
    for name in ("3", "1.old", "1.old2", "notes", "1.older", "01", "1 copy"):
        fill(runs / name, "file")
    elsewhere = fill(tmp_path / "elsewhere", "precious")
    (runs / "4").symlink_to(elsewhere)
    assert {name for name, kind in gone(jobs) if kind is Kind.FOLDERS} == {
        "runs/2",
        "runs/1.old",
        "runs/1.old2",
    }
    jobs.clear(jobs.garbage())
    left = {"1", "3", "4", "notes", "1.older", "01", "1 copy"}
    assert {path.name for path in runs.iterdir()} == left
    assert (elsewhere / "precious").exists()


def test_links_are_deleted_and_what_they_lead_to_stays(jobs: Jobs, tmp_path: Path):
    elsewhere = fill(tmp_path / "elsewhere", "precious")
    jobs.registry.counts()
    removed = fill(jobs.settings.home / "runs" / "1.old", "file")
    (removed / "link").symlink_to(elsewhere)
    jobs.clear(jobs.garbage())
    assert not removed.exists()
    assert (elsewhere / "precious").exists()


@pytest.fixture
def train(photographs: Path) -> dict[str, object]:
    return {
        "task": "denoise",
        "confounders": [{"kind": "gaussian-noise", "sigma": 5}],
        "data": {"train": [str(photographs)]},
    }


def test_decoded_images_and_source_stay_while_a_run_may_need_them(
    jobs: Jobs, train: dict[str, object], photographs: Path
):
    run_of(jobs, Status.FAILED, experiment=train, provenance={"code": "a" * 16})
    needed = packed.pack(training_images(str(photographs)), jobs.settings.packed, workers=1)
    old(needed.file.parent)
    old(fill(jobs.settings.packed / ("0" * 32), "pixels.bin"))
    for name in ("a" * 16, "b" * 16, "mine"):
        old(fill(jobs.settings.code / name / "trainers", "__init__.py").parent)
    fill(jobs.settings.code / ("c" * 16), "young.py")
    assert gone(jobs) - {("runs/1/checkpoint.pt.previous", Kind.PREVIOUS)} == {
        (f"packed/{'0' * 32}", Kind.IMAGES),
        (f"code/{'b' * 16}", Kind.CODE),
    }
    jobs.registry.remove([1])
    assert {(f"packed/{needed.file.parent.name}", Kind.IMAGES), (f"code/{'a' * 16}", Kind.CODE)} < (
        gone(jobs)
    )


def test_all_decoded_images_stay_where_a_source_cannot_be_read(
    jobs: Jobs, train: dict[str, object], photographs: Path
):
    run_of(jobs, Status.PAUSED, experiment=train)
    old(fill(jobs.settings.packed / ("0" * 32), "pixels.bin"))
    photographs.rename(photographs.with_name("unplugged"))
    assert Kind.IMAGES not in {kind for _, kind in gone(jobs)}


LEFT = ("old.new", ".copy.db.77.new-wal")


def test_leftovers_go_once_they_are_old(jobs: Jobs):
    folder = run_of(jobs, Status.FAILED)
    fill(folder, "young.new")
    for place in (folder, jobs.settings.home, jobs.settings.home / "backups"):
        for name in ("old.new", ".copy.db.77.new-wal", "new"):
            os.utime(fill(place, name) / name, (0, 0))
    old(fill(jobs.settings.packed / ".partial", "pixels.bin"))
    old(fill(jobs.settings.code / ".0123.77", "x.py"))
    assert {name for name, kind in gone(jobs) if kind is Kind.LEFTOVERS} == {
        *(f"{place}{name}" for place in ("", "runs/1/", "backups/") for name in LEFT),
        "packed/.partial",
        "code/.0123.77",
    }


def test_what_a_run_needs_again_meanwhile_stays(jobs: Jobs):
    folder = run_of(jobs, Status.FAILED)
    found = jobs.garbage()
    jobs.registry.retry(1, who="ada")
    assert jobs.clear(found) == ()
    assert (folder / "checkpoint.pt.previous").exists()


def test_a_dry_run_and_one_that_cannot_ask_delete_nothing(jobs: Jobs, shell: Shell):
    folder = run_of(jobs, Status.DONE)
    assert "checkpoints of done runs" in shell("gc", "--dry-run")
    shell("gc", code=2)
    assert "add --yes" in shell.result.stderr
    assert (folder / "checkpoint.pt").exists()


def test_as_json_every_piece_is_told(jobs: Jobs, shell: Shell):
    run_of(jobs, Status.DONE)
    pieces = json.loads(shell("gc", "--dry-run", "--json"))
    assert sorted(Path(piece["path"]).name for piece in pieces) == sorted(ALL[:3])
    assert sum(piece["size"] for piece in pieces) == 3 * 1032
    assert all(piece["kind"].startswith("checkpoints of done runs") for piece in pieces)


def test_without_a_registry_nothing_is_deleted(shell: Shell):
    fill(shell.home / "runs" / "1.old", "file")
    assert "no registry in" in shell.error("gc", "--yes", code=6)
    assert (shell.home / "runs" / "1.old" / "file").exists()


def test_folders_of_a_registry_that_was_left_for_another_stay(jobs: Jobs, tmp_path: Path):
    run_of(jobs, Status.CANCELLED)
    empty = Jobs(jobs.settings, registry=Registry.open(tmp_path / "another.db"))
    assert gone(empty) == set()


def test_old_copies_of_the_registry_are_named_and_stay(jobs: Jobs, shell: Shell):
    jobs.registry.counts()
    copies = jobs.settings.home / "backups"
    fill(copies, *(f"registry-{n}.db" for n in range(5)))
    shell("gc", "--yes")
    assert "beside the newest three: 2 files" in shell.result.stderr
    assert len(list(copies.iterdir())) == 5


def test_a_table_of_what_goes_fits_80_columns(jobs: Jobs, shell: Shell):
    run_of(jobs, Status.DONE)
    assert max(map(len, shell("gc", "--dry-run", columns=80).splitlines())) <= 80


def test_whatever_lies_there_nothing_of_live_runs_goes(tmp_path: Path):
    def seen(path: Path) -> Seen:
        return Seen(path=path, size=1, age=1e9)

    def contents(names: Callable[[Path], tuple[Seen, ...]]) -> Contents:
        folders = tuple(tmp_path / "runs" / str(number) for number in range(1, 5))
        return Contents(
            folders=tuple(Folder(whole=seen(path), files=names(path)) for path in folders),
            stores=(),
            snapshots=(),
            loose=(),
        )

    live = (Status.QUEUED, Status.STARTING, Status.RUNNING)
    known = Known(
        statuses=dict(enumerate(live, start=1)), highest=3, snapshots=frozenset(), stores=None
    )
    everything = (*ALL, *WEIGHTS, "a.new")
    assert garbage(contents(lambda p: tuple(seen(p / name) for name in everything)), known) == ()
