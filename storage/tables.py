"""The tables of the registry, as SQLAlchemy Core sees them; the migrations create them."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment, stored as seconds since the epoch (UTC); aware on both sides, to a microsecond."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Seconds since the epoch."""
        return None if value is None else value.timestamp()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware time in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


def escaped(text: str) -> str:
    """Text as tables hold it: what is no UTF-8, as in file names, and NUL are written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


class Words(TypeDecorator[str]):
    r"""Text from people and programs; what is no UTF-8, as in file names, and NUL are escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Text that every database accepts."""
        return None if value is None else escaped(value)


class Document(TypeDecorator[Any]):
    """Plain JSON, kept in the order in which it was written."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """JSON text, in ASCII."""
        return json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The value that was stored."""
        return json.loads(value)


metadata = MetaData()

# What runs share is stored once: a sweep's uncommitted diff can be megabytes long. It also keeps
# the rows of `runs` small, which every heartbeat writes anew.
documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("content", Text, nullable=False),
)

# `furthest` is the highest step that any attempt reported: a run that is lost again and again
# counts as getting further only when it passes that. `adjustments` is what retries changed.
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("signature", Text, nullable=False),
    Column("task", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("network", Words, nullable=False),
    Column("sweep", Words),
    Column("priority", Integer, nullable=False),
    Column("experiment", Integer, ForeignKey("documents.id"), nullable=False),
    Column("needs", Integer, ForeignKey("documents.id"), nullable=False),
    Column("provenance", Integer, ForeignKey("documents.id"), nullable=False),
    Column("status", Words, nullable=False),
    Column("wanted", Words),
    Column("reason", Words, nullable=False, server_default=""),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("attempts_lost", Integer, nullable=False, server_default="0"),
    Column("step", BigInteger, nullable=False, server_default="0"),
    Column("furthest", BigInteger, nullable=False, server_default="0"),
    Column("gradients", BigInteger, nullable=False, server_default="0"),
    Column("seconds", Double, nullable=False, server_default="0"),
    Column("fraction", Double, nullable=False, server_default="0"),
    Column("seconds_left", Double),
    Column("activity", Words, nullable=False, server_default=""),
    Column("host", Words),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("heartbeat_at", Moment),
    Column("after_any", Boolean, nullable=False, server_default=false()),
    Column("retries", Integer, nullable=False, server_default="2"),
    Column("adjustments", Document, nullable=False, server_default="{}"),
    Index("ix_runs_signature_seed", "signature", "seed"),
    sqlite_autoincrement=True,
)
Index("ix_runs_status_priority", runs.c.status, runs.c.priority.desc(), runs.c.id)

# A run that follows others starts once they are done, or with `after_any` once they have ended.
dependencies = Table(
    "dependencies",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("parent", Integer, ForeignKey("runs.id"), primary_key=True),
    Index("ix_dependencies_parent", "parent"),
    sqlite_with_rowid=False,
)

tags = Table(
    "tags",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("tag", Words, primary_key=True),
    Index("ix_tags_tag", "tag", "run"),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("text", Words, nullable=False),
    Index("ix_notes_run", "run", "id"),
)

agents = Table(
    "agents",
    metadata,
    Column("host", Words, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("boot", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("gpus", Document, nullable=False),
    Column("draining", Boolean, nullable=False, server_default=false()),
    Column("started_at", Moment, nullable=False),
    Column("heartbeat_at", Moment, nullable=False),
    Column("vitals", Document, nullable=False, server_default="{}"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("host", Words, nullable=False),
    Column("processes", Document, nullable=False),
    Column("devices", Document, nullable=False),
    Column("furthest", BigInteger, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", Words),
    Column("reason", Words, nullable=False, server_default=""),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("status", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("why", Words, nullable=False),
    Index("ix_events_run", "run", "id"),
    sqlite_autoincrement=True,
)

metric_names = Table(
    "metric_names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False, unique=True),
)

# A value that is not a number is NULL: SQLite stores no NaN, PostgreSQL holds it for the greatest.
# The measurements refer to runs without a declared foreign key: the attempt that writes is checked
# once a batch instead.
metrics = Table(
    "metrics",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("metric", Integer, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("value", Double),
    sqlite_with_rowid=False,
)

# Whole milliseconds take half the room of a fraction, in a row that each logged step has.
step_times = Table(
    "step_times",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("gradients", BigInteger, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The newest value of each metric, so that no list of runs scans the curves; and the means of the
# newest evaluations beside them, named as in `psnr@CBSD68:gaussian-noise sigma=30`.
latest_metrics = Table(
    "latest_metrics",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("metric", Integer, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("value", Double),
    Index("ix_latest_metrics_value", "metric", "value", "run"),
    sqlite_with_rowid=False,
)

evaluations = Table(
    "evaluations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id"), nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("suite", Words, nullable=False),
    Column("weights", Words, nullable=False, server_default="last"),
    Column("test_set", Words, nullable=False),
    Column("degradation", Words, nullable=False),
    Column("standing", Words, nullable=False),
    UniqueConstraint(
        "run",
        "suite",
        "weights",
        "step",
        "test_set",
        "degradation",
        name="uq_evaluations_of_a_run",
    ),
)

image_values = Table(
    "image_values",
    metadata,
    Column(
        "evaluation", Integer, ForeignKey("evaluations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("position", Integer, primary_key=True),
    Column("image", Words, nullable=False),
    Column("psnr", Double),
    Column("ssim", Double),
    sqlite_with_rowid=False,
)
