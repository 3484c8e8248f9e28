"""The versions of the schema, and the step from one to the next inside a transaction (Alembic)."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from storage.errors import NewerRegistryError, RegistryUnavailableError

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The versions of the schema that this installation knows.

    Attributes:
        head: the newest; known here so that Alembic is imported only when there is work for it.
        folder: where Alembic's ``env.py`` and ``versions`` lie.
    """

    head: str
    folder: Path


SCHEMA = Schema(head="0004", folder=Path(__file__).parent / "migrations")


def upgrade(connection: Connection, schema: Schema) -> None:
    """Bring the tables up to the newest version, in the connection's transaction."""
    from alembic import command

    command.upgrade(_configured(connection, schema), "head")


def stamp(connection: Connection, schema: Schema) -> None:
    """Say that the tables are of the newest version."""
    from alembic import command

    command.stamp(_configured(connection, schema), "head")


def require_head(name: str, revision: str, schema: Schema = SCHEMA) -> None:
    """Check that a registry in use is still of the version it was brought up to.

    Raises:
        NewerRegistryError: a newer dilctl has brought it up to its own.
        RegistryUnavailableError: it was put back as it was at an older dilctl.
    """
    if revision != schema.head:
        refuse_newer(name, revision, schema)
        raise RegistryUnavailableError(
            f"the registry {name} has become one of an older dilctl; try again to bring it up to "
            "date"
        )


def refuse_newer(name: str, revision: str, schema: Schema) -> None:
    """Leave a registry alone that a newer dilctl wrote.

    Raises:
        NewerRegistryError: its version is not among those known here.
    """
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(schema.folder)).walk_revisions()}
    if revision not in known:
        raise NewerRegistryError(
            f"the registry {name} was written by a newer dilctl (schema {revision}, this one "
            f"knows up to {schema.head}); update dilctl"
        )


def _configured(connection: Connection, schema: Schema) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
