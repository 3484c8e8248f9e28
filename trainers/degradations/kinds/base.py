"""What all degradations share."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from trainers.degradations.naming import plain, short_name

Sigma = Annotated[float, Field(ge=0, le=255, description="standard deviation, on the 0-255 scale")]
Clip = Annotated[bool, Field(description="clip the noisy image to [0, 1]")]
Quantise = Annotated[bool, Field(description="round the noisy image to 8 bit")]


class DegradationKind(BaseModel):
    """What all degradations share: a closed, frozen set of parameters.

    Attributes:
        measured_by: the parameter that says how strong a degradation of this kind is; None where
            no single number does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    measured_by: ClassVar[str | None]

    @property
    def name(self) -> str:
        """The full name, which two degradations share only if they are the same.

        The kind, then its level, then whatever differs from the defaults:
        ``gaussian-noise sigma=30``, ``gaussian-noise sigma=30 clip=false``.
        """
        values = self.said()
        fields = type(self).model_fields
        said = [
            f"{key}={plain(value)}"
            for key, value in values.items()
            if key != "kind" and (fields[key].is_required() or value != fields[key].default)
        ]
        return " ".join([values["kind"], *said])

    def said(self) -> dict[str, Any]:
        """What the name is made of: the parameters by their names."""
        return self.model_dump()

    def covers(self, other: "DegradationKind") -> bool:  # noqa: ARG002 -- kinds with ranges use it
        """Whether all that another degradation does lies within what this one draws from."""
        return False

    @property
    def label(self) -> str:
        """A name short enough for the head of a column, as ``σ30`` or ``s&p .02``."""
        return short_name(self.name)

    @property
    def shrinks_by(self) -> int:
        """How many times smaller the degraded image is than the clean one, each way."""
        return 1
