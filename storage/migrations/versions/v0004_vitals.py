"""Agents say with each sign of life how their machine fares."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("agents", sa.Column("vitals", sa.Text, nullable=False, server_default="{}"))
