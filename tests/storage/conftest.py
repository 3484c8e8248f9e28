import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from storage.registry import Registry
from tests.storage.samples import Clock


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty registry's file, closed: copying it is quicker than migrating anew."""
    path = tmp_path_factory.mktemp("empty") / "registry.db"
    Registry.open(path).close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "ünïcode ?#% folder"
    folder.mkdir()
    return Path(shutil.copy(empty, folder / "registry.db"))


@pytest.fixture
def registry(path: Path, clock: Clock) -> Generator[Registry]:
    with Registry.open(path, now=clock, patience=5) as registry:
        yield registry
