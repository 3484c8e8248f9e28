"""What a registry must tell for a query or a sort to become SQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.query.names import meant
from storage.query.tree import Metric
from storage.tables import metric_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a registry must tell for a query or a sort to become SQL.

    Attributes:
        dialect: whose SQL it becomes, ``sqlite`` or ``postgresql``.
        metrics: number of each metric that the registry knows, by name.
    """

    dialect: str
    metrics: Mapping[str, int]

    @classmethod
    def of(cls, connection: Connection) -> "Scope":
        """The scope of what is asked through a connection."""
        names = connection.execute(select(metric_names.c.name, metric_names.c.id))
        return cls(
            dialect=connection.dialect.name, metrics={name: number for name, number in names}
        )

    def numbers(self, metric: Metric) -> list[int]:
        """The numbers of the metrics that a name means."""
        return [self.metrics[name] for name in meant(metric.name, self.metrics)]
