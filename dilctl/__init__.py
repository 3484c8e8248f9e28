"""dilctl: queue, train and rank distortion-invariant image-restoration experiments."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dilctl.jobs import connect

__version__ = "0.1.0"
__all__ = ["connect"]


def __getattr__(name: str) -> Any:
    # Late: `dilctl --help` must not wait for the registry's libraries.
    if name == "connect":
        from dilctl.jobs import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
