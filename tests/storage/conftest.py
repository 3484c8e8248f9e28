import shutil
from collections.abc import Callable, Generator
from itertools import count
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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The URL of a PostgreSQL server's first database."""
    from tests.servers.postgres import server

    with server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[str], str]:
    """Makes a database, as a copy of another one or empty, and gives its URL."""
    import psycopg

    numbers = count(1)

    def make(template: str = "template0") -> str:
        name = f"dilctl_{next(numbers)}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"{postgres.rpartition('/')[0]}/{name}"

    return make


@pytest.fixture(scope="session")
def empty_database(new_database: Callable[[str], str]) -> str:
    """The name of a database that holds an empty registry, to be copied."""
    url = new_database("template0")
    Registry.open(url).close()
    return url.rpartition("/")[2]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    """The file of an empty registry."""
    folder = tmp_path / "ünïcode ?#% folder"
    folder.mkdir()
    return Path(shutil.copy(empty, folder / "registry.db"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def place(request: pytest.FixtureRequest) -> Path | str:
    """Where an empty registry lies: a file, and on a server."""
    if request.param == "sqlite":
        return request.getfixturevalue("path")
    return request.getfixturevalue("new_database")(request.getfixturevalue("empty_database"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def fresh_place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a registry can be made: a folder that is not there yet, and an empty database."""
    if request.param == "sqlite":
        return tmp_path / "home" / "registry.db"
    return request.getfixturevalue("new_database")()


@pytest.fixture
def registry(place: Path | str, clock: Clock) -> Generator[Registry]:
    with Registry.open(place, now=clock, patience=5) as registry:
        yield registry
