"""What every group of settings shares."""

from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

MOST = 10**12
"""Bound of what is only counted, far above any use: a slip of the keyboard is better refused."""


class Settings(BaseModel):
    """A closed, frozen group of settings."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )


class Kind(Settings):
    """A member of a union, told from the others by its field ``kind``."""

    @model_serializer(mode="wrap")
    def _with_kind(self, others: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Say the kind even where defaults are left out: it is one of its own class alone."""
        return {"kind": type(self).model_fields["kind"].default, **others(self)}


def kind(value: object) -> object:
    """A bare string means a kind with its defaults."""
    return {"kind": value} if isinstance(value, str) else value


def one(value: object) -> object:
    """A bare string means a list of one."""
    return (value,) if isinstance(value, str) else value


def names(value: object) -> object:
    """A bare string means the names in it, which commas part."""
    return tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else value
