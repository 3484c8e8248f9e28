"""The settings of hybrid distortion: blur, then noise, then JPEG, by severity."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from trainers.degradations.kinds.base import DegradationKind

_NAMED = {"mild": (9, 11), "moderate": (12, 17), "severe": (18, 20)}


def _bounds(severity: object) -> tuple[int, int]:
    if isinstance(severity, int) and not isinstance(severity, bool):
        return severity, severity
    if isinstance(severity, str) and severity in _NAMED:
        return _NAMED[severity]
    raise ValueError(f"severity: must be a whole number or {', '.join(_NAMED)}, not {severity!r}")


class Hybrid(DegradationKind):
    """Blur, noise and JPEG one after the other, each of a strength in one of ten bins.

    The generator of RL-Restore (Yu et al., CVPR 2018): severity is the sum of the three bins'
    numbers, 1 to 10 each, minus 2, so 1 to 28. As its released code does, one is drawn evenly
    from all triples of bins whose severity is allowed (so in a range of severities the one that
    most triples have comes up most often), then the strengths evenly inside their bins:
    deviation of the blur in ten bins of 0.5 from 0 to 5 pixels, its kernel 21 × 21; of the noise
    in ten bins of 5 from 0 to 50, clipped; JPEG's quality in the ten bins between 100, 80, 60, 50,
    40, 35, 30, 25, 20, 15 and 10, a whole number below the upper end.

    ``severity = "mild"`` (9 to 11), ``"moderate"`` (12 to 17) and ``"severe"`` (18 to 20) may be
    written instead of the two bounds. How "severe" splits into confounders is open in the paper;
    the recipes take its three severities apart.
    """

    measured_by: ClassVar[str | None] = None

    kind: Literal["hybrid"] = "hybrid"
    lowest: int = Field(ge=1, le=28, description="least severity")
    highest: int = Field(ge=1, le=28, description="greatest severity")

    @model_validator(mode="before")
    @classmethod
    def _named(cls, said: Any) -> Any:
        """One word, or one number, stands for both bounds."""
        if not isinstance(said, dict) or "severity" not in said:
            return said
        severity: object = said["severity"]  # pyright: ignore[reportUnknownVariableType]
        rest = {key: value for key, value in said.items() if key != "severity"}
        if rest.keys() & {"lowest", "highest"}:
            raise ValueError("severity: stands for lowest and highest, so leave those out")
        lowest, highest = _bounds(severity)
        return {**rest, "lowest": lowest, "highest": highest}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lowest > self.highest:
            raise ValueError(f"lowest: {self.lowest} is above highest, {self.highest}")
        return self

    @property
    def name(self) -> str:
        """``hybrid severe``, ``hybrid severity=18`` or ``hybrid severity=5..8``."""
        bounds = (self.lowest, self.highest)
        for word, named in _NAMED.items():
            if bounds == named:
                return f"{self.kind} {word}"
        said = f"{self.lowest}" if self.lowest == self.highest else f"{self.lowest}..{self.highest}"
        return f"{self.kind} severity={said}"
