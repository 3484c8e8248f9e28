"""Runs follow others, carry tags and notes, and are retried; agents say that they live.

The means of the newest evaluations join the latest metrics, so that runs are found and ordered by
them as by any metric.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables; the times of steps are kept in less room."""
    _columns()
    _step_times()
    _companions()
    _agents()
    _means(op.get_bind())


def _columns() -> None:
    for column in (
        sa.Column("after_any", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("retries", sa.Integer, nullable=False, server_default="2"),
        sa.Column("adjustments", sa.Text, nullable=False, server_default="{}"),
    ):
        op.add_column("runs", column)


def _step_times() -> None:
    """Whole milliseconds, and without the moment of each step, which nothing asked for."""
    op.rename_table("step_times", "old_step_times")
    op.create_table(
        "step_times",
        sa.Column("run", sa.Integer, primary_key=True),
        sa.Column("step", sa.BigInteger, primary_key=True),
        sa.Column("gradients", sa.BigInteger, nullable=False),
        sa.Column("milliseconds", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO step_times (run, step, gradients, milliseconds) "
        "SELECT run, step, gradients, CAST(round(seconds * 1000) AS BIGINT) FROM old_step_times "
        "ORDER BY run, step"
    )
    op.drop_table("old_step_times")


def _companions() -> None:
    op.create_table(
        "dependencies",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("parent", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dependencies_parent", "dependencies", ["parent"])
    op.create_table(
        "tags",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_tag", "tags", ["tag", "run"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_notes_run", "notes", ["run", "id"])


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("boot", sa.Text, nullable=False),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("gpus", sa.Text, nullable=False),
        sa.Column("draining", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("heartbeat_at", sa.Double, nullable=False),
    )


# Of the newest step of each run, suite and kind of weights: the mean of each evaluation, and that
# of all degradations of one standing. One value that is not a number makes a mean none. What two
# suites test is known by the newer of both.
_MEANS = """
WITH newest AS (
  SELECT run, suite, weights, max(step) AS step FROM evaluations GROUP BY run, suite, weights
), each AS (
  SELECT e.run, e.step, e.suite, e.weights, e.test_set, e.degradation, e.standing,
    CASE WHEN count(i.{metric}) = count(*) THEN avg(i.{metric}) END AS value
  FROM evaluations e JOIN newest n
    ON n.run = e.run AND n.suite = e.suite AND n.weights = e.weights AND n.step = e.step
  JOIN image_values i ON i.evaluation = e.id GROUP BY e.id
), named AS (
  SELECT run, step, '{metric}@' || test_set || ':' || degradation
    || CASE weights WHEN 'last' THEN '' ELSE ':' || weights END AS name, value FROM each
  UNION ALL
  SELECT run, step, '{metric}@' || test_set || ':' || suite || ' ' || standing
    || CASE weights WHEN 'last' THEN '' ELSE ':' || weights END,
    CASE WHEN count(value) = count(*) THEN avg(value) END
  FROM each GROUP BY run, step, suite, weights, test_set, standing
)
"""


def _means(connection: sa.Connection) -> None:
    for metric in ("psnr", "ssim"):
        named = _MEANS.format(metric=metric)
        connection.exec_driver_sql(
            f"{named} INSERT INTO metric_names (name) SELECT DISTINCT name FROM named "
            "WHERE name NOT IN (SELECT name FROM metric_names)"
        )
        connection.exec_driver_sql(
            f"{named}, ranked AS (SELECT run, name, step, value, row_number() "
            "OVER (PARTITION BY run, name ORDER BY step DESC) AS place FROM named) "
            "INSERT INTO latest_metrics (run, metric, step, value) "
            "SELECT n.run, m.id, n.step, n.value FROM ranked n "
            "JOIN metric_names m ON m.name = n.name "
            "WHERE n.place = 1 AND NOT EXISTS (SELECT 1 FROM latest_metrics l "
            "WHERE l.run = n.run AND l.metric = m.id)"
        )
