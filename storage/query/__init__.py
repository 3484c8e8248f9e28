"""The language that runs are found with: read, written and sorted by; no SQL before it is asked."""

from storage.errors import QueryError
from storage.query.fields import FIELDS, Field, Kind
from storage.query.grammar import parse
from storage.query.groups import parse_group
from storage.query.sort import Sort
from storage.query.tree import Asked, Query

__all__ = [
    "FIELDS",
    "Asked",
    "Field",
    "Kind",
    "Query",
    "QueryError",
    "Sort",
    "parse",
    "parse_group",
]
