"""What queries mean, said a second time over plain records, without SQL and without the parser."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.query.tree import (
    And,
    Comparison,
    Condition,
    Literal,
    Metric,
    Named,
    Not,
    Operator,
    Or,
    Property,
    Query,
    Runs,
    Setting,
)

AMOUNTS = {
    "1h30m": 5400.0,
    "90m": 5400.0,
    "2d": 172_800.0,
    "1.5h": 5400.0,
    "1w": 604_800.0,
    "12GiB": 12.0 * 2**30,
    "12gb": 12e9,
    "1.5KiB": 1536.0,
    "50%": 0.5,
    "12.5%": 0.125,
}
PLAIN = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|inf)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run as a person would write it down."""

    values: dict[str, Any]
    documents: dict[str, Any]
    metrics: dict[str, float] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    after: tuple[int, ...] = ()


def amount(text: str) -> float | None:
    if text in AMOUNTS:
        return AMOUNTS[text]
    return float(text) if PLAIN.fullmatch(text) else None


def meets(record: Record, query: Query, names: Iterable[str], now: datetime) -> bool:
    return query.condition is None or _meets(record, query.condition, tuple(names), now)


def _meets(record: Record, node: Condition, names: tuple[str, ...], now: datetime) -> bool:
    match node:
        case Runs(stretches=stretches):
            return any(low <= record.values["id"] <= high for low, high in stretches)
        case Named(text=text):
            return _small(text) in _small(record.values["name"])
        case Not(part=part):
            return not _meets(record, part, names, now)
        case And(parts=parts):
            return all([_meets(record, part, names, now) for part in parts])
        case Or(parts=parts):
            return any([_meets(record, part, names, now) for part in parts])
        case Comparison():
            return _compared(record, node, names, now)


def _compared(record: Record, node: Comparison, names: tuple[str, ...], now: datetime) -> bool:
    operator, values = node.operator, node.values
    match node.asked:
        case Metric(name=name):
            measured = [record.metrics.get(one, math.nan) for one in meant(name, names)]
            return any(_number(value, operator, values) for value in measured)
        case Setting(document=document, path=path):
            return _setting(reached(record.documents[document], path), operator, values)
        case Property(name="tag" | "note" | "after" as name):
            return _any_of(record, name, operator, values)
        case Property(name="submitted" | "started" | "finished" | "heartbeat" as name):
            return _moment(record.values[name], operator, values, now)
        case Property(name=name):
            return _value(record.values[name], operator, values)


def meant(short: str, names: tuple[str, ...]) -> list[str]:
    """The whole name, or what ends in a short one: the tests use few enough to list."""
    if short in names:
        return [short]
    return {
        "psnr@CBSD68:sigma30": [
            "psnr@CBSD68:correlated-noise sigma=30",
            "psnr@CBSD68:gaussian-noise sigma=30",
        ],
        "PSNR@cbsd68:Sigma30": [
            "psnr@CBSD68:correlated-noise sigma=30",
            "psnr@CBSD68:gaussian-noise sigma=30",
        ],
        "psnr@CBSD68:30:average": ["psnr@CBSD68:gaussian-noise sigma=30:average"],
        "psnr@CBSD68:seen": ["psnr@CBSD68:noise-levels seen"],
    }.get(short, [])


def _small(text: str) -> str:
    stored = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return "".join(c.lower() if c.isascii() else c for c in stored)


def _any_of(
    record: Record, name: str, operator: Operator, values: tuple[Literal, ...]
) -> bool:  # fmt: skip
    held = {"tag": record.tags, "note": record.notes, "after": record.after}[name]
    positive = {Operator.UNEQUAL: Operator.EQUAL, Operator.MISSES: Operator.MATCHES}
    some = any(_value(one, positive.get(operator, operator), values) for one in held)
    return not some if operator in positive else some


def _value(value: Any, operator: Operator, values: tuple[Literal, ...]) -> bool:
    if value is None:
        return False
    if not isinstance(value, str):
        return _number(value, operator, values)
    if operator in (Operator.MATCHES, Operator.MISSES):
        return found(values[0].text, value) is (operator is Operator.MATCHES)
    known = value in [stored(one.text) for one in values]
    return known is (operator is Operator.EQUAL)


def stored(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def found(pattern: str, text: str) -> bool:
    """Python's own regular expressions, with an end that is the end."""
    ends = re.sub(r"\\.|\[[^\]]*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern)
    return re.search(ends, text, re.ASCII | re.DOTALL) is not None


def _number(value: float, operator: Operator, values: tuple[Literal, ...]) -> bool:
    others = [amount(one.text) for one in values]
    other = others[0]
    if math.isnan(value):
        return False
    match operator:
        case Operator.EQUAL:
            return value in others
        case Operator.UNEQUAL:
            return value not in others
        case Operator.BELOW:
            return other is not None and value < other
        case Operator.AT_MOST:
            return other is not None and value <= other
        case Operator.ABOVE:
            return other is not None and value > other
        case Operator.AT_LEAST:
            return other is not None and value >= other
        case _:
            return False


def _moment(
    value: datetime | None, operator: Operator, values: tuple[Literal, ...], now: datetime
) -> bool:
    if value is None:
        return False
    if values[0].text in AMOUNTS:
        age = (now - value).total_seconds()
        return _number(age, operator, values)
    first = datetime.fromisoformat(values[0].text).astimezone()
    match operator:
        case Operator.EQUAL:
            return any(_within(value, one.text) for one in values)
        case Operator.UNEQUAL:
            return not any(_within(value, one.text) for one in values)
        case Operator.BELOW:
            return value < first
        case Operator.AT_MOST:
            return value <= first
        case Operator.ABOVE:
            return value > first
        case _:
            return value >= first


def _within(value: datetime, text: str) -> bool:
    first = datetime.fromisoformat(text)
    length = {10: timedelta(days=1), 16: timedelta(minutes=1)}.get(
        len(text.removesuffix("Z")), timedelta(seconds=1)
    )
    return first.astimezone() <= value < (first + length).astimezone()


def reached(document: Any, path: tuple[str, ...]) -> Any:
    value = document
    for part in path:
        match value:
            case dict():
                value = value.get(part)
            case list() if part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            case _:
                value = None
    return value.get("kind") if isinstance(value, dict) else value


def _setting(value: Any, operator: Operator, values: tuple[Literal, ...]) -> bool:
    match value:
        case bool():
            return _words("true" if value else "false", operator, values)
        case str():
            return _words(value, operator, values)
        case int() | float():
            bare = tuple(one for one in values if not one.quoted and amount(one.text) is not None)
            if operator in (Operator.MATCHES, Operator.MISSES):
                return False
            return _number(value, operator, bare) if bare else operator is Operator.UNEQUAL
        case _:
            return False


def _words(value: str, operator: Operator, values: tuple[Literal, ...]) -> bool:
    order = (Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST)
    return operator not in order and _value(value, operator, values)
