"""A registry that goes away under the dashboard, comes back, is locked or is another one."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from dilctl.dash.app import DashApp
from dilctl.jobs import Jobs
from dilctl.settings import Settings
from storage.registry import Registry
from tests.dilctl.dash.screen import Viewer
from tests.dilctl.seeded import NOW, fill

pytestmark = pytest.mark.slow


@pytest.fixture
def jobs(tmp_path):
    settings = Settings(home=tmp_path)
    fill(settings)
    with Jobs(settings, patience=0.2) as opened:
        yield opened


def an_app(jobs: Jobs) -> DashApp:
    return DashApp(jobs, clock=lambda: NOW)


async def test_a_registry_that_disappears_is_a_banner_and_comes_back_by_itself(jobs, tmp_path):
    app = an_app(jobs)
    async with app.run_test(size=(200, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("▶ running", "8")
        for name in ("registry.db", "registry.db-wal", "registry.db-shm"):
            if (tmp_path / name).exists():
                shutil.move(tmp_path / name, tmp_path / f"aside-{name}")
        await someone.sees("✗", "Trying again every second", "▶ running")
        assert not (tmp_path / "registry.db").exists()

        for file in tmp_path.glob("aside-*"):
            file.rename(tmp_path / file.name.removeprefix("aside-"))
        await someone.until(lambda text: "Trying again" not in text)
        await someone.sees("▶ running")
        await app.workers.wait_for_complete()


async def test_another_registry_in_its_place_is_shown_whole(jobs, tmp_path):
    app = an_app(jobs)
    async with app.run_test(size=(200, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("▶ running")
        other = Settings(home=tmp_path / "other")
        with Registry.open(other.registry):
            pass
        for name in ("-wal", "-shm"):
            (tmp_path / f"registry.db{name}").unlink(missing_ok=True)
        shutil.move(other.home / "registry.db", tmp_path / "registry.db")
        await someone.sees("There are no runs yet.")
        await app.workers.wait_for_complete()


async def test_a_registry_of_a_newer_version_is_a_banner(jobs, tmp_path):
    app = an_app(jobs)
    async with app.run_test(size=(200, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("▶ running")
        with closing(sqlite3.connect(tmp_path / "registry.db")) as file, file:
            (kept,) = file.execute("SELECT version_num FROM alembic_version").fetchone()
            file.execute("UPDATE alembic_version SET version_num = '9999'")
        await someone.sees("written by a newer dilctl", "update dilctl")
        with closing(sqlite3.connect(tmp_path / "registry.db")) as file, file:
            file.execute("UPDATE alembic_version SET version_num = ?", (kept,))
        await someone.until(lambda text: "newer" not in text)
        await app.workers.wait_for_complete()


async def test_a_registry_locked_by_another_is_a_banner_when_it_cannot_be_read(jobs, tmp_path):
    app = an_app(jobs)
    async with app.run_test(size=(200, 30)) as pilot:
        someone = Viewer(app, pilot)
        await someone.sees("▶ running")
        with closing(sqlite3.connect(tmp_path / "registry.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await someone.press("r")  # a writer keeps no reader out
            await someone.sees("▶ running")
            assert "Trying again" not in someone.text()
            other.execute("ROLLBACK")
        await app.workers.wait_for_complete()
