"""The first tables: runs and their lives, metrics, evaluations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    _runs()
    _lives()
    _metrics()
    _evaluations()


def _runs() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("sweep", sa.Text),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("experiment", sa.Integer, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("needs", sa.Integer, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("provenance", sa.Integer, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts_lost", sa.Integer, nullable=False, server_default="0"),
        sa.Column("step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("furthest", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("gradients", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("seconds", sa.Double, nullable=False, server_default="0"),
        sa.Column("fraction", sa.Double, nullable=False, server_default="0"),
        sa.Column("seconds_left", sa.Double),
        sa.Column("activity", sa.Text, nullable=False, server_default=""),
        sa.Column("host", sa.Text),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("started_at", sa.Double),
        sa.Column("finished_at", sa.Double),
        sa.Column("heartbeat_at", sa.Double),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_signature_seed", "runs", ["signature", "seed"])
    op.create_index("ix_runs_status_priority", "runs", ["status", sa.text("priority DESC"), "id"])


def _lives() -> None:
    op.create_table(
        "attempts",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("processes", sa.Text, nullable=False),
        sa.Column("devices", sa.Text, nullable=False),
        sa.Column("furthest", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("finished_at", sa.Double),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_run", "events", ["run", "id"])


def _metrics() -> None:
    op.create_table(
        "metric_names",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "metrics",
        sa.Column("run", sa.Integer, primary_key=True),
        sa.Column("metric", sa.Integer, primary_key=True),
        sa.Column("step", sa.BigInteger, primary_key=True),
        sa.Column("value", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "step_times",
        sa.Column("run", sa.Integer, primary_key=True),
        sa.Column("step", sa.BigInteger, primary_key=True),
        sa.Column("gradients", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "latest_metrics",
        sa.Column("run", sa.Integer, primary_key=True),
        sa.Column("metric", sa.Integer, primary_key=True),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_latest_metrics_value", "latest_metrics", ["metric", "value", "run"])


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("suite", sa.Text, nullable=False),
        sa.Column("test_set", sa.Text, nullable=False),
        sa.Column("degradation", sa.Text, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "run", "suite", "step", "test_set", "degradation", name="uq_evaluations_of_a_run"
        ),
    )
    op.create_table(
        "image_values",
        sa.Column(
            "evaluation",
            sa.Integer,
            sa.ForeignKey("evaluations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("image", sa.Text, nullable=False),
        sa.Column("psnr", sa.Double),
        sa.Column("ssim", sa.Double),
        sqlite_with_rowid=False,
    )
