"""Where a run reads and writes."""

from dataclasses import dataclass
from pathlib import Path

from trainers.reporter import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of one run.

    Attributes:
        packed: folder of decoded images, shared by all runs.
        checkpoint: the run's newest checkpoint.
        weights: the last weights, as safetensors.
    """

    packed: Path
    checkpoint: Path
    weights: Path

    @property
    def tested(self) -> Path:
        """What of the final test is behind the run."""
        return self.checkpoint.with_name(f"{self.checkpoint.name}.tested")

    def exported(self, name: Weights) -> Path:
        """Where weights are exported to: the last ones as said, others beside them."""
        if name == "last":
            return self.weights
        return self.weights.with_stem(f"{self.weights.stem}-{name}")
