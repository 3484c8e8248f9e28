"""An amount of memory in bytes, as people write it: 12GiB, 8000MiB, 12 GB or a number."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

_WRITTEN = re.compile(
    r"(\d{1,16}(?:\.\d{1,9})?) ?(?:(?:([kmgt])(i?))?b)?", re.ASCII | re.IGNORECASE
)
_LEAST = 2**20


def _in_bytes(value: object) -> object:
    if not isinstance(value, str):
        return value
    written = _WRITTEN.fullmatch(value.strip())
    if written is None:
        raise ValueError(f"must be bytes, or have a unit as in 12GiB or 8000MiB, not {value!r}")
    number, prefix, binary = written.groups(default="")
    power = " kmgt".index(prefix.lower() or " ")
    return round(float(number) * (1024 if binary else 1000) ** power)


def _plausible(count: int) -> int:
    if count < _LEAST:
        raise ValueError(f"{count} bytes are too few for a run; write a unit, as in 12GiB")
    return count


Bytes = Annotated[int, BeforeValidator(_in_bytes), AfterValidator(_plausible), Field(le=2**50)]
