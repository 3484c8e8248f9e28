"""What can be asked of a run by name, and what kind of answer it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from storage.records import Status, Wanted


class Kind(StrEnum):
    """What a field's values are, and so what they can be compared with."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DURATION = "duration"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that can be asked of a run by name.

    Attributes:
        kind: what its values are.
        help: one line for people.
        words: the only values it has, where they are few.
        many: whether a run has any number of them: such a field orders nothing.
    """

    kind: Kind
    help: str
    words: tuple[str, ...] = ()
    many: bool = False


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "id": Field(kind=Kind.INTEGER, help="the run's number; `run` means the same"),
        "status": Field(
            kind=Kind.TEXT, help="where it is in its life", words=tuple(map(str, Status))
        ),
        "name": Field(kind=Kind.TEXT, help="what people call it"),
        "rule": Field(kind=Kind.TEXT, help="training rule, as in dil-sf"),
        "task": Field(kind=Kind.TEXT, help="as in denoise"),
        "network": Field(kind=Kind.TEXT, help="as in rrdb"),
        "seed": Field(kind=Kind.INTEGER, help="the seed of its chance"),
        "sweep": Field(kind=Kind.TEXT, help="name of the sweep it was submitted with"),
        "tag": Field(kind=Kind.TEXT, help="a tag it carries", many=True),
        "note": Field(kind=Kind.TEXT, help="the text of a note on it", many=True),
        "after": Field(kind=Kind.INTEGER, help="a run that it follows", many=True),
        "priority": Field(kind=Kind.INTEGER, help="higher starts first"),
        "host": Field(kind=Kind.TEXT, help="machine of its newest attempt"),
        "reason": Field(kind=Kind.TEXT, help="why it waits, or ended as it did"),
        "wanted": Field(
            kind=Kind.TEXT, help="what a person wants of it", words=tuple(map(str, Wanted))
        ),
        "attempt": Field(kind=Kind.INTEGER, help="how often it was started"),
        "retries": Field(kind=Kind.INTEGER, help="how often in a row it may be tried again"),
        "step": Field(kind=Kind.INTEGER, help="steps trained"),
        "gradients": Field(kind=Kind.INTEGER, help="gradients computed"),
        "progress": Field(kind=Kind.NUMBER, help="share of its budget spent, as in 50%"),
        "seconds": Field(kind=Kind.DURATION, help="time it has trained, as in 1h30m"),
        "submitted": Field(kind=Kind.MOMENT, help="when it was submitted"),
        "started": Field(kind=Kind.MOMENT, help="when it was first started"),
        "finished": Field(kind=Kind.MOMENT, help="when it ended"),
        "heartbeat": Field(kind=Kind.MOMENT, help="when it last said that it lives"),
        "signature": Field(kind=Kind.TEXT, help="hash of what its experiment says"),
    }
)
"""Every field with a name of its own."""

ALIASES: Mapping[str, str] = MappingProxyType({"run": "id"})

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "config": "a setting of its experiment, as in config.train.lr",
        "needs": "what it takes of a machine, as in needs.gpu_memory",
        "provenance": "where its code comes from, as in provenance.commit",
    }
)
"""What stands before the dot of a setting."""

METRIC = "metric"
"""What stands before the dot of a metric whose name has no @."""
