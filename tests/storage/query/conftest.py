from collections.abc import Generator

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from storage.query.patterns import register
from storage.tables import metadata
from tests.storage.query.plain import Record
from tests.storage.query.seeded import fill, records


class Filled:
    """A connection, and what lies in the tables behind it."""

    def __init__(self, connection: Connection, records: list[Record]) -> None:
        self.connection = connection
        self.records = records


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)]
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('query')}/registry.db")
        event.listen(engine, "connect", lambda connection, _: register(connection))
    else:
        url = make_url(request.getfixturevalue("new_database")("template0"))
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def filled(engine: Engine) -> Generator[Filled]:
    with engine.connect() as connection:
        some = records(40)
        fill(connection, some)
        connection.commit()
        yield Filled(connection, some)
        connection.rollback()
