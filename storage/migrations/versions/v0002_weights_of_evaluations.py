"""Evaluations say which of a run's weights were tested; those made before tested the last."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = "uq_evaluations_of_a_run"


def upgrade() -> None:
    """Build the table anew, since SQLite cannot change a constraint.

    The images' values stay as they are: they refer to evaluations by number, the numbers are
    kept, and references are not followed while a registry is migrated.
    """
    with op.batch_alter_table("evaluations", recreate="always") as table:
        table.add_column(
            sa.Column("weights", sa.Text, nullable=False, server_default="last"),
            insert_after="suite",
        )
        table.drop_constraint(_KEY, type_="unique")
        table.create_unique_constraint(
            _KEY, ["run", "suite", "weights", "step", "test_set", "degradation"]
        )
